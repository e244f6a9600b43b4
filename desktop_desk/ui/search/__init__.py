"""The search box: tickets, people, numbers and commands from one line."""
