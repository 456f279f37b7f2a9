"""Declarations written as data."""
