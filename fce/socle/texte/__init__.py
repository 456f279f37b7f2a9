"""Text, numbers, dates and identifiers, as French administrations write them. Pure functions."""
