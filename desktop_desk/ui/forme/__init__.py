"""For me: what happened on tickets I follow, and whom I owe a call."""
