"""Backups on screen, desks opened with care, an end in order."""
