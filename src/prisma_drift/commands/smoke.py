"""`prisma-drift smoke`: a database that the migrations build, probes, and the user's own command; then all of it is gone."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ..errors import EXIT_DRIFT, EXIT_ERROR, EXIT_IN_STEP, DriftError
from ..model.workflow import inert, one_line
from ..project import Config, load_config
from ..report.progress import progress
from ..report.smoke import lines
from .common import Commands, Parser, add_common, add_places, flags_of
from .output import say

if TYPE_CHECKING:
    from ..smoke.run import Wanted

DESCRIPTION = """\
Try what the migrations build.

A Postgres of its own is started, all migrations run in it as `migrate deploy` runs them, and probes
write rows, enum values, keys and embeddings, each in a transaction that is rolled back. Then the
command behind `--` runs, with DATABASE_URL, DIRECT_URL and each variable of the datasource set to that
database. It is reached at 127.0.0.1, with a random port and password, and is gone afterwards.
"""
_EPILOG = """\
exit status: the command's; without one 0 where every probe passes; 2 a probe fails (the command does
not run then); 1 an error
"""


def add(commands: Commands[Parser]) -> None:
    """The command with its flags."""
    smoke = commands.add_parser(
        "smoke",
        help="try what the migrations build: probes, then your own command on that database",
        description=DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="prisma-drift smoke [PATH] [--seed FILE] [--from-fix] [--skip PROBE] [--require PROBE] [-- COMMAND ...]",
    )
    smoke.add_argument("path", nargs="?", metavar="PATH", help="the project's folder (default: .)")
    what = smoke.add_argument_group("what to try")
    what.add_argument("--seed", metavar="FILE", help="SQL to run behind the migrations")
    what.add_argument(
        "--from-fix",
        action="store_true",
        help="also run the migration that `fix` would write, where it is proved",
    )
    what.add_argument(
        "--skip",
        metavar="PROBE",
        action="append",
        default=[],
        help="leave a probe out; may be repeated, `all` for all",
    )
    what.add_argument(
        "--require", metavar="PROBE", action="append", default=[],
        help="fail where the probe finds nothing to try, such as `vector-indexes`; may be repeated",
    )  # fmt: skip
    what.add_argument("-v", "--verbose", action="store_true", help="name all that could not be tried")
    add_places(add_common(smoke))
    smoke.set_defaults(words=[])


def run(options: argparse.Namespace) -> int:
    """Smoke-test each project; the exit status is the command's, or that of the worst."""
    configs = load_config(flags_of(options), os.environ)
    if options.words and len(configs) > 1:
        raise DriftError(
            f"There are {len(configs)} projects here, and one command.",
            id="usage",
            hint="Name the project's folder: prisma-drift smoke PATH -- COMMAND",
        )
    wanted = _wanted(options)
    statuses = [_smoke(options, config, wanted) for config in configs]
    return EXIT_ERROR if EXIT_ERROR in statuses else max(statuses, default=EXIT_IN_STEP)


def _wanted(options: argparse.Namespace) -> Wanted:
    from ..smoke.probes import PROBES
    from ..smoke.run import Wanted

    for name in (*options.skip, *options.require):
        if name not in PROBES and name != "all":
            raise DriftError(
                f"There is no probe `{name}`.", id="usage", hint=f"The probes are {', '.join(PROBES)}."
            )
    skip = tuple(PROBES) if "all" in options.skip else tuple(options.skip)
    require = tuple(PROBES) if "all" in options.require else tuple(options.require)
    return Wanted(Path(options.seed) if options.seed else None, options.from_fix, skip, require)


def _smoke(options: argparse.Namespace, config: Config, wanted: Wanted) -> int:
    from ..smoke.run import environment_of, probe, ready

    with ExitStack() as stack:
        with progress(sys.stderr, quiet=config.quiet) as on_progress:
            stands = stack.enter_context(ready(config, wanted, on_progress))
        outcomes = probe(stands, wanted)
        # Standard output is the command's own where there is one.
        stream = sys.stderr if options.words else sys.stdout
        if not (options.words and config.quiet):
            _show(lines(stands, outcomes, verbose=options.verbose), stream)
        if any(outcome.failures for outcome in outcomes):
            if options.words:
                say("the command does not run: a probe fails")
            return EXIT_DRIFT
        if not options.words:
            return EXIT_IN_STEP
        from ..smoke.command import run_command

        return run_command(options.words, environment_of(stands))


def _show(told: Iterator[str], stream: TextIO) -> None:
    """No control character of a repository's names reaches the terminal."""
    stream.write("".join(f"{inert(one_line(line))}\n" for line in told))
    stream.flush()
