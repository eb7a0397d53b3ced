"""`prisma-drift backfill`: fills columns of a live database in small batches, before the migration that needs them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..errors import EXIT_DRIFT, EXIT_IN_STEP, DriftError
from ..model.commands import as_called
from ..model.counted import counted
from ..model.workflow import inert, one_line, visible
from ..project import Config, load_config
from ..report.progress import progress
from .common import Commands, Parser, add_project, add_url, flags_of, url_of

if TYPE_CHECKING:
    from ..gate.backfill import Batch, Fill

_DESCRIPTION = """\
Fill columns of a live database in small batches, before the migration that makes them required.

Takes the UPDATEs that are still to run there, of pending migrations and of the corrective migration
that `check` shows, and does those that only fill what is NULL: in batches by primary key, each a
transaction of its own, so that no lock is held for long. Without --apply it only counts. A run that
was cut off is taken up again by running it again; the migration's own UPDATE then finds nothing.
"""
_EPILOG = "exit status: 0 nothing is left to fill, 2 something is, 1 an error"


def add(commands: Commands[Parser]) -> None:
    """The command with its flags."""
    command = commands.add_parser(
        "backfill",
        help="fill a live database's rows in small batches before a migration needs them",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("path", nargs="?", metavar="PATH", help="the project's folder (default: .)")
    live = command.add_argument_group("the database")
    add_url(live)
    live.add_argument("--apply", action="store_true", help="fill; without it, only count what would be")
    live.add_argument(
        "--batch", metavar="ROWS", type=int, default=1000, help="keys in one batch at most (default: 1000)"
    )
    add_project(command)


def run(options: argparse.Namespace) -> int:
    """Count, or fill; the exit status says whether anything is left."""
    if not 1 <= options.batch <= 100_000:
        raise DriftError(f"--batch is {options.batch}.", id="usage", hint="Give 1 to 100000.")
    url = url_of(options, os.environ)
    configs = load_config(flags_of(options), os.environ)
    return max(_backfill(options, config, url) for config in configs)


def _backfill(options: argparse.Namespace, config: Config, url: str) -> int:
    import psycopg

    from ..postgres.server.live import without_password

    try:
        return _done(options, config, url)
    except psycopg.Error as error:
        words = without_password((str(error).strip().splitlines() or [type(error).__name__])[0], url)
        raise DriftError(
            f"The database stopped answering: {words}.",
            id="database-unreachable",
            hint="What is done stays done: run the same command again.",
        ) from None


def _done(options: argparse.Namespace, config: Config, url: str) -> int:
    from ..gate.backfill import apply_backfill, plan_backfill
    from ..model.values import replace
    from ..pipeline import check
    from ..pipeline.source import read_project
    from ..postgres.server.live import Limits, connect_live, reading_live, schema_of

    config = replace(config, default_schema=schema_of(url) or config.default_schema)
    _, history = read_project(config)
    with progress(sys.stderr, quiet=config.quiet) as on_progress:
        report = check.run(config, on_progress=on_progress)
    if report.verdict == "error":
        first = report.findings[0]
        raise DriftError(first.message, id=first.id, hint=first.hint, position=first.position)
    schema = config.default_schema
    with reading_live(url, schema, Limits(lock=5, statement=300)) as reading:
        fills = plan_backfill(reading, history, report.corrective_sql, schema)
    if not options.apply:
        _show(_counted(fills))
        return EXIT_DRIFT if any(one.rows for one in fills) else EXIT_IN_STEP
    done: dict[Fill, int] = {}
    with connect_live(url) as connection, _told(config.quiet) as told:
        for one in fills:
            if not one.why_not:
                done[one] = apply_backfill(connection, one, schema, size=options.batch, told=told)
    with reading_live(url, schema, Limits(lock=5, statement=300)) as reading:
        left = plan_backfill(reading, history, report.corrective_sql, schema)
    _show(_filled(done, left))
    return EXIT_DRIFT if any(one.rows for one in left) else EXIT_IN_STEP


@contextmanager
def _told(quiet: bool) -> Iterator[Callable[[Batch], None]]:
    """Progress on standard error: a bar at a terminal, a line for each statement elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda batch: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bars:
        known: dict[str, object] = {}

        def told(batch: Batch) -> None:
            name = batch.fill.object + batch.fill.origin
            if name not in known:
                known[name] = bars.add_task(visible(batch.fill.object), total=max(1, batch.fill.rows))
            bars.update(known[name], completed=batch.filled)  # type: ignore[arg-type]

        yield told


def _counted(fills: Sequence[Fill]) -> Iterator[str]:
    if not fills:
        yield "✓ nothing to fill: no UPDATE is still to run on this database"
    for one in fills:
        if one.why_not:
            yield f"· {one.object}: left to the migration, since {one.why_not} ({one.origin})"
        elif one.rows:
            yield f"✗ {one.object}: {counted(one.rows, 'row')} to fill ({one.origin})"
        else:
            yield f"✓ {one.object}: no row to fill ({one.origin})"
    if any(one.rows for one in fills):
        yield ""
        yield "next: the same with --apply   fills them in batches; nothing is written without it"


def _filled(done: dict[Fill, int], left: Sequence[Fill]) -> Iterator[str]:
    for one, rows in done.items():
        yield f"✓ {one.object}: filled {counted(rows, 'row')} ({one.origin})"
    for one in left:
        if one.why_not:
            yield f"· {one.object}: left to the migration, since {one.why_not} ({one.origin})"
        elif one.rows:
            yield f"✗ {one.object}: {counted(one.rows, 'row')} still without a value: its expression gives none ({one.origin})"
    if not done and not left:
        yield "✓ nothing to fill: no UPDATE is still to run on this database"


def _show(lines: Iterator[str]) -> None:
    sys.stdout.write("".join(f"{inert(as_called(one_line(line)))}\n" for line in lines))
    sys.stdout.flush()
