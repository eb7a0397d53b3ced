"""The commands that look at a whole project: `check` and `diff`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from ..errors import EXIT_ERROR, DriftError
from ..model.report import Report
from ..project import Config, Flags, load_config
from .arguments import parser
from .output import fail, internal, reader_has_left, rendered, say, speak_utf8, write


def run(argv: Sequence[str]) -> int:
    """Everything but the hook and the action; no error leaves as a traceback."""
    speak_utf8()
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminated)
    options = None
    try:
        options = parser().parse_args(argv)
        command = {"check": _check, "diff": _diff, "fix": _fix}.get(options.command or "")
        if command is None:
            parser().print_help()
            return EXIT_ERROR
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


def _check(options: argparse.Namespace) -> int:
    reports = [_check_one(options, one) for one in load_config(_flags(options), os.environ)]
    write(options, rendered(options, reports), reports)
    return _exit_code(reports)


def _check_one(options: argparse.Namespace, config: Config) -> Report:
    from ..pipeline.check import run
    from ..report.paths import relative_to, with_paths
    from ..report.progress import progress

    asked = options.strategy or os.environ.get("PRISMA_DRIFT_STRATEGY")
    # SQL alone is for tools, which expect what Prisma itself would print.
    strategy = "plain" if options.script and not asked else config.strategy
    for passed in config.skipped:
        say(f"skipped {passed.path}: {passed.reason}", quiet=config.quiet)
    with progress(sys.stderr, quiet=config.quiet) as on_progress:
        report = run(config, on_progress=on_progress, strategy=strategy)
    return with_paths(report, relative_to(config.root))


def _fix(options: argparse.Namespace) -> int:
    from .fix import run

    return run(options, load_config(_flags(options), os.environ))


def _diff(options: argparse.Namespace) -> int:
    from ..model.version import LATEST
    from ..pipeline.compare_command import Options, run
    from ..project.version import parse_version

    def chosen(name: str) -> str:
        return getattr(options, name) or os.environ.get(f"PRISMA_DRIFT_{name.upper()}", "")

    version = chosen("prisma_version")
    wanted = Options(
        version=parse_version(version, "--prisma-version") if version else LATEST,
        default_schema=chosen("default_schema") or "public",
        shadow=chosen("shadow") or "embedded",
        strategy=chosen("strategy") or "plain",
        script=options.script,
        warnings=options.warnings,
    )
    outcome = run(options.source, options.target, wanted)
    text = outcome.text if outcome.text.endswith("\n") or not outcome.text else outcome.text + "\n"
    write(options, text, ())
    return outcome.exit_code


def _exit_code(reports: Sequence[Report]) -> int:
    """1 if any project has an error, else 2 if any drifts."""
    codes = {report.exit_code for report in reports}
    return 1 if 1 in codes else max(codes, default=0)


def _flags(options: argparse.Namespace) -> Flags:
    return Flags(
        path=options.path,
        schema=getattr(options, "schema", None),
        migrations=options.migrations,
        default_schema=options.default_schema,
        prisma_version=options.prisma_version,
        shadow=options.shadow,
        config=options.config,
        no_cache=options.no_cache,
        quiet=options.quiet,
        strategy=getattr(options, "strategy", None),
    )
