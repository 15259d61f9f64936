"""The plans of ministry and institute, and the public notice board (row A3a)."""
