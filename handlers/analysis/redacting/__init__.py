"""What personal data and secrets look like, one family a file."""
