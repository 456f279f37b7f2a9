"""Heads of companies: a private account linked to a company. No right on any data ever comes from it."""
