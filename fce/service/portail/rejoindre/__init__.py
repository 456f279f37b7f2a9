"""Institutions that connect: steps, progress, public page."""
