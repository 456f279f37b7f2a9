"""Benchmarks: figures compared with a baseline measured in the same run, never tests."""
