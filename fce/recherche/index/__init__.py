"""What is indexed: documents made from the tables, whole or by their changes."""
