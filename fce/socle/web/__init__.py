"""What every page needs: routes and their access, links, forms, events, limits, exports."""
