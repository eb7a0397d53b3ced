"""How often each named rule applied in the suites: the table of docs/decisions/README.md.

usage: python tests/prisma/count_rules.py [--pairs N --seed TEXT [--first N]] [--write]

Each database of a suite is held against its schema, our plain SQL is applied, and a second comparison must find
nothing. What fails, does not converge, or differs from Prisma's text under no rule is printed; then the status is 2.
Suites: `databases` is tests/prisma/database_cases.py; `material` is the conformance material beside the project, left
as it stands where that is absent; `pairs` are random ones, tried only where a number is given. A long run can be made
in pieces: from the second one on, `--first` says how many pairs there were before; only pairs are tried then, and
`--write` adds to the figures.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from database_cases import CASES
from laboratory import EXTENSIONS, Laboratory, Verdict, compare, laboratory

from prisma_drift.diff.compare import Rules
from prisma_drift.model.version import LATEST
from prisma_drift.psl.load import SchemaFile, load

HERE = Path(__file__).parent
DECISIONS = HERE.parents[1] / "docs/decisions"
MATERIAL = HERE.parents[1] / "../shared/conformance"
SUITES = "databases", "material", "pairs"
ROW = re.compile(r"^\| \[([a-z-]+)\]\((\S+)\) \|(.*)\|$", re.MULTILINE)


@dataclass
class Tally:
    """What one suite showed."""

    cases: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, name: str, verdict: Verdict) -> None:
        self.cases += 1
        self.kinds[verdict.kind] += 1
        self.rules.update(verdict.rules)
        if verdict.kind != "converged":
            self.wrong.append(f"{name}: {verdict.kind}: {verdict.detail}")


@dataclass(frozen=True)
class Database:
    """One database and the schema it is held against."""

    name: str
    sql: str
    schema: str
    prisma: str
    """The engine's own script; empty where it gave none."""
    extensions: tuple[str, ...] = ()
    external: dict[str, list[str]] = field(default_factory=dict)


def own_databases() -> Iterator[Database]:
    goldens = json.loads((HERE / "goldens/databases.json").read_text(encoding="utf-8"))["cases"]
    prisma = {case["id"]: case["script"] for case in goldens}
    for case in CASES:
        yield Database(case.name, case.sql, case.schema, prisma[case.name], EXTENSIONS)


def material() -> Iterator[Database]:
    for case in _read("db_to_schema"):
        script = case["expected"].get("7.9.0", {}).get("script", "")
        yield Database(case["id"], case["from_sql"], _head(case) + case["to_schema"], script)
    for case in _read("db_cases"):
        answer = case["expected"].get("7.10.0") or case["expected"].get("7.9.0") or {}
        if case["kind"] == "db" and not case["reverse"] and "stdout" in answer:
            script = answer["stdout"] if case["script"] else ""
            name = f"{case['id']} {case['name']}"
            yield Database(name, case["sql"], _head(case) + case["schema"], script, (), case["filters"] or {})


def _read(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((MATERIAL / f"{name}.json").read_text(encoding="utf-8"))
    return found


def _head(case: dict[str, Any]) -> str:
    features = f"  previewFeatures = {json.dumps(case['feats'])}\n" if case.get("feats") else ""
    head = f'generator client {{\n  provider = "prisma-client-js"\n{features}}}\n'
    return head + f'datasource db {{\n  provider = "postgresql"\n{case.get("ds") or ""}}}\n'


def tried(lab: Laboratory, one: Database) -> Verdict:
    """Our SQL applied to the database; `unexplained` where it is not Prisma's and goes by no rule."""
    after = load([SchemaFile("schema.prisma", one.schema)], version=LATEST).schema
    rules = Rules(
        version=LATEST,
        external_tables=frozenset(one.external.get("externalTables", ())),
        external_enums=frozenset(one.external.get("externalEnums", ())),
    )
    with lab.database(one.sql, one.extensions) as connection:
        found, ours, applied = compare(connection, after, rules)
        same = not one.prisma or ours.rstrip("\n") == one.prisma.rstrip("\n")
        if not (same or applied or found.notes):
            return Verdict("unexplained", f"{ours}\n--- Prisma\n{one.prisma}")
        return lab.try_on(connection, None, after, rules)


def random_pairs(lab: Laboratory, count: int, seed: str, first: int = 0) -> Tally:
    from agree import lower
    from generate import random_pair

    from prisma_drift.errors import DriftError

    tally = Tally()
    for number in range(first, first + count):
        before, after = random_pair(f"{seed}/{number}")
        try:
            sides = lower(before), lower(after)
        except DriftError:
            continue
        verdict = lab.try_pair(*sides)
        if verdict.kind in ("converged", "failed", "residual", "self-drift"):
            tally.add(f"{seed}/{number}", verdict)
    return tally


def documented() -> dict[str, dict[str, str]]:
    """Rule → suite → the figure that docs/decisions/README.md gives."""
    text = (DECISIONS / "README.md").read_text(encoding="utf-8")
    rows = {name: [cell.strip() for cell in cells.split("|")] for name, _, cells in ROW.findall(text)}
    return {name: dict(zip(SUITES, cells, strict=True)) for name, cells in rows.items()}


def write(tallies: dict[str, Tally], *, added: bool = False) -> None:
    """Put the new figures into the table, `added` to those of the pairs before; those of suites that did not run stay."""
    path = DECISIONS / "README.md"
    text = path.read_text(encoding="utf-8")
    before = documented()
    rows = []
    for page in sorted(DECISIONS.glob("0[1-9]*-*.md")):
        rule = page.stem.partition("-")[2]
        if f"Rule `{rule}`" not in page.read_text(encoding="utf-8"):
            continue
        old = before.get(rule, {})
        new = {suite: tally.rules[rule] for suite, tally in tallies.items()}
        if added:
            new["pairs"] += int(old.get("pairs", "0"))
        cells = [str(new[s]) if s in new else old.get(s, "0") for s in SUITES]
        rows.append(f"| [{rule}]({page.name}) | {' | '.join(cells)} |")
    head = text[: text.index("\n", text.index("\n|---") + 1) + 1]
    path.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pairs", type=int, default=0)
    parser.add_argument("--seed", default="rules")
    parser.add_argument("--first", type=int, default=0, help="number of the first pair")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/decisions/README.md")
    options = parser.parse_args(argv)
    tallies: dict[str, Tally] = {}
    with laboratory() as lab:
        for suite, cases in (("databases", own_databases), ("material", material)):
            if options.first or (suite == "material" and not MATERIAL.exists()):
                continue
            tally = tallies[suite] = Tally()
            for one in cases():
                tally.add(one.name, tried(lab, one))
        if options.pairs:
            tallies["pairs"] = random_pairs(lab, options.pairs, options.seed, options.first)
    for suite, tally in tallies.items():
        print(
            f"{suite}: {tally.cases} databases, "
            + ", ".join(f"{n} {k}" for k, n in sorted(tally.kinds.items()))
        )
        for rule, count in sorted(tally.rules.items()):
            print(f"  {rule} {count}")
        for text in tally.wrong:
            print(f"===== {text}")
    if options.write:
        write(tallies, added=options.first > 0)
    return 2 if any(tally.wrong for tally in tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
