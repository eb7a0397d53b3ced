"""`prisma-drift gate`: may this be deployed to that database?"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..errors import EXIT_DRIFT, EXIT_ERROR, EXIT_IN_STEP
from ..project import Config, load_config
from ..report.progress import progress
from .common import (
    ENVIRONMENT,
    GATE_FORMATS,
    Commands,
    Parser,
    add_project,
    add_report,
    add_url,
    color_of,
    flags_of,
    url_of,
)
from .output import say, write

if TYPE_CHECKING:
    from ..model.gate import Gate

_DESCRIPTION = """\
May this be deployed to that database?

Reads a live database in one read-only transaction: what of the migrations has run there, what an
edited, failed or missing one means for the next deploy, and what was made, changed or dropped by
hand; and counts the rows that would stop what is pending, or be lost by it. Nothing is written,
and the URL, with its password, is repeated nowhere.
"""
_EPILOG = "exit status: 0 the gate is open, 2 it is closed, 1 an error"


def add(commands: Commands[Parser]) -> None:
    """The command with its flags."""
    gate = commands.add_parser(
        "gate",
        help="may this be deployed to that database? reads it, and writes nothing",
        description=_DESCRIPTION,
        epilog=f"{ENVIRONMENT}\n{_EPILOG}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    gate.add_argument("path", nargs="?", metavar="PATH", help="the project's folder (default: .)")
    live = gate.add_argument_group("the database")
    add_url(live)
    live.add_argument(
        "--allow", metavar="ID[:OBJECT]", action="append", default=[],
        help="accept a finding: deploy-edited, deploy-edited:20240101_init; may be repeated",
    )  # fmt: skip
    live.add_argument(
        "--no-samples", action="store_true", help="show no keys of rows, only how many there are"
    )
    output = gate.add_argument_group("output")
    add_report(output, output, "list notes too", GATE_FORMATS)
    add_project(gate)


def run(options: argparse.Namespace) -> int:
    """Look at each project's database; the exit status is that of the worst."""
    from ..report import gate as writer

    url = url_of(options, os.environ)
    configs = load_config(flags_of(options), os.environ)
    gates = [_gate(options, one, url) for one in configs]
    options.script = False
    plain = options.format == "text" and not options.output
    if plain:
        writer.write(gates, sys.stdout, verbose=options.verbose, color=color_of(options))
        sys.stdout.flush()
    else:
        text = writer.render(gates, options.format, verbose=options.verbose)
        write(options, text, ())
    return _status(gates, configs)


def _gate(options: argparse.Namespace, config: Config, url: str) -> Gate:
    from ..gate.run import Choice, run
    from ..model.values import replace
    from ..report.paths import relative_to, with_paths

    with progress(sys.stderr, quiet=config.quiet) as on_progress:
        outcome = run(
            config, url, Choice(tuple(options.allow), samples=not options.no_samples), on_progress=on_progress
        )
    for word in outcome.unused:
        say(f"--allow {word} applies to nothing here", quiet=config.quiet)
    gate = outcome.gate
    return replace(gate, report=with_paths(gate.report, relative_to(config.root)))


def _status(gates: Sequence[Gate], configs: Sequence[Config]) -> int:
    codes = [
        EXIT_DRIFT
        if config.fail_on == "warning" and gate.verdict == "open" and gate.report.warned
        else gate.report.exit_code
        for gate, config in zip(gates, configs, strict=True)
    ]
    return EXIT_ERROR if EXIT_ERROR in codes else max(codes, default=EXIT_IN_STEP)
