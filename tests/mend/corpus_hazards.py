"""Prints the hazards and checks of every drifting project of the corpus for a person to read, and runs each check on its shadow.

usage: python tests/mend/corpus_hazards.py [FOLDER …]     (default: every project of the corpus beside this checkout)
Exit status 1 where a check cannot be run, or counts something where no row is.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import psycopg
from bench import Bench, bench
from judge import count

CORPUS = Path(__file__).parents[3] / "shared/corpus"


def main() -> int:
    folders = [Path(argument) for argument in sys.argv[1:]] or sorted(
        p.parent for p in CORPUS.glob("*/prisma")
    )
    with bench() as running:
        return max([_project(folder, running) for folder in folders], default=0)


def _project(folder: Path, running: Bench) -> int:
    report = running.check(folder)
    if report["verdict"] != "drift":
        return 0
    print(f"\n==== {folder.name}: {len(report['findings'])} findings")
    for hazard in report.get("hazards") or []:
        print(
            f"[{hazard['severity']}] {hazard['id']} {hazard['object']} (statement {hazard.get('statement')})"
        )
        print(f"    {hazard['message']}\n    → {hazard.get('hint')}")
    for rename in report.get("renames") or []:
        print(f"rename {rename}")
    wrong = 0
    with running.built(
        folder / report["project"]["migrations"].removeprefix(f"{folder.name}/")
    ) as connection:
        for check in report.get("checks") or []:
            try:
                found = str(count(connection, check["sql"]))
            except (psycopg.Error, ValueError) as error:
                found = f"cannot be run: {error}"
            wrong |= found != "0"
            print(
                f"check {check['id']} {check['object']} {check['breaks']}: {check['message']}\n    {check['sql']}\n    = {found}"
            )
    print(report.get("corrective_sql") or f"(no SQL) {report.get('rejected_sql')}")
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
