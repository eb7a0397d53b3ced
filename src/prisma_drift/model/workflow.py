"""The escapes of workflow commands: what the runner turns back after reading a line (actions/toolkit, command.ts)."""

from __future__ import annotations


def escape_data(text: str) -> str:
    """The message of a command, on one line."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """The value of a property."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")
