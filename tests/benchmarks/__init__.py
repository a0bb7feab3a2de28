"""Benchmarks: commands that anyone can run, no timed tests."""
