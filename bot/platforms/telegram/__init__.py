"""Telegram behind the port: the only place that knows the Bot API and its SDK."""
