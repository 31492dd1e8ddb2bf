"""Reading the settings: from the environment (``TAIZHANG_…``), and what is not there from ``.env``.

A wrong value is named with what it should be, all wrong ones at once; what is right by
itself may still not fit together, which matters only to what serves the platforms.
"""

from bot.environment.forms import coordinators_of
from bot.environment.reading import look, read_environment
from bot.environment.written import PREFIX, Environment

__all__ = ["PREFIX", "Environment", "coordinators_of", "look", "read_environment"]
