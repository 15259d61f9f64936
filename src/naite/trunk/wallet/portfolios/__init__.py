"""Portfolios: pages that a learner composes and shows."""
