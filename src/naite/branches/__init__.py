"""Apps that read the trunk; the trunk never imports them."""
