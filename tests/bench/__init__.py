"""Benchmarks, `make bench`: each a ratio measured in one run against its own baseline (contracts.md 6)."""
