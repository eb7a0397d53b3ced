"""The table of hostile inputs against the command line: nothing runs, nothing is read, nothing comes out as more than text."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from .inputs import NAMES, SECRET
from .repositories import TABLE_OF_INPUTS, Hostile, project, sql
from .test_lines import commands_of

MOST = 300 << 10
"""KiB of resident memory of our own process."""
BOUND = 30
"""Seconds that a run is given here."""
_RUN = """
import os, re, sys
from prisma_drift import cli
status = 1
try:
    cli._end = lambda status: None
    status = cli.entry()
except SystemExit as ended:
    status = ended.code
finally:
    # Not ru_maxrss: that of a child begins with what its parent had.
    with open("/proc/self/status") as told, open(os.environ["PEAK"], "w") as file:
        file.write(re.search(r"VmHWM:\\s+(\\d+)", told.read())[1])
sys.exit(status)
"""


def test_the_table_is_long_enough_and_has_each_kind() -> None:
    names = [one.name for one in TABLE_OF_INPUTS]
    assert len(set(names)) == len(names) >= 200
    kinds = Counter(name.partition("-")[0] for name in names)
    assert (kinds["escape"], kinds["role"], kinds["name"]) == (54, 47, 35)
    assert min(kinds.values()) >= 30, kinds


def check(root: Path, *flags: str, **environment: str) -> tuple[subprocess.CompletedProcess[bytes], int]:
    """What came of one run, and its peak in KiB."""
    peak = root.parent / "peak"
    done = subprocess.run(
        [sys.executable, "-c", _RUN, "check", str(root), *flags],
        capture_output=True,
        timeout=600,
        env={
            **os.environ,
            "CI": "true",
            "PRISMA_DRIFT_TIMEOUT": str(BOUND),
            "PEAK": str(peak),
            **environment,
        },
        check=False,
    )
    return done, int(peak.read_text())


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.sampled(24)
@pytest.mark.parametrize("one", TABLE_OF_INPUTS, ids=lambda one: one.name)
def test_what_is_written_by_an_attacker(tmp_path: Path, one: Hostile) -> None:
    root = project(tmp_path / "repository")
    one.lay(root)
    done, peak = check(root, "--format", "json")
    report = json.loads(done.stdout)
    ids = {finding["id"] for finding in report["findings"]}
    assert report["verdict"] in one.verdicts, ids
    assert done.returncode == {"in-step": 0, "drift": 2, "error": 1}[report["verdict"]]
    assert "internal-error" not in ids
    assert not one.ids or one.ids & ids
    assert SECRET.encode() not in done.stdout + done.stderr and not (tmp_path / "mark").exists()
    assert not commands_of((done.stdout + done.stderr).decode())
    assert peak < MOST, f"{peak >> 10} MiB"
    assert len(done.stdout) < 8 << 20


@pytest.mark.slow
@pytest.mark.sampled(5)
@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
@pytest.mark.parametrize("format", ["text", "github"])
def test_a_name_is_only_a_name(tmp_path: Path, name: str, format: str) -> None:
    root = project(tmp_path / "repository")
    quoted = name.replace('"', '""')
    sql(f'CREATE TABLE "{quoted}" (id int PRIMARY KEY);\n')(root)
    done, _ = check(root, "--format", format)
    assert done.returncode == 2
    said = commands_of((done.stdout + done.stderr).decode())
    if format == "github":
        assert said and all(line.startswith(("::error ", "::warning ", "::notice ")) for line in said)
    else:
        assert not said
    assert not set(b"\x07\x08\x1b\x0b\x0c\x1c\x1d\x1e") & set(done.stdout)
