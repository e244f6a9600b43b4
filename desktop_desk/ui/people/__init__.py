"""Callers on screen: look them up, see what they have open, and keep their numbers right."""
