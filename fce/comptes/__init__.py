"""Who signs in: accounts, organisations, sessions, mandates. What they may see is decided above, in ``droits``."""
