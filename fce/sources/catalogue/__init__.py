"""One folder per producer, one folder per data set: source.py, exemple.csv, and what the generic display cannot do."""
