"""What an official's reply to a card says: item by item, in the ways people write it."""

from handlers.replies.due import read_due, split_reason_and_due
from handlers.replies.numbers import read_numbers
from handlers.replies.reader import read_reply
from handlers.replies.readings import Ambiguity, CardItem, Entry, ReplyReading
from handlers.replies.status import on_course

__all__ = [
    "Ambiguity",
    "CardItem",
    "Entry",
    "ReplyReading",
    "on_course",
    "read_due",
    "read_numbers",
    "read_reply",
    "split_reason_and_due",
]
