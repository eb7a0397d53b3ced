"""`check --watch`: checks again when schema, migrations or settings are saved, and tells what is new since the last time."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ..errors import EXIT_IN_STEP
from ..model.counted import counted
from ..model.report import Finding, Report
from ..project import Config
from ..report.lines import line_of, put
from .output import say

POLL_SECONDS = 0.25
SETTLE_SECONDS = 0.1
"""How long nothing may change before it is looked at: an editor writes several files."""
_MOST_FILES = 50_000

Stamp = tuple[tuple[str, int, int, int], ...]
"""Path, size, time of change and number of each file."""


def watch(
    configs: Callable[[], Sequence[Config]],
    check: Callable[[Sequence[Config]], Sequence[Report]],
    color: str,
    *,
    rounds: int | None = None,
) -> int:
    """Check, wait for a change, check again, until Ctrl-C; 0. `rounds`: how many checks at most.

    `configs` reads the settings anew: they are files that may change, too. An error of theirs is told, and waited out.
    """
    from ..errors import DriftError
    from .output import fail

    before: dict[str, Report] = {}
    done = 0
    try:
        while True:
            found: Sequence[Config] = ()
            try:
                found = configs()
                stamp = stamp_of(found)
                reports = check(found)
                put(map(line_of, lines(before, reports)), sys.stdout, color)
                sys.stdout.flush()
                before = {name_of(report): report for report in reports}
            except DriftError as error:
                stamp = stamp_of(found)
                fail(error, None)
            done += 1
            if rounds is not None and done >= rounds:
                return EXIT_IN_STEP
            wait(found, stamp)
    except KeyboardInterrupt:
        say("stopped watching")
        return EXIT_IN_STEP


def wait(configs: Sequence[Config], stamp: Stamp) -> None:
    """Returns when a file is another one than `stamp` says, and nothing has changed for a moment."""
    while (now := stamp_of(configs)) == stamp:
        time.sleep(POLL_SECONDS)
    while True:
        time.sleep(SETTLE_SECONDS)
        later = stamp_of(configs)
        if later == now:
            return
        now = later


def stamp_of(configs: Sequence[Config]) -> Stamp:
    """What the files of the projects look like from outside; without a project, those of the folder."""
    found: list[tuple[str, int, int, int]] = []
    for place in dict.fromkeys(_places(configs)):
        found += _files(place)
    return tuple(sorted(set(found)))


def _places(configs: Sequence[Config]) -> Iterator[Path]:
    if not configs:
        yield Path.cwd()
    for config in configs:
        yield config.schema
        if config.migrations is not None:
            yield config.migrations
        for folder in dict.fromkeys((config.project, config.root)):
            for name in ("prisma-drift.yml", "prisma-drift.accepted.yml", "package.json", ".env"):
                yield folder / name
        yield from sorted(config.project.glob("prisma.config.*"))


def _files(place: Path) -> list[tuple[str, int, int, int]]:
    try:
        if not place.is_dir():
            facts = place.stat()
            return [(str(place), facts.st_size, facts.st_mtime_ns, facts.st_ino)]
    except OSError:
        return []
    found: list[tuple[str, int, int, int]] = []
    for folder, folders, names in os.walk(place):
        folders[:] = [name for name in folders if name not in ("node_modules", ".git")]
        for name in names:
            if name.endswith((".prisma", ".sql", ".toml")) and len(found) < _MOST_FILES:
                path = f"{folder}/{name}"
                try:
                    facts = os.stat(path)  # noqa: PTH116  thousands of files
                except OSError:
                    continue
                found.append((path, facts.st_size, facts.st_mtime_ns, facts.st_ino))
    return found


def name_of(report: Report) -> str:
    return report.project.schema


def lines(before: dict[str, Report], reports: Sequence[Report]) -> Iterator[str]:
    """What is new since the last check, as lines; nothing where nothing is."""
    for report in reports:
        old = before.get(name_of(report))
        if old != report:
            yield from _told(report, old)


def _told(report: Report, old: Report | None) -> Iterator[str]:
    here, there = _findings(report), _findings(old) if old else {}
    count = sum(one.severity == "error" for one in here.values())
    words = {"in-step": "in step", "drift": counted(count, "difference"), "error": "not to be compared"}
    mark = "✓" if report.verdict == "in-step" else "✗"
    yield f"{mark} {time.strftime('%H:%M:%S')} {report.project.schema}: {words[report.verdict]}"
    for key, one in there.items():
        if key not in here:
            yield f"  ✓ gone: {_words(one)}"
    for key, one in here.items():
        if key not in there:
            yield f"  {'✗' if one.severity == 'error' else '!'} {'new: ' if old else ''}{_words(one)}"


def _findings(report: Report) -> dict[str, Finding]:
    """The findings by what they say, wherever it stands now; without notes."""
    return {f"{one.id} {one.object} {one.message}": one for one in report.findings if one.severity != "note"}


def _words(finding: Finding) -> str:
    place = f"{finding.position}: " if finding.position else ""
    return f"{place}{finding.message} [{finding.id}]"
