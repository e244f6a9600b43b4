"""What comes in from other programs and goes out to them, and the desks that the program fills itself."""
