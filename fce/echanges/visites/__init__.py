"""Announced visits: announced, moved, given up, told; the answers when two cross."""
