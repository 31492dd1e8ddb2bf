"""Snapshots (建账、查账、交账) in chat, and what differs between two."""
