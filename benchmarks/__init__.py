"""Measurements: one script per question, each prints a table. Run as `python -m benchmarks.NAME`."""
