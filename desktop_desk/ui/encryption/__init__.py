"""Encrypting the open desk, giving it new keys, and making it plain again."""
