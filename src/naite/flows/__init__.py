"""Use cases that cross apps, and the bodies of background tasks."""
