"""The same questions asked of FCE, plain OpenSearch and PostgreSQL, side by side."""
