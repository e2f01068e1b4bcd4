"""Commands about what the noise adds up to: digest, themes, bugs."""
