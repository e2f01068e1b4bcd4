"""A file as a door: rows of JSON Lines or CSV become messages and customers, and what cannot is named with its line."""
