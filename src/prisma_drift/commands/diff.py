"""`prisma-drift diff`: what turns one schema, migrations folder or database into another."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from typing import TYPE_CHECKING

from ..errors import EXIT_DRIFT, EXIT_IN_STEP
from ..report.lines import line_of, put
from .common import EXIT, Commands, Parser, add_common, add_rename, add_strategy, color_of
from .output import write

if TYPE_CHECKING:
    from ..pipeline.compare import Comparison

_DESCRIPTION = """\
What turns one thing into another, in Prisma's words or as SQL.

Each of X and Y is one of: empty, a schema file or folder, a migrations folder, a URL postgresql://…
A database given by its URL is only read.
"""


def add(commands: Commands[Parser]) -> None:
    """The command with its flags."""
    diff = commands.add_parser(
        "diff",
        help="what turns one schema, migrations folder or database into another",
        description=_DESCRIPTION,
        epilog=EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    diff.add_argument("--from", dest="source", metavar="X", required=True, help="what is there")
    diff.add_argument("--to", dest="target", metavar="Y", required=True, help="what should be there")
    output = diff.add_argument_group("output")
    output.add_argument("--script", action="store_true", help="SQL instead of a summary")
    output.add_argument(
        "--warnings", action="store_true", help="begin the SQL with the warnings of `prisma migrate dev`"
    )
    output.add_argument("--output", metavar="FILE", help="write there instead of to standard output")
    add_strategy(output, "plain")
    add_rename(output)
    add_common(diff)


def run(options: argparse.Namespace) -> int:
    """Print the difference; the exit status says whether there is one."""
    from ..model.version import LATEST
    from ..pipeline.diff import Request, as_script, in_words, run
    from ..project.version import parse_version

    def chosen(name: str) -> str:
        return getattr(options, name) or os.environ.get(f"PRISMA_DRIFT_{name.upper()}", "")

    asked = chosen("prisma_version")
    version = parse_version(asked, "--prisma-version") if asked else LATEST
    request = Request(
        options.source,
        options.target,
        version=version,
        default_schema=chosen("default_schema") or "public",
        shadow=chosen("shadow") or "embedded",
        strategy=chosen("strategy") or "plain",
        renames=tuple(options.rename or ()),
    )
    comparison = run(request)
    text = (
        as_script(comparison, warnings=options.warnings) if options.script else in_words(comparison, version)
    )
    write(options, text if text.endswith("\n") or not text else text + "\n", ())
    if not (options.script or options.output or options.quiet):
        sys.stdout.flush()
        put([(), line_of(_next(options, comparison))], sys.stderr, color_of(options))
    return EXIT_DRIFT if comparison.difference.changes else EXIT_IN_STEP


def _next(options: argparse.Namespace, comparison: Comparison) -> str:
    """What to type after the summary."""
    if not comparison.difference.changes:
        return "next: nothing to do"
    if any("://" in place for place in (options.source, options.target)):
        return "next: the same with --script prints the SQL"  # an address may hold a password
    words = ["prisma-drift", "diff", "--from", options.source, "--to", options.target]
    words += [word for rename in options.rename or () for word in ("--rename", rename)]
    words += ["--strategy", options.strategy] if options.strategy else []
    return f"next: {shlex.join(words)} --script   prints the SQL"
