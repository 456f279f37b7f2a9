"""Company heads: links between a private account and a company. They give no right to any data."""
