"""What a week says: its bounds, how a theme moves, which quotes stand for it. Pure."""
