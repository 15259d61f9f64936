"""Entries change their section when a recognition comes, or goes for false means (row A18)."""
