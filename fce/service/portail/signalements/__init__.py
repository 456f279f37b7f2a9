"""Errors that signed-in readers report on a sheet."""
