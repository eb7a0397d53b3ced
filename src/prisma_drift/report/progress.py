"""How far the migrations have got, on standard error; a terminal sees a bar, anything else sees nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from ..model.workflow import one_line

OnProgress = Callable[[int, int, str], None]
"""Number of the migration (from 1), how many there are, its name."""


@contextmanager
def progress(stream: TextIO, *, quiet: bool = False, what: str = "migrations") -> Iterator[OnProgress | None]:
    """A function to call before each migration, or whatever is counted; None where nobody would see it."""
    if quiet or not stream.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn(what),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task("", total=None)

        def on_progress(number: int, total: int, name: str) -> None:
            bar.update(task, completed=number, total=total, description=one_line(name).replace("[", r"\["))

        yield on_progress
