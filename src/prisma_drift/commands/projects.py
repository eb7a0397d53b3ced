"""`prisma-drift projects`: which projects a folder holds, for people, for scripts, and for a workflow's matrix."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..errors import EXIT_IN_STEP
from ..model.terminal import Line
from ..model.workflow import escape_json
from ..project import Config, load_config
from ..report.escape import json_text
from ..report.lines import put
from ..report.text import plain
from .common import Commands, Parser, add_places, color_of, flags_of
from .output import say, write

FORMATS = ("text", "json", "matrix")
MOST_JOBS = 256
"""What a matrix may make in one run, by GitHub's limits."""

_DESCRIPTION = """\
Which projects does a folder hold, and by which rules are they checked?

The same search as that of `check`, and nothing is run. `--format matrix` is one line of JSON for the
`strategy.matrix` of a workflow: an entry for each project, with `name`, `project` (its folder from the
repository's top) and `schema` (from that folder; empty where Prisma's own rules find it).
"""


def add(commands: Commands[Parser]) -> None:
    """The command with its flags."""
    projects = commands.add_parser(
        "projects",
        help="what a folder holds, for scripts and for a workflow's matrix",
        description=_DESCRIPTION,
        epilog="exit status: 0 there are some, 1 there are none, or an error",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    projects.add_argument("path", nargs="?", metavar="PATH", help="the folder to look in (default: .)")
    projects.add_argument(
        "--format", choices=FORMATS, default="text", help="how to write them (default: text)"
    )
    projects.add_argument(
        "--jobs",
        type=_jobs,
        default=MOST_JOBS,
        metavar="N",
        help=f"most entries of a matrix; projects share one where there are more (default: {MOST_JOBS})",
    )
    projects.add_argument("--output", metavar="FILE", help="write there instead of to standard output")
    projects.add_argument(
        "-q", "--quiet", action="store_true", default=None, help="do not say what was passed over"
    )
    add_places(projects.add_argument_group("common"))
    projects.set_defaults(
        schema=None, default_schema=None, prisma_version=None, shadow=None, script=False, verbose=False
    )


def _jobs(word: str) -> int:
    number = int(word)
    if not 1 <= number <= MOST_JOBS:
        raise argparse.ArgumentTypeError(f"a number from 1 to {MOST_JOBS}")
    return number


def run(options: argparse.Namespace) -> int:
    """List the projects; 0, since a folder without any is an error."""
    configs = load_config(flags_of(options), os.environ)
    for config in configs:
        for one in config.skipped:
            say(f"skipped {one.path}: {one.reason}", quiet=config.quiet)
    if options.format == "text" and not options.output:
        put(_lines(configs), sys.stdout, color_of(options))
        return EXIT_IN_STEP
    match options.format:
        case "json":
            text = _json(configs)
        case "matrix":
            text = matrix(configs, options.jobs)
        case _:
            text = plain(_lines(configs))
    write(options, text, ())
    return EXIT_IN_STEP


def _lines(configs: Sequence[Config]) -> Iterator[Line]:
    for config in configs:
        version = f"Prisma {config.version} by {config.version_source}"
        place = config.shown(config.migrations) if config.migrations else "no migrations yet"
        yield (
            (config.name or config.shown(config.project), "bold"),
            (f"  {config.shown(config.schema)}, {place}", ""),
            (f", {version}", "dim"),
        )


def _json(configs: Sequence[Config]) -> str:
    listed = [
        {
            "name": config.name,
            "path": config.shown(config.project),
            "schema": config.shown(config.schema),
            "migrations": config.shown(config.migrations) if config.migrations else None,
            "prisma": str(config.version),
            "prisma_source": config.version_source,
        }
        for config in configs
    ]
    passed = [{"path": one.path, "reason": one.reason} for config in configs for one in config.skipped]
    return json_text({"version": 1, "projects": listed, "skipped": passed})


def matrix(configs: Sequence[Config], most: int = MOST_JOBS) -> str:
    """What `strategy.matrix` takes, on one line; `most`: of entries, where several projects can share one."""
    folders = Counter(config.project for config in configs)
    alone = [one for one in configs if folders[one.project] > 1]
    others = [one for one in configs if folders[one.project] == 1]
    room = max(1, most - len(alone))
    size = max(1, -(-len(others) // room))
    entries = [
        {
            "name": one.name or one.shown(one.schema),
            "project": one.shown(one.project),
            "schema": Path(os.path.relpath(one.schema, one.project)).as_posix(),
        }
        for one in alone
    ]
    for at in range(0, len(others), size):
        group = others[at : at + size]
        first = group[0].name.strip(".") or group[0].shown(group[0].schema)
        more = f" and {len(group) - 1} more" if len(group) > 1 else ""
        folders_of_group = "\n".join(one.shown(one.project) for one in group)
        entries.append({"name": f"{first}{more}", "project": folders_of_group, "schema": ""})
    entries.sort(key=lambda entry: (entry["project"], entry["schema"]))
    return escape_json(json.dumps({"include": entries}, ensure_ascii=False)) + "\n"
