"""Question of a search: the words as typed, the meaning given to them, the filters as data."""
