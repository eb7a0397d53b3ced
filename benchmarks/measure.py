"""Times whole processes: wall time and peak memory of each run, two commands in turn, medians and spread."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one command."""

    seconds: float
    peak: int
    """Bytes of its largest process."""
    code: int = 0


@dataclass(frozen=True, slots=True)
class Pairs:
    """Two commands that ran in turn."""

    ours: tuple[Run, ...]
    theirs: tuple[Run, ...]

    @property
    def ratios(self) -> list[float]:
        """Ours to theirs, pair by pair, sorted."""
        return sorted(a.seconds / b.seconds for a, b in zip(self.ours, self.theirs, strict=True))

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    def words(self) -> str:
        """`0.45 (0.41–0.52, 15 pairs)`: the median and the middle half."""
        low, high = quartiles(self.ratios)
        return f"{self.ratio:.2f} ({low:.2f}–{high:.2f}, {len(self.ours)} pairs)"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    letter: str
    name: str
    ours: str
    theirs: str
    ratio: str
    goal: str = ""
    met: bool | None = None
    note: str = ""


@dataclass(slots=True)
class Table:
    """Rows as they come."""

    rows: list[Row] = field(default_factory=list)
    missing: list[tuple[str, str]] = field(default_factory=list)
    """(letter and name, why it cannot be measured here)"""
    keep: Callable[[], None] | None = None
    """Called after each row: whoever ends a run keeps what it has measured."""

    def add(self, row: Row) -> None:
        self.rows.append(row)
        if self.keep:
            self.keep()
        goal = f"   goal {row.goal}: {'met' if row.met else 'not met'}" if row.goal else ""
        print(f"({row.letter}) {row.name}: {row.ours} / {row.theirs} = {row.ratio}{goal}", flush=True)

    def lacks(self, name: str, why: str) -> None:
        self.missing.append((name, why))
        if self.keep:
            self.keep()
        print(f"{name}: not measured: {why}", flush=True)


def run(
    command: Sequence[str],
    *,
    cwd: str | None = None,
    env: Mapping[str, str] | None = None,
    codes: Sequence[int] = (0,),
    given: bytes | None = None,
) -> Run:
    """Run a command to its end; its output is thrown away. RuntimeError for another exit status."""
    began = time.perf_counter()
    process = subprocess.Popen(
        list(command),
        cwd=cwd,
        env=None if env is None else dict(env),
        stdin=subprocess.PIPE if given is not None else subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    if given is not None and process.stdin is not None:
        process.stdin.write(given)
        process.stdin.close()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = code = os.waitstatus_to_exitcode(status)
    if code not in codes:
        raise RuntimeError(f"{' '.join(command)}: exit status {code}")
    return Run(seconds, usage.ru_maxrss * 1024, code)


def in_turn(
    ours: Callable[[], Run], theirs: Callable[[], Run], pairs: int, *, seconds: float = 120.0
) -> Pairs:
    """Both once without counting, then in turn `pairs` times, or as often as fits into `seconds`; at least three times."""
    ours(), theirs()
    first: list[Run] = []
    second: list[Run] = []
    began = time.perf_counter()
    while len(first) < pairs and (len(first) < 3 or time.perf_counter() - began < seconds):
        # Who comes first changes, since whoever comes second may find the disk's caches warmer.
        if len(first) % 2:
            second.append(theirs())
            first.append(ours())
        else:
            first.append(ours())
            second.append(theirs())
    return Pairs(tuple(first), tuple(second))


def quartiles(values: Sequence[float]) -> tuple[float, float]:
    cut = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else [values[0]] * 3
    return cut[0], cut[2]


def seconds_of(runs: Sequence[Run]) -> str:
    """`0.45 s`, or `45 ms` below a tenth of one."""
    found = statistics.median(one.seconds for one in runs)
    return f"{found:.2f} s" if found >= 0.1 else f"{found * 1000:.0f} ms"


def compared(
    table: Table, letter: str, name: str, pairs: Pairs, *, goal: float | None = None, note: str = ""
) -> Row:
    """The row of two commands, put into the table."""
    row = Row(
        letter,
        name,
        seconds_of(pairs.ours),
        seconds_of(pairs.theirs),
        pairs.words(),
        f"≤ {goal:g}" if goal is not None else "",
        None if goal is None else pairs.ratio <= goal,
        note,
    )
    table.add(row)
    return row


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float:
    """The slope of a line through the logarithms (least squares)."""
    import math

    xs, ys = [math.log(x) for x in sizes], [math.log(y) for y in values]
    mean_x, mean_y = statistics.fmean(xs), statistics.fmean(ys)
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / sum(
        (x - mean_x) ** 2 for x in xs
    )
