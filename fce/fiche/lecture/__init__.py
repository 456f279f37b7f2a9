"""What to read of each source for a reader: his rights and purpose, the SQL, the journal."""
