"""Reports on screen."""
