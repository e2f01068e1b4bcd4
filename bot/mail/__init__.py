"""Mail out: a notice that there is an answer on the support page."""
