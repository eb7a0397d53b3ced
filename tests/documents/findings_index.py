"""The index of docs/findings: every page, by what it is about, with its first sentence.

usage: python tests/documents/findings_index.py [--write]
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

PAGES = Path(__file__).parents[2] / "docs" / "findings"
INDEX = PAGES / "README.md"

HAZARDS = frozenset(
    [
        "check-scans",
        "foreign-key-scans",
        "foreign-key-without-index",
        "index-build-blocks-writes",
        "index-drop-blocks",
        "not-null-scans",
        "rows-changed-in-migration",
        "table-rewrite",
        "unique-build-blocks",
        "unmanaged-dropped",
        "vector-dimension-change",
        "vector-index-build",
        "breaks-application",
        "column-required",
        "data-loss",
        "duplicates",
        "links-replaced",
        "nulls",
        "object-in-the-way",
        "object-lost",
        "orphans",
        "nothing-proved",
        "row-security",
        "trigger-fires",
        "value-refused",
    ]
)
_COMMIT = re.compile(
    r"branch-.*|migration-(deleted|differs|duplicate|edited|missing|out-of-order|renamed|would-fail|unreadable)|lock-file-changed|unmerged|base-.*|contract-.*|package-.*"
)
_FOLDER = re.compile(r"migrations?-.*|lock-file-.*|stray-sql-file|transaction-per-statement")
_DIFFERENCE = re.compile(
    r"(table|column|index|primary-key|foreign-key|enum|extension|vector)-.*|schema-missing|join-table-key|unsupported-type-compared"
)
_LIVE = re.compile(
    r"(deploy|history|live|acceptance|backfill)-.*|check-refused|count-failed|lock-waits|long-lock|search-path|server-other-major|time-zone|exclusions"
)
_APPLY = "A migration does not apply to the shadow database: "
GROUPS = {
    "The schema and the migrations disagree": "What `check` is for: one side has what the other has not.",
    "What a migration may cost": "Hazards: told above the SQL of a corrective migration, most with a query that counts the rows concerned, or at the statements of a branch (`check --base`), as they were seen.",
    "A migration does not apply": "The shadow database refused a migration; the report has its file and line.",
    "What is committed": "Told by the commit hook, and where a branch is compared with the one it will be merged into.",
    "The migrations folder": "What is in it, and whether Prisma reads it in the way that it looks.",
    "No drift, but good to know": "Notes: differences that Postgres does not have, or that Prisma could not mend.",
    "The project, settings and surroundings": "What is not understood, cannot be reached or cannot be written.",
    "A live database": "What the gate finds before a deploy, and what was accepted.",
}


def group(id: str, page: str) -> str:
    """Which of GROUPS a page belongs to."""
    names = list(GROUPS)
    first = page.split("\n\n")[1]
    if id in HAZARDS:
        return names[1]
    if first.startswith(_APPLY):
        return names[2]
    if _LIVE.fullmatch(id):
        return names[7]
    if _COMMIT.fullmatch(id):
        return names[3]
    if "Severity: note" in first:
        return names[5]
    if _DIFFERENCE.fullmatch(id):
        return names[0]
    return names[4] if _FOLDER.fullmatch(id) else names[6]


def summary(page: str) -> str:
    """The first sentence of a page, without what its whole group has in common."""
    first = page.split("\n\n")[1].replace("\n", " ").split(" Severity:")[0]
    said = first.removeprefix(_APPLY)
    return said[0].upper() + said[1:]


def index() -> str:
    """The text of docs/findings/README.md."""
    pages = {path.stem: path.read_text("utf-8") for path in PAGES.glob("*.md") if path != INDEX}
    said = [
        "# Findings",
        "",
        "Every finding, hazard and error has an id. Reports print it, SARIF and JSON carry it, and each has a page here.",
        "[Troubleshooting](../troubleshooting.md) starts from the text of a message instead.",
    ]
    for name, about in GROUPS.items():
        said += ["", f"## {name}", "", about, "", "| id | what it says |", "|---|---|"]
        said += [
            f"| [{id}]({id}.md) | {summary(page)} |"
            for id, page in sorted(pages.items())
            if group(id, page) == name
        ]
    return "\n".join(said) + "\n"


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help="write docs/findings/README.md")
    if parser.parse_args(argv).write:
        INDEX.write_text(index(), encoding="utf-8")
    else:
        print(index(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
