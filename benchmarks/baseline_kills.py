"""`baseline --replace` and `smoke` killed at any moment: a whole folder of migrations, and nothing of a server, is left.

usage: python benchmarks/baseline_kills.py [--runs 100] [--parallel 4] [--seed 1]

Prints how many runs of each were killed, in which state the migrations folder was then, and what was left.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from kills import leftovers, project, segments

COMMANDS = {
    "baseline": ["baseline", "--replace", "--quiet"],
    "smoke": ["smoke", "--quiet", "--", "sleep", "0.3"],
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--parallel", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    dice, wrong = random.Random(options.seed), False
    with tempfile.TemporaryDirectory() as folder:
        root = project(Path(folder) / "project")
        (root / "prisma/migrations/migration_lock.toml").write_text('provider = "postgresql"\n')
        before, old = segments(), state(root / "prisma/migrations")
        for name, words in COMMANDS.items():
            whole = Path(folder) / f"{name}-whole"
            shutil.copytree(root, whole)
            begun = time.monotonic()
            subprocess.run(command(words), cwd=whole, capture_output=True, check=True)
            took = time.monotonic() - begun
            new = state(whole / "prisma/migrations")
            # Runs side by side take longer than one alone.
            most = took * options.parallel
            jobs = [
                (Path(folder) / f"{name}-{n}", dice.uniform(0.1, 1.0) * most) for n in range(options.runs)
            ]
            one = partial(killed, root, words, old, new)
            with ThreadPoolExecutor(options.parallel) as pool:
                seen = Counter(pool.map(one, *zip(*jobs, strict=True)))
            wrong |= any("HALF" in one for one in seen)
            print(
                f"{name}: {', '.join(f'{count} {what}' for what, count in sorted(seen.items()))}", flush=True
            )
        deadline = time.monotonic() + 30
        while (left := leftovers()) and time.monotonic() < deadline:
            time.sleep(0.2)
        print(f"left: {left or 'nothing'}; segments: {len(segments() - before)}")
    return 1 if wrong or left else 0


def command(words: list[str]) -> list[str]:
    return [sys.executable, "-m", "prisma_drift", *words]


def killed(root: Path, words: list[str], old: str, new: str, copy: Path, after: float) -> str:
    """One run in a copy of the project that is killed after so many seconds: what became of its migrations."""
    shutil.copytree(root, copy)
    run = subprocess.Popen(command(words), cwd=copy, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        run.wait(after)
        end = "ended"
    except subprocess.TimeoutExpired:
        run.send_signal(signal.SIGKILL)
        run.wait()
        end = "killed"
    now = state(copy / "prisma/migrations")
    if list((copy / "prisma").glob(".prisma-drift-*")):
        end += ", a folder in the making left"
    return f"{end}, {'the old folder' if now == old else 'the new folder' if now == new else 'HALF A FOLDER'}"


def state(folder: Path) -> str:
    """All names and bytes below a folder."""
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    return hashlib.sha256(
        b"\0".join(str(f.relative_to(folder)).encode() + b"\0" + f.read_bytes() for f in files)
    ).hexdigest()


if __name__ == "__main__":
    raise SystemExit(main())
