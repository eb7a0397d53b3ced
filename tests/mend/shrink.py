"""Takes out of both lists NOT_YET what has come right: `python tests/mend/shrink.py`, then commit."""

from __future__ import annotations

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import test_random_databases as sampled
import test_shared_cases as shared
from bench import Bench, bench
from databases import database
from judge import judge

HERE = Path(__file__).parent


def main() -> None:
    with bench() as running:
        cases = [c for c in shared.CASES if c.name in shared.NOT_YET]
        right = {c.name for c in cases if judge(c, running).right}
        kinds = {kind for kind in sampled.NOT_YET if _right(kind, running)}
    for file, names in (("test_shared_cases.py", right), ("test_random_databases.py", kinds)):
        path = HERE / file
        text = path.read_text()
        for name in sorted(names):
            text = text.replace(f'        "{name}",\n', "")
            print(f"{file}: {name} is right")
        path.write_text(re.sub(r"frozenset\(\s*\{\s*\}\s*\)", "frozenset()", text))


def _right(kind: str, running: Bench) -> bool:
    return all(judge(database(sampled.SEED, n, kind), running).right for n in range(sampled.EACH))


if __name__ == "__main__":
    main()
