"""Frameworks, achievements, issuer keys, status lists and awards."""
