"""Sends a sheet to a colleague, as a link: he reads what his own rights open."""
