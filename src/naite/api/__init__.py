"""Interfaces for machines."""
