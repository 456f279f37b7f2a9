"""Announced visits: announced, moved, given up, reported; answers when two cross."""
