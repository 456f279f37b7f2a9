"""Reconciliation: from the rows of somebody's table to the companies and establishments that they name."""
