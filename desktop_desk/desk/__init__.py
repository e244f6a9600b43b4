"""The use cases: what the people of a help desk can do, as verbs of one headless Desk."""
