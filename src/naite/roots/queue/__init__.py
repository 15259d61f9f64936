"""What the task library leaves open: knowing which workers live, returning a dead one's tasks, retrying."""
