"""What the evaluators' scores add up to, and what follows from it."""
