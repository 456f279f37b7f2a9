"""What is asked: the words as typed, what they were taken to mean, the filters as data."""
