"""수료증: an institution's look, batches for a class, and what becomes of each document."""
