"""From the words of the command line to the command: no error leaves as a traceback."""

from __future__ import annotations

import signal
import threading
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from ..errors import EXIT_ERROR, EXIT_IN_STEP, DriftError
from . import check, diff, fix, gate, smoke
from .output import fail, internal, reader_has_left, speak_utf8
from .parser import parse, parser

_COMMANDS = {"check": check.run, "fix": fix.run, "diff": diff.run, "gate": gate.run, "smoke": smoke.run}


def run(argv: Sequence[str]) -> int:
    """Every command but `hook`, `install` and `action`; the exit status."""
    speak_utf8()
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminated)
    options = None
    try:
        options = parse(argv)
        command = _COMMANDS.get(options.command or "")
        if command is None:
            parser().print_help()
            return EXIT_IN_STEP
        return command(options)
    except DriftError as error:
        return fail(error, options)
    except BrokenPipeError:
        reader_has_left()
        return EXIT_ERROR
    except Exception as error:
        return internal(error, options)


def _terminated(number: int, frame: FrameType | None) -> NoReturn:
    """Ends through every context manager, so that a database made on a given server is dropped."""
    raise SystemExit(128 + number)
