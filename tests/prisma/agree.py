"""Compare our SQL with that of Prisma's engine on random pairs of schemas.

usage: python tests/prisma/agree.py [--pairs N] [--seed TEXT] [--apply [SHADOW]] [--only N …] [--show K]

Prints how often the two texts are equal byte for byte, which named rules applied where they are not, and the
smallest pair without an explanation. With --apply each plan also runs on the embedded Postgres: the database is
built from the first schema, our SQL is applied, and a second comparison must find nothing. Pairs that need what that
server lacks (XML) are listed by number, to be tried again with `--apply container --only …`.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from engine import Engine, engine, why_missing
from generate import random_pair

from prisma_drift.diff.compare import Rules, diff
from prisma_drift.errors import DriftError
from prisma_drift.model.schema import Schema
from prisma_drift.model.version import LATEST
from prisma_drift.plan.plan import Plan, build_plan
from prisma_drift.plan.script import script
from prisma_drift.psl.load import SchemaFile, load


@dataclass(frozen=True, slots=True)
class Outcome:
    kind: str
    """equal | both refuse | rule | differ | only we refuse | only Prisma refuses | crash"""
    ours: str
    theirs: str
    rules: tuple[str, ...] = ()


def lower(text: str) -> Schema:
    return load(
        [SchemaFile("schema.prisma", text)],
        version=LATEST,
        strict_url=True,
        strict_preview=True,
        strict_views=True,
    ).schema


def plan_for(before: str, after: str, *, faithful: bool) -> Plan:
    actual, expected = lower(before), lower(after)
    rules = Rules(version=LATEST, faithful=faithful)
    return build_plan(diff(actual, expected, rules), actual, expected, rules, strategy="plain")


def compare(prisma: Engine, before: str, after: str) -> Outcome:
    """One pair: Prisma's answer beside ours."""
    answer = prisma.diff(before, after)
    try:
        plan = plan_for(before, after, faithful=False)
    except DriftError as error:
        if not answer.ok:
            return Outcome("both refuse", error.message, answer.text)
        return Outcome("only we refuse", error.message, answer.text)
    except Exception as error:
        return Outcome("crash", repr(error), answer.text)
    ours = script(plan)
    if not answer.ok:
        return Outcome("only Prisma refuses", ours, answer.text)
    if ours == answer.text:
        return Outcome("equal", ours, answer.text)
    rules = tuple(sorted({rule for rule, _ in plan.rules_applied}))
    if rules and script(plan_for(before, after, faithful=True)) == answer.text:
        return Outcome("rule", ours, answer.text, rules)
    return Outcome("differ", ours, answer.text, rules)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--seed", default="0", help="names the run; each pair's seed is SEED/NUMBER")
    parser.add_argument(
        "--apply",
        nargs="?",
        const="embedded",
        metavar="SHADOW",
        help="apply each plan on a real Postgres (embedded)",
    )
    parser.add_argument("--only", type=int, nargs="+", metavar="N", help="these pairs of the run alone")
    parser.add_argument("--show", type=int, default=1, help="how many disagreements to print, smallest first")
    options = parser.parse_args(argv)
    missing = why_missing()
    if missing:
        print(f"Prisma's engine cannot run: {missing}", file=sys.stderr)
        return 1
    counts: Counter[str] = Counter()
    by_rule: Counter[str] = Counter()
    wrong: list[tuple[int, str, str, str, Outcome]] = []
    failed: list[tuple[int, str, str, str, str]] = []
    applied_rules: Counter[str] = Counter()
    others: dict[str, list[int]] = {}
    with ExitStack() as stack:
        prisma = stack.enter_context(engine())
        lab = None
        if options.apply:
            from laboratory import laboratory

            lab = stack.enter_context(laboratory(options.apply))
        numbers = options.only or range(options.pairs)
        for number in numbers:
            seed = f"{options.seed}/{number}"
            before, after = random_pair(seed)
            outcome = compare(prisma, before, after)
            counts[outcome.kind] += 1
            by_rule.update(outcome.rules)
            if outcome.kind not in ("equal", "both refuse", "rule"):
                wrong.append((len(before) + len(after), seed, before, after, outcome))
            if lab and outcome.kind in ("equal", "rule", "differ"):
                verdict = lab.try_pair(lower(before), lower(after))
                counts[f"applied: {verdict.kind}"] += 1
                applied_rules.update(verdict.rules)
                if verdict.kind in ("not built", "no libxml"):
                    others.setdefault(verdict.kind, []).append(number)
                elif verdict.kind not in ("converged", "refused cast"):
                    failed.append((len(before) + len(after), seed, before, after, verdict.detail))
    for size, seed, before, after, outcome in sorted(wrong, key=lambda w: w[0])[: options.show]:
        print(f"===== {seed}: {outcome.kind} ({size} characters), rules {outcome.rules}")
        print(
            f"--- before\n{before}\n--- after\n{after}\n--- Prisma\n{outcome.theirs}\n--- ours\n{outcome.ours}"
        )
    for size, seed, before, after, detail in sorted(failed, key=lambda w: w[0])[: options.show]:
        print(f"===== {seed}: does not apply or converge ({size} characters)")
        print(f"--- before\n{before}\n--- after\n{after}\n--- detail\n{detail}")
    good = counts["equal"] + counts["both refuse"] + counts["rule"]
    print(
        f"{good} of {len(numbers)} agree ({100 * good / len(numbers):.2f} %): "
        + ", ".join(f"{n} {k}" for k, n in sorted(counts.items()))
    )
    print(
        "rules between schemas: "
        + (", ".join(f"{rule} {n}" for rule, n in sorted(by_rule.items())) or "none")
    )
    if lab:
        print(
            "rules on databases: "
            + (", ".join(f"{rule} {n}" for rule, n in sorted(applied_rules.items())) or "none")
        )
    for kind, found in sorted(others.items()):
        print(f"{kind}: {' '.join(map(str, found))}")
    return 0 if not wrong and not failed else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
