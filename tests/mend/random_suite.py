"""Judges corrective migrations on random databases with rows, by kind.

usage: python tests/mend/random_suite.py --databases 1000 --seed X [--only KIND] [--workers 2] [--verbose] [--show NUMBER]
       [--failures FILE]
Prints each database that is wrong, and how many are right and wrong by kind and verdict; `--show` prints one whole.
Exit status 1 where one is wrong.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from multiprocessing import Pool
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from bench import Bench, bench
from case import RIGHT, WRONG, Case, Verdict
from databases import databases
from judge import judge


def main() -> int:
    options = _options()
    table: dict[str, Counter[str]] = {}
    wrong: list[tuple[Case, Verdict]] = []
    for case, verdict in _verdicts(options):
        wrong += [] if verdict.right else [(case, verdict)]
        table.setdefault(case.kind, Counter())[verdict.word] += 1
        if options.show is not None:
            print(shown(case, verdict))
        elif options.verbose or not verdict.right:
            print(f"{verdict.word:12} {case.kind}: {case.name}: {verdict.why[:200]}", flush=True)
    if options.failures:
        Path(options.failures).write_text(failures(wrong))
    words = [w for w in (*RIGHT, *WRONG) if any(counts[w] for counts in table.values())]
    print(f"\n{'kind':24}" + "".join(f"{w:>12}" for w in words))
    for kind, counts in sorted(table.items()):
        print(f"{kind:24}" + "".join(f"{counts[w] or '':>12}" for w in words))
    total = sum(table.values(), Counter())
    right = sum(total[w] for w in RIGHT)
    print(f"\n{right} of {total.total()} right ({', '.join(f'{n} {w}' for w, n in total.most_common())})")
    return 0 if right == total.total() else 1


def _verdicts(options: argparse.Namespace) -> Iterator[tuple[Case, Verdict]]:
    cases = list(databases(options.seed, options.databases, options.only))
    if options.show is not None:
        cases = [cases[options.show]]
    if options.workers == 1:
        with bench() as running:
            yield from ((case, judge(case, running)) for case in cases)
        return
    with Pool(options.workers, _start) as pool:
        yield from pool.imap(_judged, cases)


_STACK = ExitStack()
_BENCH: list[Bench] = []


def _start() -> None:
    """A bench for each worker, until the worker ends."""
    _BENCH.append(_STACK.enter_context(bench()))


def _judged(case: Case) -> tuple[Case, Verdict]:
    return case, judge(case, _BENCH[0])


def shown(case: Case, verdict: Verdict) -> str:
    """Everything about one database."""
    return "\n".join(
        [
            f"== {case.kind}: {case.name} {' '.join(case.args)}",
            *case.migrations,
            case.rows,
            case.schema,
            f"-- {verdict.word}: {verdict.why}",
            verdict.sql,
            *verdict.hazards,
            *verdict.checks,
            *(str(part) for part in case.parts),
        ]
    )


def failures(wrong: list[tuple[Case, Verdict]]) -> str:
    """The shortest database of each sort of mistake, whole."""
    sorts: dict[tuple[str, ...], list[tuple[Case, Verdict]]] = {}
    for case, verdict in wrong:
        what = re.sub(r"\d+", "N", case.name.split(" ", 1)[1])
        if case.kind.startswith("convert"):
            what = re.sub(r"\(N(,N)?\)| not null|, a default", "", what)
        sorts.setdefault((case.kind, what, verdict.word), []).append((case, verdict))
    texts = []
    for (kind, what, word), found in sorted(sorts.items()):
        case, verdict = min(found, key=lambda f: len("".join(f[0].migrations) + f[0].rows + f[0].schema))
        texts.append(f"### {kind}: {what} — {word} ({len(found)})\n\n```\n{shown(case, verdict)}\n```\n")
    return "\n".join(texts)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Judges corrective migrations on random databases with rows."
    )
    parser.add_argument("--databases", type=int, default=1000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--only", default="", help="kinds whose name contains this")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--show", type=int, metavar="NUMBER", help="print this one whole")
    parser.add_argument(
        "--failures", metavar="FILE", help="write the shortest database of each sort of mistake there"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
