"""`prisma-drift baseline` on projects: is it proved, how large, and do Prisma's engine and our check say of it what they say of the old folder?

usage: baseline_projects.py PROJECT…     prints a line for each, and exits with 1 where one is not the same

The engine is that of tests/prisma (`npm ci --ignore-scripts` there); without it that column says so.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/prisma"))

from engine import Engine, engine, why_missing

from prisma_drift.baseline.model import Baseline
from prisma_drift.baseline.run import plan_baseline
from prisma_drift.baseline.write import write_baseline
from prisma_drift.errors import DriftError
from prisma_drift.migrations.folder import MIGRATION_FILE
from prisma_drift.migrations.history import History, Migration
from prisma_drift.model.values import replace
from prisma_drift.pipeline.check import migrate_project
from prisma_drift.pipeline.source import read_project
from prisma_drift.postgres.server.server import Server, parse_shadow, server
from prisma_drift.project import Config, Flags, load_config

_URLS = re.compile(r"(?m)^\s*(?:url|directUrl|shadowDatabaseUrl)\s*=.*$")


def engine_says(
    prisma: Engine, running: Server, config: Config, history: History, schema: list[list[str]]
) -> str:
    """What the engine would change in a database that these migrations built."""
    database = running.create_database()
    try:
        migrate_project(config, history, database)
        given = database.parameters
        host = given["host"].replace("/", "%2F")
        login = f"{given['user']}:{given.get('password', '')}"
        url = f"postgresql://{login}@localhost:{given['port']}/{database.name}?host={host}"
        answer = prisma.ask(
            {"op": "diff", "from": {"url": url, "files": schema}, "to": {"files": schema}, "summary": False}
        )
        return answer.text
    finally:
        running.drop_database(database)


def check_says(project: Path, *flags: str) -> str:
    """The verdict and each finding, without its places."""
    done = subprocess.run(
        [sys.executable, "-m", "prisma_drift", "check", str(project), "--format", "json", *flags],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    report = json.loads(done.stdout)
    found = sorted((one["id"], json.dumps(one["object"])) for one in report["findings"])
    return f"{done.returncode} {found}"


def looked_at(path: Path, prisma: Engine | None, running: Server) -> tuple[str, bool]:
    """A line for people, and whether all is the same."""
    begun = time.monotonic()
    (config,) = load_config(Flags(path=str(path)), {})
    try:
        made: Baseline = plan_baseline(config, None)
    except DriftError as error:
        return f"no baseline: {error.message}", True
    took = time.monotonic() - begun
    size = sum(len(one.sql) for one in made.replaced)
    line = f"{len(made.replaced):4} migrations of {size:8} bytes -> {len(made.sql):7} bytes, {made.objects:5} facts, {took:5.1f} s"
    if made.troubles:
        return f"{line}  NOT PROVED: {made.troubles[:3]}", False
    same = True
    with tempfile.TemporaryDirectory() as folder:
        new = Path(folder) / "migrations"
        write_baseline(config, made, new)
        checked = check_says(path) == check_says(path, "--migrations", str(new))
        same &= checked
        line += f"  check: {'the same' if checked else 'NOT THE SAME'}"
    if prisma is None:
        return line + f"  engine: not asked ({why_missing()})", same
    _, history = read_project(config)
    files = sorted(config.schema.rglob("*.prisma")) if config.schema.is_dir() else [config.schema]
    schema = [[one.name, _URLS.sub("", one.read_text())] for one in files]
    one = Migration(made.name, made.name, f"{made.name}/{MIGRATION_FILE}", made.sql)
    old, fresh = (
        engine_says(prisma, running, config, replace(history, migrations=which), schema)
        for which in (history.migrations, (one,))
    )
    same &= old == fresh
    return line + f"  engine: {f'the same, {len(old)} bytes' if old == fresh else 'NOT THE SAME'}", same


def main(projects: list[str]) -> int:
    every = True
    with ExitStack() as stack:
        prisma = None if why_missing() else stack.enter_context(engine())
        running = stack.enter_context(server(parse_shadow("embedded")))
        for name in projects:
            line, same = looked_at(Path(name), prisma, running)
            every &= same
            print(f"{Path(name).name:36} {line}", flush=True)
    return 0 if every else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
