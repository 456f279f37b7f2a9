"""Institutions that connect: what it takes, where each stands, the public page and the gestures of the team."""
