"""Answers of any size take no memory here, and what is cut of a message says so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .test_verdicts import HEAD, TABLE, USER

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")

MOST = 300 << 10
"""KiB of resident memory."""
_CHECK = (
    "import re, sys\n"
    "from prisma_drift.cli import main\n"
    "status = main(['check', sys.argv[1], '--format', 'json', '--output', sys.argv[1] + '/report.json'])\n"
    # Not ru_maxrss: that of a child begins with what its parent had.
    "print(status, re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])\n"
)

INPUTS = {
    "rows": "SELECT repeat('x', 100000) FROM generate_series(1, 8000);",
    "one-row": "SELECT repeat('x', 300000000);",
    "many-rows": "SELECT i FROM generate_series(1, 1000000) AS i;",
    "copy-out": "COPY (SELECT repeat('x', 100000) FROM generate_series(1, 8000)) TO STDOUT;",
    "error": "DO $$ BEGIN RAISE EXCEPTION '%', repeat('x', 200000000); END $$;",
    "detail": "DO $$ BEGIN RAISE EXCEPTION 'short' USING DETAIL = repeat('x', 200000000), HINT = repeat('y', 100000000); END $$;",
    "notices": "DO $$ BEGIN FOR i IN 1..3000 LOOP RAISE NOTICE '%', repeat('x', 100000); END LOOP; END $$;",
    "notice": "DO $$ BEGIN RAISE WARNING '%', repeat('x', 200000000); END $$;",
    "notifications": "LISTEN a; DO $$ BEGIN FOR i IN 1..20000 LOOP PERFORM pg_notify('a', i || repeat('x', 7000)); END LOOP; END $$;",
    "cast": "SELECT repeat('x', 100000000)::int;",
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", INPUTS)
def test_our_memory_is_bounded(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "prisma" / "migrations" / "20240101000000_a"
    folder.mkdir(parents=True)
    (folder / "migration.sql").write_text(TABLE)
    (folder.parent / "migration_lock.toml").write_text('provider = "postgresql"\n')
    (folder.parent / "20240102000000_b").mkdir()
    (folder.parent / "20240102000000_b" / "migration.sql").write_text(INPUTS[kind])
    (tmp_path / "prisma" / "schema.prisma").write_text(HEAD + USER)
    done = subprocess.run(
        [sys.executable, "-c", _CHECK, str(tmp_path)], capture_output=True, text=True, timeout=300, check=True
    )
    status, peak = map(int, done.stdout.split())
    assert status in (0, 1)
    assert peak < MOST, f"{peak >> 10} MiB"
    assert (tmp_path / "report.json").stat().st_size < 1 << 20
