"""The request form in the window: on or off, its address on screen and on paper."""
