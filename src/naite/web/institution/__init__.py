"""Pages of institution staff."""
