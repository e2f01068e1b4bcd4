"""Word lists and what surrounds the words: greetings, signatures, quotations."""
