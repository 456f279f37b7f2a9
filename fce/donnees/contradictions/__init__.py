"""Contradictions between registers: declared rules, what each register says, how many units in France."""
