"""The group of a company: links that registers declare, as a graph at a date, then as a picture, a table and a file."""
