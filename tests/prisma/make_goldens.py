"""Write tests/prisma/goldens/*.json: what Prisma's engine answers, so that the tests also run without Node.

usage: python tests/prisma/make_goldens.py [schemas|pairs|databases ...]      (needs `npm ci --ignore-scripts` in tests/prisma)
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from database_cases import CASES
from engine import HERE, VERSION, Engine, engine, why_missing
from generate import Maker, random_pair
from laboratory import laboratory
from mutate_text import damage

GOLDENS = HERE / "goldens"
SCHEMAS, REFUSALS, PAIRS = 120, 260, 160


def schemas(prisma: Engine) -> list[dict[str, str]]:
    """Random schemas with the script that makes them, then damaged ones with the refusal."""
    found: list[dict[str, str]] = []
    for number in range(SCHEMAS):
        text = Maker(f"golden/{number}").world().psl()
        answer = prisma.diff(None, text)
        found.append(
            {"id": f"schema-{number}", "schema": text, "script" if answer.ok else "error": answer.text}
        )
    kinds: dict[str, int] = {}
    number = 0
    while len(found) < SCHEMAS + REFUSALS and number < 20 * REFUSALS:
        number += 1
        text = damage(Maker(f"golden/{number}").world().psl(), f"damage/{number}")
        answer = prisma.validate(text)
        if answer.ok:
            continue
        kind = "".join(c for c in answer.text.split("\n")[0] if not c.isdigit())[:60]
        kinds[kind] = kinds.get(kind, 0) + 1
        if kinds[kind] <= 6:
            found.append({"id": f"damaged-{number}", "schema": text, "error": answer.text})
    return found


def pairs(prisma: Engine) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    number = 0
    while len(found) < PAIRS:
        number += 1
        before, after = random_pair(f"golden/{number}")
        answer = prisma.diff(before, after)
        if answer.ok:
            summary = prisma.diff(before, after, summary=True).text
            found.append(
                {
                    "id": f"pair-{number}",
                    "from": before,
                    "to": after,
                    "script": answer.text,
                    "summary": summary,
                }
            )
    return found


def databases(prisma: Engine) -> list[dict[str, str]]:
    """What Prisma does with each database of database_cases.py, on the embedded server."""
    found: list[dict[str, str]] = []
    with laboratory() as lab:
        for case in CASES:
            with lab.database(case.sql) as connection:
                answer = prisma.diff_database(lab.url(connection), case.schema)
                assert answer.ok, (case.name, answer.text)
                found.append({"id": case.name, "script": answer.text})
    return found


def main(names: list[str]) -> int:
    missing = why_missing()
    if missing:
        print(f"Prisma's engine cannot run: {missing}", file=sys.stderr)
        return 1
    GOLDENS.mkdir(exist_ok=True)
    with engine() as prisma:
        for make in (schemas, pairs, databases):
            name = make.__name__
            if names and name not in names:
                continue
            cases = make(prisma)
            text = json.dumps(
                {"prisma": VERSION, "cases": cases}, indent=1, ensure_ascii=False, sort_keys=True
            )
            (GOLDENS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
            print(f"{name}: {len(cases)} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
