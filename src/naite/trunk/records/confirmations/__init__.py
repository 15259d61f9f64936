"""Asking an institution to confirm what a learner wrote, and its answer."""
