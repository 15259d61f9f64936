"""Pages of institutes, local governments and operators."""
