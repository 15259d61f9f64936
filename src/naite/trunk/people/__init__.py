"""Accounts of persons, organisations, regions and roles."""
