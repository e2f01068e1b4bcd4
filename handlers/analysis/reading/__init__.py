"""What a message says, one aspect a file: does it ask anything, is it an emergency, in one line what it is about."""
