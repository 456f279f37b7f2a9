"""Announced visits of one’s own service by week, and the private calendar address."""
