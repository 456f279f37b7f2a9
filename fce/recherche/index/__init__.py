"""Index of the search: documents made from the tables, whole or by their changes."""
