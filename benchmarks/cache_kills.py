"""Kills runs that share one cache at random moments, eight at a time, and asks whole runs in between what they say.

usage: python benchmarks/cache_kills.py [--runs 200] [--parallel 8] [--seed 1]

Each run checks one of a few projects whose histories share their beginnings, so that all write and read the same entries. Every
answer of a run that was not killed has to be the one of a run without a cache; of files there may be those of the cache alone,
and each entry has to be whole.
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

from projects_made import make

from prisma_drift.cache.store import Store
from prisma_drift.postgres.server.packing import Pack, PackError

SIZES = ((60, 40), (80, 40), (100, 40))
COMMAND = (
    "from prisma_drift.pipeline import seen, workplace; workplace.KEEP_SECONDS = 0.0; seen._MANY = 0;"
    "from prisma_drift.migrations import glance; glance.SETTLED_SECONDS = 0.0;"
    "from prisma_drift.cli import entry; raise SystemExit(entry())"
)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--parallel", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    dice = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as place:
        root, cache = Path(place), Path(place) / "cache"
        projects = []
        for migrations, models in SIZES:
            projects.append(make(root / f"of-{migrations}", migrations, models))
        for migrations, models in SIZES:
            drifting = make(root / f"drifting-{migrations}", migrations, models)
            schema = drifting / "prisma/schema.prisma"
            schema.write_text(schema.read_text() + "\nmodel Another {\n  id Int @id\n}\n")
            projects.append(drifting)
        began = time.monotonic()
        expected = {project: said(project, None) for project in projects}
        whole = (time.monotonic() - began) / len(projects) * options.parallel / (os.cpu_count() or 1)
        before = outside(root)
        tasks = [(dice.choice(projects), dice.uniform(0, whole)) for _ in range(options.runs)]
        wrong: list[str] = []

        def one(task: tuple[Path, float]) -> bool:
            project, moment = task
            if dice.random() < 0.1:
                drop_some(cache)
            killed = kill(project, cache, moment)
            if not killed:
                return False
            answer = said(project, cache)
            if answer != expected[project]:
                wrong.append(f"{project.name}: {answer[0]} {answer[1][:300]!r}")
            return True

        with ThreadPoolExecutor(options.parallel) as pool:
            killed = sum(pool.map(one, tasks))
        store = Store.open(cache)
        assert store is not None
        broken = [
            name
            for name in sorted(store.names())
            if name.startswith(("data", "blank", "whole")) and not is_whole(store, name)
        ]
        strange = sorted(outside(root) - before)
        unfinished = sum(one.name.startswith("new-") for one in cache.iterdir())
    print(
        f"{killed} of {options.runs} killed, {options.parallel} at a time; wrong answers: {len(wrong)}; broken entries: {broken or 'none'};"
        f" files elsewhere: {strange or 'none'}; unfinished files, which go in time: {unfinished}"
    )
    for words in wrong[:5]:
        print(words)
    return 1 if wrong or broken or strange else 0


def outside(root: Path) -> set[str]:
    return {str(one) for one in root.rglob("*") if root / "cache" not in (one, *one.parents)}


def is_whole(store: Store, name: str) -> bool:
    found = store.open_entry(name)
    if found is None:
        return False
    try:
        Pack(found)
        return True
    except PackError:
        return False
    finally:
        os.close(found)


def drop_some(cache: Path) -> None:
    """What `cache clear` in another terminal does in the middle."""
    store = Store.open(cache, make=False)
    if store is not None:
        for name in list(store.names())[::2]:
            store.remove(name)
        store.close()


def command(project: Path) -> list[str]:
    return [sys.executable, "-c", COMMAND, "check", str(project), "--json", "--no-rows"]


def environment(cache: Path | None) -> dict[str, str]:
    return {**os.environ, "PRISMA_DRIFT_CACHE": str(cache) if cache else "off"}


def said(project: Path, cache: Path | None) -> tuple[int, str]:
    done = subprocess.run(
        command(project), capture_output=True, text=True, check=False, env=environment(cache)
    )
    return done.returncode, done.stdout


def kill(project: Path, cache: Path, moment: float) -> bool:
    """Start one run and kill it at that moment; whether there was anything to kill."""
    run = subprocess.Popen(
        command(project), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(cache)
    )
    try:
        run.wait(moment)
    except subprocess.TimeoutExpired:
        run.send_signal(signal.SIGKILL)
        run.wait()
        return True
    return False


if __name__ == "__main__":
    raise SystemExit(main())
