"""Visits and contacts that cross one another: pure rules, and the SQL that finds them."""
