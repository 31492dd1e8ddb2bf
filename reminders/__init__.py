"""What the bot says unasked, and the working days it says it on."""
