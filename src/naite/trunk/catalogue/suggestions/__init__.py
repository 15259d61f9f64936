"""Suggesting both classifications of a course from its words, and learning from what people confirm (row B13)."""
