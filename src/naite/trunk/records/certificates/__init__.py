"""Certificates of the learning account: chosen, printed, signed, and checked by anyone (row A20)."""
