"""The rehearsal room: a chat platform of our own, shown as a local web page.

``room`` is the world of chats, people and messages and knows nothing of the ledger;
``adapter`` is the platform behind the port; ``server`` shows the room in a browser.
"""
