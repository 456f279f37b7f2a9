"""One folder per producer, and in it one per data set: ``source.py``, a sample, and a reader or rules if needed."""
