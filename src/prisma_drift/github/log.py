"""The job's log: nothing that a repository can write is ever read as a workflow command.

The runner reads commands (`::error::…`, `::add-path::…`) from every line of a container's output. All output stands
between `::stop-commands::TOKEN` and `::TOKEN::`, with a token that nobody can guess; only our own commands stand outside.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterable
from typing import TextIO

from ..model.workflow import escape_data, escape_property


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
        self._out.write(text.rstrip("\n") + "\n")
        self._out.flush()

    def commands(self, lines: Iterable[str]) -> None:
        """Workflow commands, each one line, made and escaped by us; what is no command is printed as text."""
        given = [line for line in lines if line.strip()]
        ours = [line for line in given if line.startswith("::")]
        if ours:
            self._resume()
            for line in ours:
                self._out.write(" ".join(line.splitlines()) + "\n")
            self._stop()
        for line in given:
            # The runner also reads `##[command]` anywhere in a line.
            if not line.startswith("::"):
                self.text(line)

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


def command(name: str, message: str, **properties: str) -> str:
    """A workflow command with everything escaped that the runner unescapes (actions/toolkit, command.ts)."""
    pairs = ",".join(f"{key}={escape_property(value)}" for key, value in sorted(properties.items()) if value)
    return f"::{name}{' ' + pairs if pairs else ''}::{escape_data(message)}"
