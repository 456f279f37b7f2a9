"""Contradictions between registers: the rules, open to all, and what a producer's data officers read of theirs."""
