"""Consents with purpose and version."""
