"""The window: the only part that imports Qt; it shows frozen values and asks the desk off the UI thread."""
