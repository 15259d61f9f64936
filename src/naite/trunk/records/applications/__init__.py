"""Applying for a learning account, and deciding on it."""
