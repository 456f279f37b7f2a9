"""Attachments: taken, checked, stored, served."""
