"""Themes out of vectors: who is near whom, what hangs together, how fine, and how it lasts from week to week. Pure."""
