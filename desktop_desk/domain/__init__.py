"""The trade: tickets, people, facts and their fold; no input or output, no clock, no database, no Qt."""
