"""Campaigns in chat: departments answer, coordinators look on."""
