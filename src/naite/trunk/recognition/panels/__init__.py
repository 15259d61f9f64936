"""The pool of evaluators, the panels of a round, and who reviews which case."""
