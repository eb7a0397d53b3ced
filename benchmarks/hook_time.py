"""The commit hook against its floors, in alternating runs, on a copy of a real project.

usage: hook_time.py BIN PROJECT [RUNS]     BIN: the bin folder of an environment that holds prisma-drift; PROJECT: has prisma/

Nothing relevant staged: against `python -c pass` and `git diff --cached --quiet`, at most 1.5 times.
Something to parse: against `python -c "import sqlglot"`, at most 2.5 times.
Prints the processor time and the wall time of both, the least and the median of all runs.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CACHE = tempfile.TemporaryDirectory()
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {
    "PYTHONPYCACHEPREFIX": CACHE.name
}
"""Both sides compiled once and kept, as where the tool is installed."""


def run(commands: list[list[str]], folder: Path) -> tuple[float, float]:
    """Processor and wall time in milliseconds."""
    used, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    for command in commands:
        subprocess.run(
            command,
            cwd=folder,
            env=ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return cpu * 1000, wall * 1000


def compare(
    name: str, floor: list[list[str]], hook: list[str], folder: Path, runs: int, limit: float
) -> None:
    run(floor, folder)
    run([hook], folder)
    pairs = [(run(floor, folder), run([hook], folder)) for _ in range(runs)]
    words = []
    for which, kind in enumerate(("cpu", "wall")):
        floors, hooks = [one[which] for one, _ in pairs], [one[which] for _, one in pairs]
        for how, pick in (("min", min), ("median", statistics.median)):
            a, b = pick(floors), pick(hooks)
            words.append(f"{kind} {how} {b:.0f}/{a:.0f} ms = {b / a:.2f}")
    print(f"{name} (limit {limit}): {', '.join(words)}", flush=True)


def main(binaries: Path, source: Path, runs: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shutil.copytree(source / "prisma", folder / "prisma", copy_function=shutil.copyfile)
        subprocess.run(["chmod", "-R", "u+w", str(folder)], check=True)

        def git(*words: str) -> None:
            identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
            subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True, env=clean)

        clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        git("init", "-q", "-b", "main")
        git("add", "-A")
        git("commit", "-qm", "x")
        python, hook = str(binaries / "python"), [str(binaries / "prisma-drift"), "hook"]
        sqlglot = [[python, "-c", "import sqlglot"]]
        (folder / "README.md").write_text("x")
        git("add", "-A")
        bare = [[python, "-c", "pass"], ["git", "diff", "--cached", "--quiet"]]
        compare("nothing relevant", bare, hook, folder, runs, 1.5)

        schema = next(f for f in sorted((folder / "prisma").rglob("*.prisma")) if "\nmodel " in f.read_text())
        text = schema.read_text()
        model = re.search(r"^model (\w+) \{[^\n]*\n", text, re.MULTILINE)
        assert model is not None
        schema.write_text(text[: model.end()] + "  addedByBenchmark String?\n" + text[model.end() :])
        git("add", "-A")
        compare("an edit alone, blocked", sqlglot, hook, folder, runs, 2.5)
        migration = folder / "prisma/migrations/99990101000000_x/migration.sql"
        migration.parent.mkdir()
        for type_, name in (
            ("TEXT", "with its migration, passes"),
            ("INTEGER", "with a wrong type, blocked"),
        ):
            migration.write_text(f'ALTER TABLE "{model[1]}" ADD COLUMN "addedByBenchmark" {type_};\n')
            git("add", "-A")
            compare(name, sqlglot, hook, folder, runs, 2.5)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 15)
