"""The table of docs/observed.md: what Postgres was seen to do, statement by statement.

usage: python tests/rows/observed_table.py [--write]
"""

from __future__ import annotations

import sys
from pathlib import Path

from statements import STATEMENTS

PAGE = Path(__file__).parents[2] / "docs" / "observed.md"
START, END = "<!-- table -->", "<!-- end of the table -->"


def table() -> str:
    """As the tests hold it against Postgres 18 and 17."""
    lines = [
        "| statement | lock on the table | rewrites | scans | changes rows | told as |",
        "|---|---|---|---|---|---|",
    ]
    for said in STATEMENTS:
        before = f" after `{said.first}`" if said.first else ""
        ids = ", ".join(f"[{id}](findings/{id}.md)" for id in said.ids)
        marks = [" ✓ " if one else " " for one in (said.rewrites, said.scans, said.rows)]
        lines.append(
            f"| `{said.sql}`{before} | {said.lock or '–'} |{'|'.join(marks)}| {ids} |".replace("|| ", "| | ")
        )
    return "\n".join(lines) + "\n"


def page(text: str) -> str:
    """The page with the table as it is now."""
    head, _, rest = text.partition(START)
    return f"{head}{START}\n\n{table()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    if "--write" in sys.argv:
        PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
    else:
        print(table())
