"""What the log says of a fault: where it happened, and none of the words people wrote."""

from __future__ import annotations

import logging
import traceback

DEEPEST = 6


def where(fault: BaseException) -> str:
    """Name a fault's kind and the innermost places it went through; its message may hold personal data."""
    if isinstance(fault, BaseExceptionGroup):
        return " and ".join(where(each) for each in fault.exceptions)
    frames = traceback.extract_tb(fault.__traceback__)[-DEEPEST:]
    places = " > ".join(f"{_short(frame.filename)}:{frame.lineno}" for frame in frames)
    return f"{kind(fault)} at {places}" if places else kind(fault)


def tell(log: logging.Logger, fault: BaseException, message: str, *values: object) -> None:
    """Write a fault to the log, in words that hold nothing of what people wrote."""
    log.error("%s: %s", message % values, where(fault))


def first(fault: BaseException) -> BaseException:
    """Return the first fault of a group of them; one that is no group is itself the first."""
    while isinstance(fault, BaseExceptionGroup):
        fault = fault.exceptions[0]
    return fault


def kind(fault: BaseException) -> str:
    """Name a fault's kind."""
    return type(fault).__qualname__


def _short(filename: str) -> str:
    return "/".join(filename.replace("\\", "/").split("/")[-3:])
