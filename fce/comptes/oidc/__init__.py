"""Sign-in with an identity provider (OpenID Connect): who, proved by whom. Accounts and sessions are made elsewhere."""
