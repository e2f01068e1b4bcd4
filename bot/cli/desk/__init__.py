"""Commands of every day: customers, flags, tickets, rules."""
