"""Fixtures for tests that need Postgres, or schemas as values: one server for the session, a fresh database for each test."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from prisma_drift.errors import ServerError
from prisma_drift.model.values import replace

PROJECT = Path(__file__).parents[1]
os.environ["PRISMA_DRIFT_CACHE"] = "off"
"""No test reads what a user's runs have left, or leaves anything there; those of the cache name folders of their own."""

if TYPE_CHECKING:
    from production import Production

    from prisma_drift.model.schema import Column, Index, Schema, Table
    from prisma_drift.postgres.server.database import Connection, Database, Server


def pytest_configure(config: pytest.Config) -> None:
    """A shell that starts its jobs in the background has them ignore SIGINT, and so would all programs that tests start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """With workers (`-n 2`) a file stays with one worker, and so do all tests of containers, which share one image.

    Not by xdist's own groups: they write to the node id, which pytest 9.2 no longer reads there.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::", 1)[0]
            return "tests/containers" if file.startswith("tests/containers/") else file

    return ByFile(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of a test that is `sampled(n)` every nth of its inputs is tried, all of them with PRISMA_DRIFT_WHOLE=1."""
    if os.environ.get("PRISMA_DRIFT_WHOLE"):
        return
    seen: Counter[str] = Counter()
    left_out = []
    for item in items:
        marker = item.get_closest_marker("sampled")
        if marker is not None:
            test = f"{item.path}::{getattr(item, 'originalname', item.name)}"
            if seen[test] % marker.args[0]:
                left_out.append(item)
            seen[test] += 1
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        out = {id(item) for item in left_out}
        items[:] = [item for item in items if id(item) not in out]


@pytest.fixture(scope="session")
def shadow() -> Iterator[Server]:
    """The embedded server; skips, and says why, where its programs are missing."""
    from prisma_drift.postgres.server.server import parse_shadow, server

    try:
        starting = server(parse_shadow("embedded"))
        running = starting.__enter__()
    except ServerError as error:
        pytest.skip(f"no Postgres: {error.message}")
    try:
        yield running
    finally:
        starting.__exit__(None, None, None)


@pytest.fixture
def database(shadow: Server) -> Iterator[Database]:
    made = shadow.create_database()
    yield made
    shadow.drop_database(made)


@pytest.fixture
def production(tmp_path: Path, database: Database) -> Production:
    """A fresh project with two migrations, both deployed to a database that stands for its production."""
    from production import MIGRATIONS, Production

    made = Production(tmp_path / "project", database)
    for name, sql in MIGRATIONS.items():
        made.add(name, sql)
    made.deploy()
    return made


@pytest.fixture(scope="session")
def standing(shadow: Server) -> Iterator[Database]:
    """One database for the whole session, whose changes are all rolled back."""
    made = shadow.create_database()
    yield made
    shadow.drop_database(made)


@pytest.fixture
def connection(standing: Database) -> Iterator[Connection]:
    """A connection as Prisma's (its search_path is the default schema alone), within a transaction of the test."""
    with standing.connect(default_schema="public") as opened, opened.transaction(force_rollback=True):
        yield opened


@pytest.fixture
def models() -> Callable[..., Schema]:
    """Models and enums as the Schema that they ask for: `models("model U {…}", features=["partialIndexes"])`."""
    from prisma_drift.model.version import LATEST
    from prisma_drift.psl.load import SchemaFile, load

    def made(text: str, *, datasource: str = "", features: tuple[str, ...] = ()) -> Schema:
        head = f'datasource db {{\n  provider = "postgresql"\n{datasource}\n}}\n'
        if features:
            listed = ", ".join(f'"{name}"' for name in features)
            head += f'generator client {{\n  provider = "prisma-client"\n  output = "client"\n  previewFeatures = [{listed}]\n}}\n'
        return load([SchemaFile("schema.prisma", head + text)], version=LATEST).schema

    return made


@pytest.fixture
def as_database(models: Callable[..., Schema]) -> Callable[..., Schema]:
    """The same as a database holds it, without a server: what the comparison looks at, as the catalog would say it."""
    from prisma_drift.model.schema import CatalogColumn, CatalogIndex
    from prisma_drift.model.types import Arity, PrismaLevel, Sequence

    def column(table: Table, found: Column) -> Column:
        native, default = found.type.native, found.default
        type_ = found.type.text or (str(native).lower() if native else str(found.type.enum))
        if isinstance(default, PrismaLevel):
            default = None
        if found.autoincrement:
            default = Sequence(f"{table.name.name}_{found.name}_seq")
        suffix = "[]" if found.type.arity is Arity.LIST else ""
        return replace(
            found, default=default, position=None, field="", catalog=CatalogColumn(type=type_ + suffix)
        )

    def index(found: Index) -> Index:
        names = tuple(c.opclass.name if c.opclass else "default_ops" for c in found.columns)
        catalog = CatalogIndex("", found.method, opclasses=names, predicate=found.predicate)
        columns = tuple(replace(c, sort=c.sort or "asc") for c in found.columns)
        return replace(found, columns=columns, position=None, catalog=catalog)

    def table(found: Table) -> Table:
        return replace(
            found,
            columns=tuple(column(found, c) for c in found.columns),
            indexes=tuple(sorted(map(index, found.indexes), key=lambda i: i.name.encode())),
            foreign_keys=tuple(sorted(found.foreign_keys, key=lambda k: k.name.encode())),
            explicit_schema=True,
            model="",
            join_table=False,
            position=None,
        )

    def made(text: str, **settings: object) -> Schema:
        schema = models(text, **settings)
        return replace(
            schema,
            schemas=schema.schemas or (schema.default_schema,),
            tables=tuple(sorted(map(table, schema.tables), key=lambda t: str(t.name).encode())),
            enums=tuple(replace(e, explicit_schema=True, model="", position=None) for e in schema.enums),
            preview_features=(),
        )

    return made


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as it stands here, as a repository of one commit, so that a manager can install it."""
    root = tmp_path_factory.mktemp("published")
    listed = subprocess.run(
        ["git", "-C", str(PROJECT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=True,
    ).stdout
    for name in listed.decode().split("\0"):
        if not name.startswith(("tests/", "benchmarks/")) and (PROJECT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, root / name)
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for words in (
        ("init", "-q", "-b", "main"),
        ("add", "-A"),
        (*identity, "commit", "-qm", "as it stands"),
        ("tag", f"v{version('prisma-drift')}"),
    ):
        subprocess.run(["git", *words], cwd=root, check=True)
    return root
