"""A person's own record to take away: as values, as CSV, as a signed CLR 2.0 (개인정보 전송요구)."""
