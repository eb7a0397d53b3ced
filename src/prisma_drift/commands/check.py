"""`prisma-drift check`: do the migrations build what schema.prisma says?"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from ..errors import EXIT_DRIFT, EXIT_ERROR, EXIT_IN_STEP, DriftError
from ..model.report import Report
from ..project import Config, load_config
from ..project.accepted import find_accepted
from ..report.lines import line_of, put
from ..report.next import commands
from .common import (
    ENVIRONMENT,
    EXIT,
    Commands,
    Parser,
    add_project,
    add_rename,
    add_report,
    add_rows,
    add_strategy,
    color_of,
    flags_of,
)
from .output import rendered, say, write

if TYPE_CHECKING:
    from ..report.progress import OnProgress

_OWN_SERVERS = ("embedded", "local")
"""Shadows of which each project gets one of its own; a given server, or many containers, are not for several at once."""

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
    add_report(output, kind, "list everything, also what is kept and accepted")
    check.add_argument(
        "--jobs",
        type=_jobs,
        metavar="N",
        help="how many projects are checked side by side (default: as many as there are processors)",
    )
    output.add_argument(
        "--watch",
        action="store_true",
        help="check again whenever the schema, migrations or settings are saved, and tell what is new; ends with Ctrl-C",
    )
    add_strategy(output, "preserve")
    output.add_argument(
        "--base",
        dest="own_since",
        metavar="REF",
        help="also run the migrations that this branch adds to REF on tables with rows, and tell what they lock, rewrite and scan",
    )
    add_rename(output)
    add_rows(output)
    add_project(check)


def _jobs(word: str) -> int:
    number = int(word)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def run(options: argparse.Namespace) -> int:
    """Check each project and write one report; the exit status is that of the worst."""
    if options.watch:
        return _watched(options)
    configs = load_config(flags_of(options), os.environ)
    for passed in (one for config in configs for one in config.skipped):
        say(f"skipped {passed.path}: {passed.reason}", quiet=configs[0].quiet)
    reports = _checked(options, configs)
    write(options, rendered(options, reports), reports)
    if options.format == "text" and not options.script and not options.output:
        put(map(line_of, _next(options, reports)), sys.stdout, color_of(options))
    codes = [_exit_code(report, config) for report, config in zip(reports, configs, strict=True)]
    return EXIT_ERROR if EXIT_ERROR in codes else max(codes, default=EXIT_IN_STEP)


def _watched(options: argparse.Namespace) -> int:
    """Check until somebody ends it; the exit status is 0."""
    from .watch import watch

    if options.script or options.output or options.format != "text":
        raise DriftError(
            "--watch writes lines for people, and no report.",
            id="usage",
            hint="Leave out --format, --script and --output, or --watch.",
        )
    return watch(
        lambda: load_config(flags_of(options), os.environ),
        lambda configs: _checked(options, configs),
        color_of(options),
    )


def _checked(options: argparse.Namespace, configs: Sequence[Config]) -> list[Report]:
    """The reports in the order of the projects, whichever is ready first."""
    from ..pipeline.abreast import abreast, can_fork, processors
    from ..report.progress import progress

    own = all(config.shadow.partition(":")[0] in _OWN_SERVERS for config in configs)
    jobs = min(options.jobs or processors(), len(configs)) if own and can_fork() else 1
    quiet = configs[0].quiet
    if jobs < 2:
        reports = []
        for config in configs:
            with progress(sys.stderr, quiet=quiet) as on_progress:
                reports.append(_check(config, on_progress))
        return reports
    with ExitStack() as stack:
        bar: list[OnProgress | None] = []

        def tell(ready: int) -> None:
            # Only now: the bar has a thread of its own, and who has threads must not be copied.
            if not bar:
                bar.append(stack.enter_context(progress(sys.stderr, quiet=quiet, what="projects")))
            if bar[0]:
                bar[0](ready, len(configs), "")

        return abreast(len(configs), lambda number: _check(configs[number], None), jobs, tell)


def _check(config: Config, on_progress: OnProgress | None) -> Report:
    from ..pipeline.recall import Recall
    from ..report.paths import relative_to, with_paths

    recall = Recall(config, config.strategy)
    if recall.report is not None and find_accepted(config) is None:
        return with_paths(recall.report, relative_to(config.root))
    from ..pipeline.check import run

    report = run(config, on_progress=on_progress, strategy=config.strategy, recall=recall)
    return with_paths(report, relative_to(config.root))


def _next(options: argparse.Namespace, reports: Sequence[Report]) -> Iterator[str]:
    """What to type: for each project that differs the command for the likelier side first."""
    drifting = [report for report in reports if report.verdict == "drift"]
    if not drifting:
        if all(report.verdict == "in-step" for report in reports):
            yield ""
            yield "next: nothing to do"
        return
    place = [options.path] if options.path else [options.schema] if options.schema else []
    given = {"--migrations": options.migrations, "--config": options.config}
    flags = [word for flag, value in given.items() if value for word in (flag, value)]
    flags += [word for rename in options.rename or () for word in ("--rename", rename)]
    words = None if len(reports) > 1 else [*place, *flags]
    found = [one for report in drifting for one in commands(report, words)]
    yield ""
    for number, one in enumerate(found):
        yield f"{'      ' if number else 'next: '}{one.command}   {one.does}"
    if not found:
        yield "next: correct the migrations or the schema by hand from what is listed, then prisma-drift check"


def _exit_code(report: Report, config: Config) -> int:
    """The verdict's; with `fail-on: warning` a warning counts as drift."""
    counts = config.fail_on == "warning" and report.verdict == "in-step" and report.warned
    return EXIT_DRIFT if counts else report.exit_code
