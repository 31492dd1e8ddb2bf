"""The sample of an invented city: a notice of 2 March 2026 and the register of its departments."""

from importlib.resources import files


def sample_notice() -> bytes:
    """Return the sample notice, a UTF-8 text file."""
    return files("bot.sample").joinpath("notice.txt").read_bytes()


def sample_departments() -> bytes:
    """Return the register of the sample city's departments, a TOML file."""
    return files("bot.sample").joinpath("departments.toml").read_bytes()
