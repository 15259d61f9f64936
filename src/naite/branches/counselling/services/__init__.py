"""Writing; a module for each noun."""
