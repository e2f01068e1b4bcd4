"""Measures what the product promises about itself, with real processes, real HTTP and real commits."""
