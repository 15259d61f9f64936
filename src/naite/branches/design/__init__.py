"""Learning design (학습설계): from a goal to what is missing, to courses that close it."""
