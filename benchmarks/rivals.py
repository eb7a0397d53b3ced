"""What we are measured against: Prisma's engine from npm, the bare steps on the same binaries, a container, a linter."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from measure import Run, run

ROOT = Path(__file__).parents[1]
ENGINE = ROOT / "tests/prisma"
IMAGE = "pgvector/pgvector:pg17"
FAST = "-c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off"
_FEATURES = frozenset(
    {
        "fullTextSearchPostgres",
        "nativeDistinct",
        "partialIndexes",
        "postgresqlExtensions",
        "relationJoins",
        "schemaEngineDriverAdapters",
        "shardKeys",
        "strictUndefinedChecks",
        "typedSql",
        "views",
    }
)
"""Those of 7.10, by its own message."""
_ONLY_BEFORE_7 = ("url", "directUrl", "shadowDatabaseUrl")


def binaries() -> Path:
    """The folder of the server's programs that our own shadow runs."""
    from prisma_drift.postgres.server.embedded import find_embedded

    return find_embedded().bin


def scripts(project: Path) -> list[Path]:
    """The migrations' files in their order."""
    return sorted((project / "prisma/migrations").glob("*/migration.sql"), key=lambda one: one.parent.name)


def schema_files(project: Path) -> list[Path]:
    return [
        one for one in sorted((project / "prisma").rglob("*.prisma")) if "migrations" not in one.parent.parts
    ]


def engine_missing() -> str:
    """Why Prisma's engine cannot run here; empty where it can."""
    if not shutil.which("node"):
        return "no node on PATH"
    if not (ENGINE / "node_modules/@prisma/schema-engine-wasm").is_dir():
        return "run `npm ci --ignore-scripts` in tests/prisma first"
    return ""


def _text(path: Path) -> str:
    """A schema as release 7 takes it: where the database is stands elsewhere there."""
    lines = path.read_text().splitlines(keepends=True)
    return "".join(_features(one) for one in lines if one.split("=")[0].strip() not in _ONLY_BEFORE_7)


def _features(line: str) -> str:
    """The line without preview features that the release no longer knows."""
    if line.split("=", maxsplit=1)[0].strip() != "previewFeatures":
        return line
    kept = [one for one in re.findall(r'"(\w+)"', line) if one in _FEATURES]
    return f"previewFeatures = [{', '.join(json.dumps(one) for one in kept)}]\n"


def engine_request(project: Path, url: str) -> bytes:
    """What the engine is asked: from the migrations, run on a new database of that server, to the schema."""
    files = [[str(one), _text(one)] for one in schema_files(project)]
    texts = [one.read_text() for one in scripts(project)]
    source = {"migrations": texts, "url": url, "files": files}
    return json.dumps({"op": "diff", "from": source, "to": {"files": files}}).encode() + b"\n"


def engine(request: bytes) -> Run:
    """One whole process of the engine: Node's start, the migrations, the difference."""
    return run(["node", str(ENGINE / "engine.mjs")], given=request)


def engine_says(request: bytes) -> str:
    """Its answer; RuntimeError where that is an error."""
    done = subprocess.run(
        ["node", str(ENGINE / "engine.mjs")], input=request, capture_output=True, check=True
    )
    answer = json.loads(done.stdout)
    if not answer["ok"]:
        raise RuntimeError(answer["error"])
    return str(answer["stdout"])


@contextmanager
def standing_server() -> Iterator[str]:
    """A server that is up already, with a role that may make extensions; its URL."""
    with _folder() as place:
        _initdb(place)
        with _started(place):
            yield f"postgresql://postgres@localhost/postgres?host={str(place).replace('/', '%2F')}"


def floor(project: Path) -> Run:
    """initdb, a start, psql with every file: what nobody who begins with nothing can leave out."""
    with _folder() as place:
        files = scripts(project)
        began = time.perf_counter()
        _initdb(place)
        with _started(place):
            words = [word for file in files for word in ("-f", str(file))]
            subprocess.run(
                [binaries() / "psql", "-q", "-h", str(place), "-U", "postgres", "-d", "postgres", *words],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
            return Run(time.perf_counter() - began, 0)


class WarmFloor:
    """A data folder on which a history has run: to copy it, start it, and read two catalogs of it is the least."""

    def __init__(self, project: Path, place: Path) -> None:
        self._kept = place / "kept"
        with _folder() as made:
            _initdb(made)
            with _started(made):
                words = [word for file in scripts(project) for word in ("-f", str(file))]
                subprocess.run(
                    [binaries() / "psql", "-q", "-h", str(made), "-U", "postgres", "-d", "postgres", *words],
                    capture_output=True,
                    check=False,
                )
                _stop(made, "fast")
            shutil.copytree(made / "data", self._kept)

    def run(self) -> Run:
        with _folder() as place:
            began = time.perf_counter()
            subprocess.run(["cp", "-r", str(self._kept), str(place / "data")], check=True)
            if os.geteuid() == 0:
                subprocess.run(["chown", "-R", "nobody", str(place / "data")], check=True)
            (place / "data").chmod(0o700)
            with _started(place), psycopg.connect(f"host={place} user=postgres dbname=postgres") as db:
                for table in ("pg_class", "pg_attribute"):
                    db.execute(f"SELECT * FROM pg_catalog.{table}").fetchall()
                return Run(time.perf_counter() - began, 0)


def container_missing() -> str:
    """Why no container can run here; empty where one can."""
    if not shutil.which("docker"):
        return "no Docker engine"
    found = subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True, check=False)
    return "" if found.returncode == 0 else f"no Docker engine, or no image {IMAGE}"


def container() -> Run:
    """From `docker run` to the first answer of the server in it."""
    name = f"benchmark-{os.getpid()}-{time.monotonic_ns()}"
    began = time.perf_counter()
    subprocess.run(
        ["docker", "run", "-d", "--rm", "--name", name, "-e", "POSTGRES_PASSWORD=x", IMAGE],
        capture_output=True,
        check=True,
    )
    try:
        asked = [
            "docker",
            "exec",
            "-e",
            "PGPASSWORD=x",
            name,
            "psql",
            "-h",
            "127.0.0.1",
            "-U",
            "postgres",
            "-wc",
            "SELECT 1",
        ]
        while subprocess.run(asked, capture_output=True, check=False).returncode:
            if time.perf_counter() - began > 60:
                raise RuntimeError(f"{IMAGE} does not answer")
            time.sleep(0.02)
        return Run(time.perf_counter() - began, 0)
    finally:
        subprocess.run(["docker", "rm", "-f", name], capture_output=True, check=False)


@contextmanager
def _folder() -> Iterator[Path]:
    """Where our own server's folder would stand, too."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as made:
        Path(made).chmod(0o777)
        yield Path(made)


def _user() -> list[str]:
    """Postgres does not run as root."""
    return (
        ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"] if os.geteuid() == 0 else []
    )


def _quietly(*words: str | Path) -> None:
    subprocess.run(
        [*_user(), *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True
    )


def _initdb(place: Path) -> None:
    _quietly(
        *(binaries() / "initdb", "-D", place / "data", "-A", "trust", "-U", "postgres"),
        *("-E", "UTF8", "--locale=C", "--no-sync"),
    )


@contextmanager
def _started(place: Path) -> Iterator[None]:
    options = f"{FAST} -c unix_socket_directories={place}"
    _quietly(
        *(binaries() / "pg_ctl", "-D", place / "data", "-w", "-l", place / "log", "-o", options, "start")
    )
    try:
        yield
    finally:
        _stop(place, "immediate")


def _stop(place: Path, how: str) -> None:
    if (place / "data/postmaster.pid").exists():
        _quietly(binaries() / "pg_ctl", "-D", place / "data", "-w", "-m", how, "stop")
