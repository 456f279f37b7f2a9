"""Deposits: a producer sends a file with its token, reads the validation report, then publishes it or gives it up."""
