"""The unit that a sheet is about, and the scope of what is said of it."""
