"""Figures of a round: how far cases came, how long each stage took, who told institutions in time."""
