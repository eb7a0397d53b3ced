"""`prisma-drift fix` killed at any moment: there is nothing, or a whole migration, and the next run is not in its way.

usage: fix_kills.py [COUNT] [SEED]     COUNT: how many runs are killed (default 200)

Half of the kills fall anywhere into a run's time, half into its last fifth, where it writes. Prints how many runs were
killed before, while and after the migration came to be, and exits with 1 where a half of one was ever seen.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

SCHEMA = """\
datasource db {
  provider = "postgresql"
}

model User {
  id   Int     @id
  name String?
}
"""
SQL = 'CREATE TABLE "User" ("id" INTEGER NOT NULL, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));\n'
WHOLE = '-- AlterTable\nALTER TABLE "User" ADD COLUMN     "name" TEXT;\n'
COMMAND = [sys.executable, "-m", "prisma_drift", "fix", "--quiet"]


def project(folder: Path) -> None:
    """A project whose schema has one column more than its migrations."""
    (folder / "prisma/migrations/20240101000000_init").mkdir(parents=True)
    (folder / "prisma/schema.prisma").write_text(SCHEMA)
    (folder / "prisma/migrations/migration_lock.toml").write_text('provider = "postgresql"\n')
    (folder / "prisma/migrations/20240101000000_init/migration.sql").write_text(SQL)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)


def made(folder: Path) -> list[Path]:
    """What lies in the migrations folder beside what was there."""
    known = ("20240101000000_init", "migration_lock.toml")
    return [entry for entry in sorted((folder / "prisma/migrations").iterdir()) if entry.name not in known]


def killed(folder: Path, after: float) -> tuple[str, float | None]:
    """One run that is killed after so many seconds: `nothing`, `whole` or `half`; and how long it took where it ended before."""
    begun = time.monotonic()
    run = subprocess.Popen(
        COMMAND, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    took = None
    try:
        run.wait(after)
        took = time.monotonic() - begun
    except subprocess.TimeoutExpired:
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
    found = made(folder)
    if not found:
        return "nothing", took
    whole = len(found) == 1 and [(found[0] / "migration.sql").read_text()] == [WHOLE]
    return "whole" if whole and len(list(found[0].iterdir())) == 1 else "half", took


def main(count: int = 200, seed: int = 1) -> int:
    choose = random.Random(seed)
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        project(folder)
        begun = time.monotonic()
        subprocess.run(COMMAND, cwd=folder, capture_output=True, check=True)
        usual = time.monotonic() - begun
        ended = 0
        for number in range(count):
            for one in made(folder):
                (one / "migration.sql").unlink()
                one.rmdir()
            least = 0.0 if number % 2 else 0.8 * usual
            outcome, took = killed(folder, choose.uniform(least, 1.1 * usual))
            # Other work on the machine makes runs longer and shorter: the last whole one is the measure.
            usual = took or usual
            ended += took is not None
            counts[outcome] += 1
            if outcome == "half":
                print(f"run {number}: {[str(path) for path in made(folder)]}")
                break
        for one in made(folder):
            (one / "migration.sql").unlink(missing_ok=True)
            one.rmdir()
        after = subprocess.run(COMMAND, cwd=folder, capture_output=True, text=True, check=False)
        left = subprocess.run(
            ["git", "status", "--short", "--ignored"], cwd=folder, capture_output=True, text=True, check=True
        )
    print(
        f"{sum(counts.values())} kills in runs of {usual:.1f} s: {dict(sorted(counts.items()))}; the next run: exit {after.returncode}"
    )
    stray = [line for line in left.stdout.split() if ".prisma-drift-" in line]
    print(f"left in the work tree: {stray or 'nothing'}")
    return int(counts["half"] > 0 or after.returncode != 0 or bool(stray))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
