"""Screens of data officers: send a file, read its report, publish or abandon it."""
