"""Page of a producer: data sets and quality for all, uses for its own data officers."""
