"""The same questions asked of FCE, of plain OpenSearch and of PostgreSQL, side by side."""
