"""Attachments: received, checked, stored, served."""
