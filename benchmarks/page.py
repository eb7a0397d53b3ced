"""Writes docs/performance.md from the rows that were measured."""

from __future__ import annotations

from pathlib import Path

from measure import Table

HEAD = """\
# How fast it is

This page is written by the command that measures. To measure on a machine of your own:

```
(cd tests/prisma && npm ci --ignore-scripts)     # Prisma's engine, 7.10
pip install -e '.[dev]' squawk-cli
python benchmarks/run.py --corpus FOLDER --write
```

`FOLDER` holds real projects, each as `NAME/prisma/`. Those of the table are
[langfuse](https://github.com/langfuse/langfuse/tree/62751446149b702b419a9292ddfc2280cdf74b8c/packages/shared/prisma) (434 migrations) and
[trigger.dev](https://github.com/triggerdotdev/trigger.dev/tree/b082e44389337dc6505d590737a6df70867cc8f4/internal-packages/database/prisma) (820).

Every ratio is of two whole processes that ran in turn, so that a machine that is slow for a while is slow for both: the median of
the pairs, the middle half of them, and how many there were. Three ways to run `check` are told apart:

* *from nothing* (`--no-cache`): a server is initialised, started, and removed again. So it is in every job on GitHub.
* *first check*: of a project that was never checked, on a machine where another one was: the [cache](cache.md) has a server that is
  initialised, and nothing else.
* *warm*: the cache has what an earlier run of the same project left.

langfuse is in step. trigger.dev is not: each of its runs that is not warm also makes a mend and proves it, on empty tables and on rows.
"""


def write(path: Path, table: Table, machine: list[str], note: str) -> None:
    """The page, whole."""
    lines = [HEAD, f"Machine: {'; '.join(machine)}.{' ' + note if note else ''}", ""]
    lines += ["| | | ours | theirs | ratio | goal |", "|---|---|---|---|---|---|"]
    for row in table.rows:
        goal = f"{row.goal}: {'met' if row.met else '**not met**'}" if row.goal else ""
        name = f"{row.name} ({row.note})" if row.note else row.name
        lines.append(f"| {row.letter} | {name} | {row.ours} | {row.theirs} | {row.ratio} | {goal} |")
    if table.missing:
        lines += ["", "Not measured here:", ""]
        lines += [f"- {name}: {why}" for name, why in table.missing]
    path.write_text("\n".join(lines) + "\n")
