"""Contacts: written from the sheet, changed, listed, imported."""
