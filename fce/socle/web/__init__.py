"""Tools shared by all pages: routes and their access, links, forms, events, limits, exports."""
