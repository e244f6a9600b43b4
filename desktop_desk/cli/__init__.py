"""Commands for people and scripts; every one drives the same Desk as the window."""
