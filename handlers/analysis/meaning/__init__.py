"""What complaints mean beyond their words: the product's areas in every language, and which theme a complaint joins. Pure."""
