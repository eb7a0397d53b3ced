"""Production as it is: Postgres 17 in a container behind TLS, PgBouncer from Debian in front of it, URLs as Prisma writes them."""

from __future__ import annotations

import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from production import MIGRATIONS, Production, told

from prisma_drift.cli import main
from prisma_drift.gate.run import Choice, run
from prisma_drift.model.gate import Gate
from prisma_drift.model.values import replace
from prisma_drift.postgres.server.database import Database, Server

pytestmark = [pytest.mark.slow, pytest.mark.containers]
USER, PASSWORD, NAME = "o'hara@corp", 'p@ss/w%rd:#? "x"', "crm 50%"
"""All that has to be written otherwise in a URL."""
VECTORS = """CREATE EXTENSION IF NOT EXISTS vector;
CREATE TABLE "Doc" ("id" INTEGER PRIMARY KEY, "embedding" vector(3));
CREATE INDEX "Doc_embedding_idx" ON "Doc" USING hnsw ("embedding" vector_cosine_ops);
"""
POOLER = """FROM debian:trixie-slim
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends pgbouncer && rm -rf /var/lib/apt/lists/*
"""


def docker(*words: str, timeout: float = 120, text: str | None = None) -> str:
    done = subprocess.run(
        ["docker", *words], capture_output=True, text=True, timeout=timeout, check=False, input=text
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-800:])
    return done.stdout.strip()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def certificates(folder: Path) -> None:
    """An authority, a certificate of it for 127.0.0.1, and an authority that nobody asked."""

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    for name in ("ca", "stranger"):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem")  # fmt: skip
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=db", "-keyout", "server.key", "-out", "server.csr")  # fmt: skip
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names", "-out", "server.crt")  # fmt: skip


class Container:
    """Postgres 17 that takes no connection from outside without TLS."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder, self.port = name, folder, free_port()
        certificates(folder)
        self.admin = secrets.token_hex(8)
        docker("run", "-d", "--rm", "--name", self.name, "-e", f"POSTGRES_PASSWORD={self.admin}", "-p", f"127.0.0.1:{self.port}:5432", "pgvector/pgvector:pg17")  # fmt: skip
        connection = self._connected()
        for file in ("server.crt", "server.key"):
            docker("cp", str(folder / file), f"{self.name}:/var/lib/postgresql/{file}")
        docker("exec", "-u", "root", self.name, "sh", "-c", "cd /var/lib/postgresql && chown postgres server.* && chmod 600 server.key")  # fmt: skip
        with connection:
            connection.execute("ALTER SYSTEM SET ssl_cert_file = '/var/lib/postgresql/server.crt'")
            connection.execute("ALTER SYSTEM SET ssl_key_file = '/var/lib/postgresql/server.key'")
            connection.execute("ALTER SYSTEM SET ssl = on")
            connection.execute(
                f"CREATE ROLE \"{USER}\" LOGIN SUPERUSER PASSWORD '{PASSWORD}'".replace("%", "%%").encode(),
                [],
            )
            hba = connection.execute("SHOW hba_file").fetchone()
            assert hba is not None
            docker("exec", "-u", "root", self.name, "sed", "-i", "s/^host \\+all \\+all \\+all/hostssl all all all/", str(hba[0]))  # fmt: skip
            connection.execute("SELECT pg_reload_conf()")

    def _connected(self) -> psycopg.Connection[tuple[object, ...]]:
        until = time.monotonic() + 90
        while True:
            try:
                return psycopg.connect(
                    host="127.0.0.1",
                    port=self.port,
                    user="postgres",
                    password=self.admin,
                    autocommit=True,
                    client_encoding="UTF8",
                )
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)

    def database(self, name: str = NAME) -> Database:
        with self._connected() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
            connection.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'".encode())
        login = {"host": "127.0.0.1", "port": str(self.port), "user": USER, "password": PASSWORD}
        return Database(name, {**login, "sslmode": "require"}, bare=False)


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    if not shutil.which("docker") or not shutil.which("openssl"):
        pytest.skip("there is no Docker engine, or no openssl")
    try:
        docker("image", "inspect", "pgvector/pgvector:pg17")
    except RuntimeError:
        pytest.skip("there is no Docker engine, or no image pgvector/pgvector:pg17")
    name = "prisma-drift-gate-" + secrets.token_hex(4)
    try:
        yield Container(name, tmp_path_factory.mktemp("tls"))
    finally:
        docker("kill", name)


@pytest.fixture
def crm(container: Container, tmp_path: Path) -> Production:
    made = Production(tmp_path / "crm", container.database())
    for name, sql in MIGRATIONS.items():
        made.add(name, sql)
    made.add("20240215000000_vectors", VECTORS)
    made.deploy()
    made.sql("""INSERT INTO "User" SELECT n, 'u' || n FROM generate_series(1, 50) AS n""")
    return made


def address(port: int, *more: str) -> str:
    """As Prisma's documentation writes it."""
    login = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
    return f"postgresql://{login}@127.0.0.1:{port}/{quote(NAME, safe='')}?" + "&".join(more)


def look(production: Production, url: str, shadow: Server) -> Gate:
    """With the shadow on the embedded server, another major version."""
    config = production.config()
    other = shadow.create_database()
    try:
        return run(replace(config, shadow=other.url), url, Choice()).gate
    finally:
        shadow.drop_database(other)


def own(gate: Gate) -> list[tuple[str, str]]:
    return [one for one in told(gate) if one[0].startswith(("live-", "deploy-", "history-"))]


def test_another_major_version_is_no_drift(crm: Production, container: Container, shadow: Server) -> None:
    gate = look(crm, address(container.port, "schema=public", "sslmode=require"), shadow)
    assert own(gate) == []
    assert gate.server.startswith("17.") and gate.report.project.postgres.startswith("18.")
    assert ("server-other-major", "") in told(gate, "note")
    crm.sql(
        'ALTER TABLE "User" ADD COLUMN by_hand vector(2); CREATE INDEX hot ON "Doc" USING ivfflat ("embedding")'
    )
    gate = look(crm, address(container.port, "sslmode=require"), shadow)
    assert own(gate) == [("live-extra", "public.User.by_hand"), ("live-extra", "public.hot")]
    crm.sql(gate.restore_sql)
    assert own(look(crm, address(container.port, "sslmode=require"), shadow)) == []


def test_the_same_major_version_in_a_container(crm: Production, container: Container) -> None:
    config = replace(crm.config(), shadow="container:17")
    gate = run(config, address(container.port, "sslmode=require"), Choice()).gate
    assert (own(gate), told(gate, "note")) == ([], [])
    assert gate.report.project.postgres.startswith("17.")


@pytest.mark.parametrize(
    ("parameters", "reached"),
    [
        (["sslmode=require"], True),
        (["sslmode=prefer"], True),
        (["sslmode=disable"], False),
        (["sslmode=require", "sslaccept=accept_invalid_certs"], True),
        (["sslmode=require", "sslaccept=strict", "sslcert={folder}/ca.pem"], True),
        (["sslmode=require", "sslaccept=strict", "sslcert={folder}/stranger.pem"], False),
        (["sslmode=verify-full", "sslrootcert={folder}/ca.pem"], True),
        (["sslmode=verify-full", "sslrootcert={folder}/stranger.pem"], False),
        (["sslcert={folder}/ca.pem", "sslmode=require", "connection_limit=5", "pool_timeout=2"], True),
    ],
)
def test_tls_as_prisma_writes_it(
    crm: Production, container: Container, parameters: list[str], reached: bool, shadow: Server
) -> None:
    url = address(container.port, *(one.format(folder=container.folder) for one in parameters))
    gate = look(crm, url, shadow)
    if reached:
        assert own(gate) == []
    else:
        assert (gate.verdict, [f.id for f in gate.report.findings]) == ("error", ["database-unreachable"])
    said = str(gate)
    assert PASSWORD not in said and quote(PASSWORD, safe="") not in said


# ------------------------------------------------------------ PgBouncer


@pytest.fixture(scope="module")
def pooler(container: Container, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a PgBouncer in transaction mode; it has one connection to each database."""
    image, port, folder = "prisma-drift-test-pgbouncer", free_port(), tmp_path_factory.mktemp("pooler")
    try:
        docker("build", "-q", "--network", "host", "-t", image, "-", timeout=300, text=POOLER)
    except RuntimeError as error:
        pytest.skip(f"PgBouncer cannot be installed in a container: {error}")
    doubled = PASSWORD.replace('"', '""')
    (folder / "users.txt").write_text(f'"{USER}" "{doubled}"\n')
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n* = host=127.0.0.1 port={container.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
        "auth_type = scram-sha-256\nauth_file = /etc/pooler/users.txt\npool_mode = transaction\ndefault_pool_size = 1\n"
        "server_tls_sslmode = require\nignore_startup_parameters = extra_float_digits\nunix_socket_dir =\n"
    )
    folder.chmod(0o755)
    for one in folder.iterdir():
        one.chmod(0o644)
    name = "prisma-drift-gate-" + secrets.token_hex(4)
    docker("run", "-d", "--rm", "--name", name, "--network", "host", "--user", "65534", "-v", f"{folder}:/etc/pooler:ro", image, "pgbouncer", "/etc/pooler/pgbouncer.ini")  # fmt: skip
    until = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            assert time.monotonic() < until, docker("logs", name)
            time.sleep(0.2)
    yield port
    docker("kill", name)


@pytest.fixture
def pooled(pooler: int) -> str:
    return address(pooler, "pgbouncer=true", "connection_limit=1", "schema=public")


def test_the_gate_through_a_pooler(crm: Production, pooled: str, shadow: Server) -> None:
    crm.sql('CREATE TABLE "Audit" (id int)')
    crm.add("20240301000000_required", 'ALTER TABLE "User" ALTER COLUMN "name" SET NOT NULL;')
    gate = look(crm, pooled, shadow)
    assert own(gate) == [("live-extra", "public.Audit")]
    assert [(c.check.id, c.rows) for c in gate.counts] == [("nulls", 50)]


def test_nothing_of_the_gate_stays_on_a_pooled_connection(
    crm: Production, pooled: str, shadow: Server
) -> None:
    """The next client gets the very connection: no timeout, path or mode of the gate's is on it."""
    plain = pooled.partition("?")[0]
    names = ("lock_timeout", "statement_timeout", "search_path", "default_transaction_read_only", "row_security", "transaction_isolation")  # fmt: skip

    def settings() -> list[object]:
        with psycopg.connect(plain, autocommit=True, prepare_threshold=None) as connection:
            found: list[object] = [connection.execute(f"SHOW {name}".encode()).fetchone() for name in names]
            return [*found, connection.execute("SELECT pg_backend_pid()").fetchone()]

    before = settings()
    assert look(crm, pooled, shadow).verdict != "error"
    assert settings() == before


def test_the_lock_of_a_deploy_that_a_pooled_connection_has_kept(
    crm: Production, pooled: str, container: Container, shadow: Server
) -> None:
    """The client that took it through the pooler is long gone; the connection behind it is not."""
    plain = pooled.partition("?")[0]
    with psycopg.connect(plain, autocommit=True, prepare_threshold=None) as deploy:
        deploy.execute("SELECT pg_advisory_lock(72707369)")
    gate = look(crm, address(container.port, "sslmode=require"), shadow)
    (finding,) = (f for f in gate.report.findings if f.id == "deploy-locked")
    assert "It is idle, as a pooled connection is that a deploy has left behind." in finding.message
    crm.follow(finding.hint)
    assert own(look(crm, address(container.port, "sslmode=require"), shadow)) == []


def test_backfill_through_a_pooler(
    crm: Production, pooled: str, shadow: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    crm.add(
        "20240301000000_required",
        'UPDATE "User" SET "name" = "email" WHERE "name" IS NULL;\nALTER TABLE "User" ALTER COLUMN "name" SET NOT NULL;',
    )
    schema = crm.folder / "prisma" / "schema.prisma"
    schema.write_text(schema.read_text().replace("String?", "String"))
    other = shadow.create_database()
    words = ["backfill", str(crm.folder), "--database-url", pooled, "--shadow", other.url, "--apply", "--batch", "7"]  # fmt: skip
    assert main(words) == 0
    shadow.drop_database(other)
    assert "✓ public.User.name: filled 50 rows" in capsys.readouterr().out
