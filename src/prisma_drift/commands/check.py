"""`prisma-drift check`: do the migrations build what schema.prisma says?"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Iterator, Sequence

from ..errors import EXIT_DRIFT, EXIT_ERROR, EXIT_IN_STEP
from ..model.report import Report
from ..project import Config, load_config
from ..report.text_mends import schema_first
from .common import (
    ENVIRONMENT,
    EXIT,
    Commands,
    Parser,
    add_common,
    add_places,
    add_rename,
    add_strategy,
    flags_of,
)
from .output import rendered, say, write

FORMATS = ("text", "json", "markdown", "sarif", "github")

_DESCRIPTION = """\
Do the migrations build what schema.prisma says?

Runs every migration on a Postgres server that is started for it and removed afterwards, holds the
result against the schema, says for each difference where it comes from, and shows a corrective
migration that has been tried on a copy. Where none is proved, none is shown, and why is told.
"""


def add(commands: Commands[Parser]) -> None:
    """The command with its flags."""
    check = commands.add_parser(
        "check",
        help="do the migrations build what schema.prisma says?",
        description=_DESCRIPTION,
        epilog=f"{ENVIRONMENT}\n{EXIT}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    check.add_argument(
        "path", nargs="?", metavar="PATH", help="a project's folder, or one with projects below (default: .)"
    )
    output = check.add_argument_group("output")
    kind = output.add_mutually_exclusive_group()
    kind.add_argument("--script", action="store_true", help="only the corrective SQL, in Prisma's layout")
    kind.add_argument(
        "--format", choices=FORMATS, default="text", help="how to write the report (default: text)"
    )
    kind.add_argument(
        "--json", dest="format", action="store_const", const="json", help="short for --format json"
    )
    output.add_argument("--output", metavar="FILE", help="write there instead of to standard output")
    output.add_argument(
        "--verbose", action="store_true", help="list everything, also what is kept and accepted"
    )
    add_strategy(output, "preserve; plain with --script")
    add_rename(output)
    common = add_common(check)
    common.add_argument("--schema", metavar="PATH", help="schema file, or folder of schema files")
    add_places(common)


def run(options: argparse.Namespace) -> int:
    """Check each project and write one report; the exit status is that of the worst."""
    configs = load_config(flags_of(options), os.environ)
    reports = [_check(options, one) for one in configs]
    write(options, rendered(options, reports), reports)
    if options.format == "text" and not options.script and not options.output:
        for line in _next(options, reports):
            sys.stdout.write(f"{line}\n")
    codes = [_exit_code(report, config) for report, config in zip(reports, configs, strict=True)]
    return EXIT_ERROR if EXIT_ERROR in codes else max(codes, default=EXIT_IN_STEP)


def _check(options: argparse.Namespace, config: Config) -> Report:
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


def _next(options: argparse.Namespace, reports: Sequence[Report]) -> Iterator[str]:
    """What to type where something differs: the command for the likelier side first."""
    drifting = [report for report in reports if report.verdict == "drift"]
    if not drifting:
        return
    place = [options.path] if options.path else [options.schema] if options.schema else []
    given = {"--migrations": options.migrations, "--config": options.config}
    flags = [word for flag, value in given.items() if value for word in (flag, value)]
    flags += [word for rename in options.rename or () for word in ("--rename", rename)]
    migration = shlex.join(["prisma-drift", "fix", *place, *flags])
    schema = shlex.join(["prisma-drift", "fix", "--schema", *place, *flags])
    sides = []
    if any(report.corrective_sql for report in drifting):
        sides.append(f"{migration}   writes the migration")
    if any(report.schema_lines for report in drifting):
        sides.append(f"{schema}   edits the schema")
    if all(schema_first(report) for report in drifting):
        sides.reverse()
    yield ""
    for number, side in enumerate(sides):
        yield f"{'      ' if number else 'next: '}{side}"


def _exit_code(report: Report, config: Config) -> int:
    """The verdict's; with `fail-on: warning` a warning counts as drift."""
    counts = config.fail_on == "warning" and report.verdict == "in-step" and report.warned
    return EXIT_DRIFT if counts else report.exit_code
