"""A stand-in for ProConnect and FranceConnect: an OpenID Connect server, with invented people, never in production."""
