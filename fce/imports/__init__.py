"""The engine: read, check, load, switch, go back; deposits, live sources, scheduled work."""
