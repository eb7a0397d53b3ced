"""Each hazard has a page with a safe and an unsafe example, and is told of the one and not of the other."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from findings_index import HAZARDS, PAGES
from hazard_examples import EXAMPLES, HEAD, SEEN, Branch, Drift, Example
from one_server import shared

from prisma_drift.commands.run import run
from prisma_drift.rows import seen

if TYPE_CHECKING:
    from prisma_drift.postgres.server.database import Server

SOURCES = Path(__file__).parents[2] / "src" / "prisma_drift"
_ID = re.compile(r"[a-z]+(-[a-z]+)*")


def project(folder: Path, sql: str, schema: str) -> None:
    migration = folder / "prisma/migrations/20240101000000_old"
    migration.mkdir(parents=True)
    (folder / "prisma/schema.prisma").write_text(HEAD + schema)
    (folder / "prisma/migrations/migration_lock.toml").write_text('provider = "postgresql"\n')
    (migration / "migration.sql").write_text(sql)


def hazards(folder: Path, example: Example, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What is told of an example."""
    match example:
        case Drift(migrations, schema, flags):
            project(folder, migrations, schema)
            words = list(flags)
        case Branch(adds, base):
            project(folder, base, "model Nothing {\n  id Int @id\n}\n")
            git = ["git", "-C", str(folder), "-c", "user.email=a@example.com", "-c", "user.name=a"]
            for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "old"]):
                subprocess.run([*git, *command], check=True, capture_output=True)
            # One statement a file, so that CONCURRENTLY may be.
            for number, text in enumerate(filter(str.strip, adds.split(";"))):
                place = folder / f"prisma/migrations/2024020100000{number}_new"
                place.mkdir()
                (place / "migration.sql").write_text(f"{text.strip()};\n")
            words = ["--base", "main", "--no-rows"]
    capsys.readouterr()
    assert run(["check", str(folder), "--json", "-q", *words]) == 2
    report = json.loads(capsys.readouterr().out)
    assert report["verdict"] == "drift", report["findings"]
    found: list[dict[str, Any]] = report["hazards"]
    return [one for one in found if bool(one.get("migration")) is isinstance(example, Branch)]


CASES = [
    *((id, *pair) for id, pair in EXAMPLES.items()),
    *((id, *pair) for id, pair in SEEN.items()),
]


@pytest.mark.parametrize(
    ("id", "unsafe", "safe"), CASES, ids=[f"{id}-{type(one).__name__}" for id, one, _ in CASES]
)
def test_told_of_the_unsafe_and_not_of_the_safe(
    id: str,
    unsafe: Example,
    safe: Example,
    shadow: Server,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with shared(shadow):
        found = hazards(tmp_path / "unsafe", unsafe, capsys)
        near = hazards(tmp_path / "safe", safe, capsys)
    assert id in {one["id"] for one in found}, found
    assert id not in {one["id"] for one in near}, near


def test_each_has_examples() -> None:
    assert set(EXAMPLES) == HAZARDS
    # What a branch may be told: each id that the rules over what was seen have.
    told = {value for name, value in vars(seen).items() if name.isupper() and isinstance(value, str) and _ID.fullmatch(value)}  # fmt: skip
    told |= set(seen.FAILS.values())
    of_branches = {id for id, pair in EXAMPLES.items() if isinstance(pair[0], Branch)}
    assert of_branches | set(SEEN) == told


def test_each_hazard_that_is_made_is_known() -> None:
    """No rule tells a hazard under an id that has no page and no examples."""
    made = set()
    for file in SOURCES.rglob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        named = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Hazard" and node.args:
                first = node.args[0]
                value = named.get(first.id) if isinstance(first, ast.Name) else getattr(first, "value", None)
                if isinstance(value, str):
                    made.add(value)
    assert made and made <= HAZARDS


@pytest.mark.parametrize("id", sorted(HAZARDS))
def test_its_page_has_both(id: str) -> None:
    page = (PAGES / f"{id}.md").read_text("utf-8")
    for word in ("Unsafe", "Safe"):
        assert re.search(rf"^{word}:\n\n```(sql|prisma)\n.+?\n```\n", page, re.M | re.S), f"{id}: {word}"
