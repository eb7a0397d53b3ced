"""The hook of the standalone program, and through the npm launcher, against that of an installed one, in alternating runs.

usage: standalone_time.py INSTALLED STANDALONE NODE_MODULES [RUNS]

INSTALLED, STANDALONE: the two programs; NODE_MODULES: a folder with the npm packages. On a copy of the example, with a schema
edit and its migration staged: what a commit waits for. Prints the least and the median wall time of each, and the ratios.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SQL = 'CREATE TABLE "Later" (\n    "id" INTEGER NOT NULL,\n\n    CONSTRAINT "Later_pkey" PRIMARY KEY ("id")\n);\n'


def prepare(folder: Path) -> None:
    """A repository with something to look at."""
    shutil.copytree(ROOT / "examples/alignment-plan", folder)

    def git(*words: str) -> None:
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", *identity, *words], cwd=folder, check=True)

    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "begin")
    with (folder / "prisma/schema.prisma").open("a") as file:
        file.write("\nmodel Later {\n  id Int @id\n}\n")
    migration = folder / "prisma/migrations/29990101000000_later/migration.sql"
    migration.parent.mkdir()
    migration.write_text(SQL)
    git("add", "-A")


def milliseconds(command: list[str], folder: Path) -> float:
    begun = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - begun) * 1000


def main() -> int:
    installed, standalone, modules = sys.argv[1:4]
    runs = int(sys.argv[4]) if len(sys.argv) > 4 else 20
    launcher = str(Path(modules) / "prisma-drift/bin/prisma-drift.js")
    commands = {
        "installed": [installed, "hook"],
        "standalone": [standalone, "hook"],
        "npm launcher": ["node", launcher, "hook"],
        "node alone": ["node", "-e", "0"],
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "project"
        prepare(folder)
        times: dict[str, list[float]] = {one: [] for one in commands}
        for command in commands.values():
            milliseconds(command, folder)
        for _ in range(runs):
            for one, command in commands.items():
                times[one].append(milliseconds(command, folder))
    for one, found in times.items():
        print(f"{one:<14} least {min(found):6.0f} ms   median {statistics.median(found):6.0f} ms")
    for how, pick in (("least", min), ("median", statistics.median)):
        ratio = pick(times["standalone"]) / pick(times["installed"])
        added = pick(times["npm launcher"]) - pick(times["standalone"])
        print(
            f"{how}: standalone / installed {ratio:.2f} (limit 1.3), the launcher adds {added:.0f} ms (limit 60)"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
