"""The running Earshot: one process that answers at every door, works the flows and keeps the clock's promises."""
