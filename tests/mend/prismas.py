"""Prisma's own SQL on the same databases: kept, failed or lost, beside ours, and the table of both for docs/mending.md.

usage: python tests/mend/prismas.py [--databases 1000] [--seed X] [--workers 2] [--output docs/mending.md]
Needs Node and `npm ci --ignore-scripts --prefix tests/prisma`.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections import Counter
from contextlib import ExitStack
from multiprocessing import Pool
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "prisma"))
sys.path.insert(0, str(Path(__file__).parent))

import psycopg
from bench import Bench, bench, send
from case import RIGHT, Case, Verdict
from databases import databases
from engine import VERSION, Engine, engine, why_missing
from judge import content, judge, rows

HEAD = """\
# What a corrective migration keeps: ours and Prisma's

{count} databases with rows and one drift each (sometimes two or three), made at random from the seed `{seed}`; the time zone is New York's.
Ours is what `prisma-drift check` shows, Prisma's what `prisma migrate diff --script` {version} prints for the same database. Both are sent as one
message, as Prisma sends a file. Some hold values that no migration could keep, or that have to stop it.

* **kept**: it applies, and every value is there as it should be.
* **told**: what is lost, or what makes it fail, was told before it was run: by a check that counts such rows, by a hazard that names the object,
  or by a refusal with its reason. Prisma's warnings are not part of its script, so this column is ours alone.
* **fails**: it stops, and nothing is changed. **loses**: values are gone or changed. **undone**: nothing is done, though the schema asks for it.
  Ours in these columns are those that were *not* told before.

| kind | databases | ours kept | ours told | ours fails | ours loses | Prisma's keeps | Prisma's fails | Prisma's loses | Prisma's undone |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
"""
TAIL = """
The expected values are computed by the suite itself (`tests/mend/kinds`), not by the tool. This page is written by
`python tests/mend/prismas.py --databases {count} --seed {seed} --output docs/mending.md`.
"""
OURS = {
    "kept": "ours kept",
    **dict.fromkeys(("told", "predicted", "refused"), "ours told"),
    "untold": "ours fails",
}
COLUMNS = ("ours kept", "ours told", "ours fails", "ours loses", "kept", "failed", "lost", "undone")


def prismas(case: Case, running: Bench, prisma: Engine) -> str:
    """kept | failed | lost | undone: what becomes of the database under Prisma's SQL."""
    with running.migrated(case) as (connection, reader):
        answer = prisma.diff_database(running.url(connection), case.schema)
        if not answer.ok:
            return "failed"
        before = content(reader)
        try:
            send(connection, answer.text)
        except psycopg.Error:
            with contextlib.suppress(psycopg.Error):
                connection.execute("ROLLBACK")
            return "failed" if content(reader) == before else "lost"
        try:
            kept = all(p.ideal and rows(reader, p.ideal.sql) == p.ideal.rows for p in case.parts)
        except psycopg.Error:
            kept = False
        if kept:
            return "kept"
        return "lost" if content(reader) != before else "undone"


def page(found: list[tuple[Case, Verdict, str]], seed: str) -> str:
    """The table by kind, as Markdown."""
    table: dict[str, Counter[str]] = {}
    for case, verdict, word in found:
        counts = table.setdefault(case.kind, Counter())
        counts[OURS.get(verdict.word, "ours loses")] += 1
        counts[word] += 1
        counts["databases"] += 1
    table = dict(sorted(table.items()))
    table["**all**"] = sum(table.values(), Counter())
    lines = [
        f"| {kind} | {counts['databases']} | {' | '.join(str(counts[c] or '') for c in COLUMNS)} |\n"
        for kind, counts in table.items()
    ]
    return (
        HEAD.format(count=len(found), seed=seed, version=VERSION)
        + "".join(lines)
        + TAIL.format(count=len(found), seed=seed)
    )


_STACK = ExitStack()
_RUNNING: list[tuple[Bench, Engine]] = []


def _start() -> None:
    _RUNNING.append((_STACK.enter_context(bench()), _STACK.enter_context(engine())))


def _both(case: Case) -> tuple[Case, Verdict, str]:
    running, prisma = _RUNNING[0]
    return case, judge(case, running), prismas(case, running, prisma)


def main() -> int:
    parser = argparse.ArgumentParser(description="Holds Prisma's own SQL beside ours, on random databases.")
    parser.add_argument("--databases", type=int, default=1000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--output", metavar="FILE")
    options = parser.parse_args()
    if why_missing():
        print(why_missing(), file=sys.stderr)
        return 1
    with Pool(options.workers, _start) as pool:
        found = list(pool.imap(_both, databases(options.seed, options.databases)))
    text = page(found, options.seed)
    print(text)
    if options.output:
        Path(options.output).write_text(text)
    return 0 if all(verdict.word in RIGHT for _, verdict, _ in found) else 1


if __name__ == "__main__":
    sys.exit(main())
