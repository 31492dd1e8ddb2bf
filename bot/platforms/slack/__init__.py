"""Slack behind the port: Socket Mode or HTTP in, the Web API out.

``adapter`` is the platform; ``translation`` and ``show`` are pure; ``web`` alone holds the token.

Of slack-bolt only its SDK is used. Its apps acknowledge an event before or beside what handles it, keep
what is under way in memory, and post again by themselves when a connection breaks; here an event is on disk
before it is acknowledged, and nothing that people see is sent twice.
"""
