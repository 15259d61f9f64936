"""Courses in immutable versions, listings, classification, search and importers."""
