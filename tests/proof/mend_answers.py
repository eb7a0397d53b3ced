"""The shared databases with one drift each: our answer on their rows, and on invented ones, kind by kind.

usage: python tests/proof/mend_answers.py CASES.json
An answer on their rows is the judge's (tests/mend/judge.py); on invented rows it is that of the proof: kept (nothing is counted,
every value stays), predicted (it stops where a check counts), told (it loses what is told), refused (no migration is offered).
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "mend"))

from bench import bench
from case import Case
from judge import judge


def on_invented(report: dict[str, Any]) -> str:
    """The answer of the proof on rows."""
    found = (report.get("proof") or {}).get("populated")
    if report["verdict"] == "in-step":
        return "kept"
    if not report["corrective_sql"]:
        return "WRONG" if found and found.get("error") else "refused"
    if found is None or found.get("skipped"):
        return "WRONG"
    words = ["predicted"] if found["stops_where_told"] else []
    words += ["told"] if found["lost_as_told"] else []
    return "+".join(words) or ("kept" if found["applied"] else "WRONG")


def main() -> int:
    cases = [Case.from_json(one) for one in json.loads(Path(sys.argv[1]).read_text())]
    kinds: dict[str, tuple[Counter[str], Counter[str]]] = {}
    wrong = 0
    with bench() as running:
        for case in cases:
            verdict, answer = judge(case, running), on_invented(running.report(case))
            theirs, ours = kinds.setdefault(case.kind, (Counter(), Counter()))
            theirs[verdict.word] += 1
            ours[answer] += 1
            wrong += not verdict.right or "WRONG" in answer
            if verdict.word not in answer:
                print(f"{case.kind}: {case.name}: {verdict.word} on theirs, {answer} on invented", flush=True)
    for kind, (theirs, ours) in kinds.items():
        print(f"| {kind} | {_said(theirs)} | {_said(ours)} |")
    print(f"{len(cases) - wrong} of {len(cases)} right on both")
    return 1 if wrong else 0


def _said(found: Counter[str]) -> str:
    return ", ".join(f"{word} {number}" for word, number in sorted(found.items()))


if __name__ == "__main__":
    sys.exit(main())
