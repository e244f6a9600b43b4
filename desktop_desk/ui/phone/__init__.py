"""The telephone beside the window: the line that says who calls, dialling out, and links with numbers."""
