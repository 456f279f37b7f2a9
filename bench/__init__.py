"""Benchmarks: figures to read beside a baseline taken in the same run, never timed tests."""
