"""From the words of the command line to the command: no error leaves as a traceback."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from ..bounds import bound_time, unbound_time
from ..errors import EXIT_ERROR, EXIT_IN_STEP, DriftError
from ..git.repository import top_level
from ..project import Flags, load_config
from .output import fail, internal, no_room, reader_has_left, speak_utf8
from .parser import parse, parser, runner


def run(argv: Sequence[str]) -> int:
    """Every command but `hook`, `install` and `action`; the exit status."""
    speak_utf8()
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminated)
    options = None
    try:
        options = parse(argv)
        # How long somebody's own program takes behind `smoke --` is theirs to say.
        if options.command != "smoke" and not getattr(options, "watch", False):
            bound_time(os.environ)
        if not options.command:
            parser().print_help()
            return EXIT_IN_STEP
        return _told(runner(options.command)(options))
    except DriftError as error:
        return fail(_with_projects(error), options)
    except BrokenPipeError:
        reader_has_left()
        return EXIT_ERROR
    except Exception as error:
        if isinstance(error, OSError) and (full := no_room(error)) is not None:
            return fail(full, options)
        return internal(error, options)
    finally:
        unbound_time()


def _terminated(number: int, frame: FrameType | None) -> NoReturn:
    """Ends through every context manager, so that a database made on a given server is dropped."""
    raise SystemExit(128 + number)


def _told(status: int) -> int:
    """The status, which stays the same where nobody reads to the end."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        reader_has_left()
    return status


_MOST_PROJECTS = 6


def _with_projects(error: DriftError) -> DriftError:
    """Where there is no project in a folder, those that its repository has elsewhere."""
    root = top_level(Path.cwd()) if error.id == "project-no-schema" else None
    if root is None or root == Path.cwd():
        return error
    try:
        found = load_config(Flags(path=str(root)), os.environ)
    except DriftError:
        return error
    names = [one.shown(one.schema) for one in found]
    more = f" and {len(names) - _MOST_PROJECTS} more" if len(names) > _MOST_PROJECTS else ""
    error.hint = (
        f"{error.hint} This repository has, from its top: {', '.join(names[:_MOST_PROJECTS])}{more}.".strip()
    )
    return error
