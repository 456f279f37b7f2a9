"""Feed of what changed in the open data, switch after switch, and the bulk files that it brings up to date."""
