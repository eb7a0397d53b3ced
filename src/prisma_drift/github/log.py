"""The job's log: nothing that a repository can write is ever read as a workflow command.

The runner reads commands (`::error::…`, `::add-path::…`) from every line of a container's output. All output stands
between `::stop-commands::TOKEN` and `::TOKEN::`, with a token that nobody can guess, and is inert besides; only our own
commands, which are values and never found by looking at text, stand outside.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterable
from typing import TextIO

from ..model.workflow import Command, command, inert


class Log:
    """A context manager around everything that is printed; also what other code prints stays inert inside."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._token = ""

    def __enter__(self) -> Log:
        self._stop()
        return self

    def __exit__(self, *_: object) -> None:
        self._resume()

    def text(self, text: str) -> None:
        """Lines for people to read; may hold anything."""
        self._out.write(inert(text).rstrip("\n") + "\n")
        self._out.flush()

    def commands(self, commands: Iterable[Command]) -> None:
        """Commands of ours, each on a line of its own."""
        lines = [f"{one}\n" for one in commands]
        if lines:
            self._resume()
            self._out.write("".join(lines))
            self._stop()

    def notice(self, message: str) -> None:
        self.commands([command("notice", message, title="prisma-drift")])

    def warning(self, message: str) -> None:
        self.commands([command("warning", message, title="prisma-drift")])

    def error(self, message: str) -> None:
        self.commands([command("error", message, title="prisma-drift")])

    def _stop(self) -> None:
        self._token = secrets.token_hex(24)
        self._out.write(f"::stop-commands::{self._token}\n")
        self._out.flush()

    def _resume(self) -> None:
        # A command is only read at the start of a line.
        self._out.write(f"\n::{self._token}::\n")
        self._out.flush()
