"""Notices on screen: the icon with its count, notifications, sound, and what an agent is told."""
