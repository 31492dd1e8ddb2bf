"""Slack behind the port: Socket Mode or HTTP in, the Web API out.

``adapter`` is the platform; ``translation`` and ``show`` are pure; ``web`` alone holds the token.
"""
