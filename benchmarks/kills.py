"""Kills the tool or its supervisor at random moments, and counts what is left of them.

usage: python benchmarks/kills.py {tool|supervisor} [--runs 200] [--parallel 8] [--seed 1]

Where other runs come and go on the machine, they would sweep what is looked for here; as root, to be alone:

    unshare --mount --pid --fork --mount-proc sh -c 'mount -t tmpfs none /dev/shm; python benchmarks/kills.py tool; exit $?'
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SCHEMA = 'datasource db {\n  provider = "postgresql"\n  url = env("X")\n}\n\nmodel A {\n  id Int @id\n}\n'
SHARED = Path("/dev/shm")
STARTED: set[str] = set()
"""The runs, by their process numbers."""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("whom", choices=("tool", "supervisor"))
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--parallel", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = project(Path(folder))
        began = time.monotonic()
        subprocess.run(command(root), capture_output=True, check=True)
        whole = time.monotonic() - began
        before = segments()
        dice = random.Random(options.seed)
        moments = [dice.uniform(0, whole * 1.2) for _ in range(options.runs)]
        with ThreadPoolExecutor(options.parallel) as pool:
            killed = sum(pool.map(lambda moment: kill(root, moment, options.whom), moments))
        deadline = time.monotonic() + 60
        while (left := leftovers()) and time.monotonic() < deadline:
            time.sleep(0.2)
        new = segments() - before
    print(
        f"{options.whom}: {killed} of {options.runs} killed; left: {left or 'nothing'}; segments: {len(new)}"
    )
    return 1 if left or new else 0


def project(root: Path) -> Path:
    folder = root / "prisma" / "migrations" / "20240101000000_a"
    folder.mkdir(parents=True)
    (folder / "migration.sql").write_text('CREATE TABLE "A" ("id" INTEGER PRIMARY KEY);\n')
    (root / "prisma" / "schema.prisma").write_text(SCHEMA)
    return root


def command(root: Path) -> list[str]:
    return [
        sys.executable,
        "-c",
        "import sys; from prisma_drift.cli import main; raise SystemExit(main(sys.argv[1:]) & 1)",
        "check",
        str(root),
    ]


def kill(root: Path, moment: float, whom: str) -> bool:
    """Start one run and kill at that moment; whether there was anything to kill."""
    run = subprocess.Popen(command(root), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    STARTED.add(str(run.pid))
    while whom == "supervisor" and run.poll() is None and not children(run.pid):
        time.sleep(0.005)
    time.sleep(moment)
    pids = [run.pid] if whom == "tool" else children(run.pid)
    alive = run.poll() is None and bool(pids)
    for pid in pids if alive else ():
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            alive = False
    run.wait(60)
    return alive


def children(parent: int) -> list[int]:
    try:
        text = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    except OSError:
        return []
    return [int(pid) for pid in text.split()]


def segments() -> set[str]:
    return {entry.name for entry in SHARED.iterdir() if entry.name.startswith("PostgreSQL.")}


def leftovers() -> list[str]:
    """Folders of our runs, or without a living owner, and processes that work in one; our runs have all ended."""
    found = []
    for base in (SHARED, Path(tempfile.gettempdir())):
        for folder in base.glob("prisma-drift-*"):
            try:
                stamp = (folder / "owner").read_text().split("\n")
            except OSError:
                stamp = []
            owners = [line.split(" ")[0] for line in stamp if line]
            if not any(living(pid) for pid in owners) or not STARTED.isdisjoint(owners):
                found += [str(folder), *(f"process {pid} in {folder}" for pid in inside(folder))]
    return found


def living(pid: str) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def inside(folder: Path) -> list[str]:
    found = []
    for place in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if str(place.readlink()).startswith(str(folder)):
                found.append(place.parent.name)
        except OSError:
            continue
    return found


if __name__ == "__main__":
    raise SystemExit(main())
