"""The registry of institutions (기관 대장, row A3)."""
