"""A small linear model of what customers write, trained from the examples, read with numpy alone."""
