"""What people say about what the bot says unasked: how often, to whom, and what is signed."""
