"""The platforms the bot speaks on, each one module behind the same port."""
