"""Generic widgets in the program's look; none of them knows a class of the trade."""
