"""Deposits: a producer sends a file, reads the validation report, then publishes or abandons it."""
