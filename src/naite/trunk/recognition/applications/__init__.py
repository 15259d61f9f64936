"""Applications on their way from the institution to the ministry."""
