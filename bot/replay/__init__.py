"""The sample company, lived through again: six weeks of messages and staff work by the same flows as live ones."""
