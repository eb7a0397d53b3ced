"""`prisma-drift baseline`: one clean migration in place of a history, proved to build the same, in a folder of its own."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import EXIT_DRIFT, EXIT_IN_STEP, DriftError
from ..model.commands import as_called
from ..model.counted import counted
from ..model.workflow import inert, one_line
from ..project import Config, load_config
from ..report.progress import progress
from .common import Commands, Parser, add_common, add_places, flags_of
from .output import print_code

if TYPE_CHECKING:
    from ..baseline.model import Baseline

DESCRIPTION = """\
Write one migration that builds what all migrations build.

It holds everything that the history built, also what a Prisma schema cannot declare: indexes over
embeddings and expressions, checks, functions, triggers, views, policies, grants, comments. It is run on
a second shadow database first, and both are compared, catalog by catalog; where they are not the same,
what differs is named and nothing is written. The old folder is not touched.
"""
_EPILOG = """\
exit status: 0 written, or with --check-only proved; 2 something cannot be rebuilt; 1 an error
"""
_FOLDER = "migrations-baseline"
_MOST = 20


def add(commands: Commands[Parser]) -> None:
    """The command with its flags."""
    baseline = commands.add_parser(
        "baseline",
        help="write one migration in place of a history, proved to build the same",
        description=DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    baseline.add_argument("path", nargs="?", metavar="PATH", help="the project's folder (default: .)")
    what = baseline.add_argument_group("what to write")
    what.add_argument(
        "--since", metavar="MIGRATION", help="keep this migration and all behind it; replace those before it"
    )
    what.add_argument(
        "--from",
        dest="source",
        metavar="URL|schema",
        help="where the history cannot be run: from a live database, which is only read, or from schema.prisma alone",
    )
    what.add_argument(
        "--output", metavar="DIR", help=f"the new migrations folder (default: {_FOLDER}, beside the old one)"
    )
    what.add_argument(
        "--keep-data",
        action="store_true",
        help="carry on INSERTs of constants whose rows are still those of the history",
    )
    what.add_argument(
        "--replace",
        action="store_true",
        help="put it in place of the migrations folder; the old one stays beside it, as NAME-old",
    )
    what.add_argument("--check-only", action="store_true", help="prove it, and write nothing")
    what.add_argument(
        "--adopt",
        action="store_true",
        help="only print the SQL for databases that have run the old migrations",
    )
    add_places(add_common(baseline))


def run(options: argparse.Namespace) -> int:
    """Make the baseline of one project."""
    from ..baseline.write import adoption_sql, replace_history, write_baseline

    if options.replace and options.output:
        raise DriftError(
            "--replace and --output name two places for one folder.",
            id="usage",
            hint="Leave one of them out.",
        )
    configs = load_config(flags_of(options), os.environ)
    if len(configs) != 1:
        raise DriftError(
            f"There are {len(configs)} projects here.",
            id="usage",
            hint="Name the project's folder: prisma-drift baseline PATH",
        )
    (config,) = configs
    made = _made(options, config)
    if made.troubles:
        _show(_refused(config, made))
        return EXIT_DRIFT
    if options.adopt:
        print_code(adoption_sql(made, config.default_schema))
        return EXIT_IN_STEP
    assert config.migrations is not None
    folder = Path(options.output) if options.output else config.migrations.parent / _FOLDER
    old = config.migrations.with_name(f"{config.migrations.name}-old")
    if options.replace:
        folder = config.migrations
    if not options.check_only and options.replace:
        replace_history(config, made, old)
    elif not options.check_only:
        write_baseline(config, made, folder)
    _show(_written(options, config, made, folder))
    return EXIT_IN_STEP


def _at_once(one: str, other: str) -> DriftError:
    return DriftError(
        f"{one} and {other} cannot be given at once.", id="usage", hint="Leave one of them out."
    )


def _made(options: argparse.Namespace, config: Config) -> Baseline:
    from ..baseline.run import plan_baseline
    from ..baseline.substitute import from_database, from_schema

    if options.source == "schema":
        return from_schema(config)
    with progress(sys.stderr, quiet=config.quiet) as on_progress:
        if options.source:
            return from_database(config, options.source, on_progress)
        from ..postgres.apply.migrations import ApplyError

        try:
            return plan_baseline(config, options.since, on_progress, keep_data=options.keep_data)
        except ApplyError as error:
            hint = 'Where it cannot be mended, take what a live database holds: `prisma-drift baseline --from "$DATABASE_URL"`'
            error.hint = f"{error.hint}\n{hint}" if error.hint else hint
            raise


def _refused(config: Config, made: Baseline) -> Iterator[str]:
    yield f"✗ {config.shown(config.schema)}: nothing is written, since not everything can be rebuilt"
    for trouble in made.troubles[:_MOST]:
        yield f"! {trouble}"
    if made.troubles[_MOST:]:
        yield f"  and {len(made.troubles) - _MOST} more"
    yield ""
    yield "next: end what is named in a migration of its own, or keep more of the history with --since"


def _written(options: argparse.Namespace, config: Config, made: Baseline, folder: Path) -> Iterator[str]:
    size = f"{made.sql.count(chr(10))} lines in place of {counted(len(made.replaced), 'migration')}"
    if options.check_only:
        yield f"✓ {made.name} would be {size}"
    else:
        yield f"✓ wrote {_typed(folder)}/{made.name}/migration.sql, {size}"
        if made.kept:
            yield f"  and {counted(len(made.kept), 'migration')} behind it, unchanged"
    if options.source == "schema":
        yield "  made of schema.prisma alone"
    elif options.source:
        yield f"  tried on a shadow database: the {made.objects} objects of the live one, all the same"
    else:
        yield f"  tried on a second shadow database: {made.objects} facts of the catalogs, all the same"
    if made.unknown:
        yield ""
        yield "! not in it, or not known:"
        for words in made.unknown[:_MOST]:
            yield f"  {words}"
        if made.unknown[_MOST:]:
            yield f"  and {len(made.unknown) - _MOST} more"
    if made.inserts:
        yield f"  with {counted(made.inserts, 'INSERT')} of constants, whose tables hold the rows that the history left"
    if made.data:
        yield ""
        yield f"! {counted(len(made.data), 'statement')} of the old history wrote rows, or may have; no new database will have those:"
        for one in made.data[:_MOST]:
            yield f"  {one.position.file}:{one.position.line}  {one.text}"
            if one.why:
                yield f"    not carried on: {one.why}"
        if made.data[_MOST:]:
            yield f"  and {len(made.data) - _MOST} more"
    if options.check_only:
        return
    yield ""
    old = _typed(config.migrations) if config.migrations else ""
    # What the old migrations hold is read before they are moved, or from where they were moved to.
    adopt = f"{_adopt(options, config)} > adopt.sql      for the databases that have run the old migrations"
    if options.replace:
        yield f"  {old}-old holds the old migrations: delete it when every database has adopted the new one"
        yield "next:"
        yield f"  {adopt}"
        yield f"  git add -A {shlex.quote(old)}"
    else:
        yield "next, when every branch that has migrations of its own is merged or will be rebased:"
        yield f"  {adopt}"
        yield f"  git mv {shlex.quote(old)} {shlex.quote(old + '-old')} && mv {shlex.quote(_typed(folder))} {shlex.quote(old)}"
    yield "  new databases: npx prisma migrate deploy"
    yield "  databases that have run the old migrations, one of both:"
    yield f"    npx prisma migrate resolve --applied {shlex.quote(made.name)}      leaves the old rows in _prisma_migrations"
    yield '    psql "$DATABASE_URL" -f adopt.sql      one transaction that replaces them'


def _adopt(options: argparse.Namespace, config: Config) -> str:
    words = ["prisma-drift", "baseline", *([options.path] if options.path else []), "--adopt"]
    words += ["--keep-data"] if options.keep_data else []
    for flag, value in (
        ("--since", options.since),
        (
            "--migrations",
            f"{_typed(config.migrations)}-old"
            if options.replace and config.migrations
            else options.migrations,
        ),
        ("--config", options.config),
    ):
        words += [flag, value] if value else []
    return shlex.join(words)


def _typed(path: Path) -> str:
    return Path(os.path.relpath(path)).as_posix()


def _show(told: Iterator[str]) -> None:
    """No control character of a repository's names reaches the terminal."""
    sys.stdout.write("".join(f"{inert(as_called(one_line(line)))}\n" for line in told))
    sys.stdout.flush()
