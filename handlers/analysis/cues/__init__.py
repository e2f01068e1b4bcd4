"""Words that speak of an emergency, and words that only sound like one. Regular expressions by language and kind."""
