"""Tickets on screen: the table, the ticket with its thread, the composer, and what is done to them."""
