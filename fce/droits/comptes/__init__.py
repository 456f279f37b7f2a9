"""Accounts, organisations, sessions, mandates: who signs in. ``droits``, above, decides what they may see."""
