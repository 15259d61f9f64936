"""The Open Badges 3.0 API: services of others read a person's wallet, and put badges into it, as they agreed."""
