"""Benchmarks: both sides of a ratio are measured in turn within one run."""
