"""Institutions hand in completions: file or API, preview, apply, take back (평생교육법 제23조)."""
