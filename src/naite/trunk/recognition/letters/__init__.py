"""Telling institutions the results: through local governments, within seven days, with the receipt kept."""
