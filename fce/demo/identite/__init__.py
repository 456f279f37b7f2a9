"""Local OpenID Connect server that plays ProConnect and FranceConnect with invented people. Never in production."""
