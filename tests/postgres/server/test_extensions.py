"""Stand-ins for extensions: the same functions as the real ones, and true values where they can be computed."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from pathlib import Path

import psycopg
import pytest

from prisma_drift.errors import ServerError
from prisma_drift.postgres.server.database import Database
from prisma_drift.postgres.server.local import find_local
from prisma_drift.postgres.server.server import ShadowSettings, server

ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
LENGTHS = (0, 1, 55, 56, 63, 64, 65, 119, 120, 200)

FUNCTIONS = """
    SELECT p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), p.provolatile, p.proisstrict,
           has_function_privilege('pg_monitor', p.oid, 'EXECUTE')
    FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e' AND d.classid = 'pg_proc'::regclass
    JOIN pg_extension e ON e.oid = d.refobjid
    WHERE e.extname = %s AND p.proname !~ 'stand_in|_handler$|_validator$' ORDER BY 1, 2
"""


@pytest.fixture
def crypto(database: Database) -> psycopg.Connection[tuple[object, ...]]:
    connection = database.connect()
    connection.execute('CREATE EXTENSION pgcrypto; CREATE EXTENSION "uuid-ossp"')
    return connection


def value(connection: psycopg.Connection[tuple[object, ...]], sql: str, *parameters: object) -> object:
    row = connection.execute(sql.encode(), parameters).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_digests_are_true(crypto: psycopg.Connection[tuple[object, ...]], algorithm: str) -> None:
    for length in LENGTHS:
        data = bytes(i % 251 for i in range(length))
        assert (
            value(crypto, "SELECT digest(%s::bytea, %s)", data, algorithm)
            == hashlib.new(algorithm, data).digest()
        )
        for key in (b"", b"k", b"k" * 64, b"k" * 65, b"k" * 129):
            expected = hmac.new(key, data, algorithm).digest()
            assert value(crypto, "SELECT hmac(%s::bytea, %s::bytea, %s)", data, key, algorithm) == expected
    assert value(crypto, "SELECT digest('Ä', %s)", algorithm) == hashlib.new(algorithm, "Ä".encode()).digest()


def test_uuids_are_true(crypto: psycopg.Connection[tuple[object, ...]]) -> None:
    assert value(crypto, "SELECT uuid_generate_v3(uuid_ns_dns(), 'a.b')") == uuid.uuid3(
        uuid.NAMESPACE_DNS, "a.b"
    )
    assert value(crypto, "SELECT uuid_generate_v5(uuid_ns_url(), 'Ä')") == uuid.uuid5(uuid.NAMESPACE_URL, "Ä")
    for function, version in (("v1", 1), ("v1mc", 1), ("v4", 4)):
        made = value(crypto, f"SELECT uuid_generate_{function}()")
        assert isinstance(made, uuid.UUID)
        assert (made.version, made.variant) == (version, uuid.RFC_4122)
    timed = value(crypto, "SELECT uuid_generate_v1()")
    assert isinstance(timed, uuid.UUID)
    assert abs(uuid.uuid1().time - timed.time) < 60 * 10_000_000


def test_random_values_differ_and_have_their_length(crypto: psycopg.Connection[tuple[object, ...]]) -> None:
    for length in (1, 31, 32, 33, 1024):
        made = value(crypto, "SELECT gen_random_bytes(%s)", length)
        assert isinstance(made, bytes)
        assert len(made) == length
    assert value(crypto, "SELECT count(DISTINCT gen_random_bytes(8)) FROM generate_series(1, 100)") == 100
    assert value(crypto, "SELECT length(gen_salt('bf')) || ',' || length(gen_salt('md5'))") == "29,11"


@pytest.mark.parametrize(
    "sql", ["SELECT crypt('a', gen_salt('bf'))", "SELECT pgp_sym_encrypt('a', 'b')", "SELECT armor('a')"]
)
def test_what_needs_a_cipher_says_so(crypto: psycopg.Connection[tuple[object, ...]], sql: str) -> None:
    with pytest.raises(psycopg.errors.FeatureNotSupported, match="stand-in"):
        crypto.execute(sql.encode())


@pytest.mark.parametrize(("name", "since"), [("pgcrypto", 14), ("uuid-ossp", 14), ("dblink", 14)])
def test_stand_ins_have_the_functions_of_the_real_ones(database: Database, name: str, since: int) -> None:
    """Held against an installation of this machine that has the real extension."""
    try:
        installation = find_local()
    except ServerError:
        pytest.skip("no Postgres is installed on this machine")
    if not (installation.extensions / f"{name}.control").exists() or installation.major < since:
        pytest.skip(f"the installed Postgres has no {name}")
    with database.connect() as connection:
        connection.execute(f'CREATE EXTENSION "{name}"'.encode())
        ours = connection.execute(FUNCTIONS.encode(), [name]).fetchall()
    ours = [row for row in ours if row[0] != "fips_mode"]  # since Postgres 18
    if name == "dblink":
        declared = {
            line.split("(")[0].split()[-1]
            for line in declarations(installation.extensions / "dblink--1.2.sql")
        }
        assert {str(row[0]) for row in ours} == declared - {"dblink_fdw_validator"}
        return
    with server(ShadowSettings("local", installation.major)) as running:
        other = running.create_database()
        with other.connect() as connection:
            connection.execute(f'CREATE EXTENSION "{name}"'.encode())
            theirs = connection.execute(FUNCTIONS.encode(), [name]).fetchall()
    assert ours == theirs


def declarations(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if line.startswith("CREATE FUNCTION")]
