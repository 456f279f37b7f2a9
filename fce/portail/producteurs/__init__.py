"""The page of each producer: its data sets and their quality for all, their uses for its own data officers."""
