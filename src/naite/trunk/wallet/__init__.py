"""What a learner holds, and what they share of it."""
