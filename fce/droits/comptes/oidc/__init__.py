"""OpenID Connect: verify an identity with its provider. Accounts and sessions are handled elsewhere."""
