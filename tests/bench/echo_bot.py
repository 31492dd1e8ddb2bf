"""The peer: a bare python-telegram-bot bot that answers each command and stores nothing."""

from __future__ import annotations

import sys

from telegram import Update
from telegram.ext import Application, CommandHandler, ContextTypes

from tests.platforms.telegram_world import TOKEN


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer."""
    del context
    assert update.message is not None
    await update.message.reply_text("help")


def main() -> None:
    """Poll until the process is ended. (Updates side by side make it slower, and lose answers.)"""
    application = Application.builder().token(TOKEN).base_url(sys.argv[1]).build()
    application.add_handler(CommandHandler("help", echo))
    application.run_polling()


if __name__ == "__main__":
    main()
