"""Answer of a search: results, their lines and reasons, counts, suggestions, exports."""
