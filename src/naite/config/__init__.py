"""Settings, routes and the operators' command line."""
