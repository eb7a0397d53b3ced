"""Every change has a subject, and no change kind can be forgotten: mypy finds each module that must handle a new one."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from prisma_drift.diff import changes as c
from prisma_drift.diff.subject import ObjectName, Subject, subject
from prisma_drift.model.names import QualifiedName
from prisma_drift.model.schema import Column, Enum, Table
from prisma_drift.model.types import Arity, ColumnType, Family

PACKAGE = Path(__file__).parents[2] / "src" / "prisma_drift"

HANDLERS = {
    "diff/subject.py",
    "findings/changes.py",
    "findings/draw.py",
    "findings/findings.py",
    "findings/mends.py",
    "hook/keys.py",
    "hook/words.py",
    "plan/free_names.py",
    "plan/hazards/__init__.py",
    "plan/order.py",
    "plan/release/held.py",
    "plan/render/step.py",
    "plan/summary.py",
    "plan/warnings.py",
}
"""The modules that say something of every kind of change. Filters of one kind are not among them."""


@pytest.mark.slow
def test_a_kind_that_nobody_handles_does_not_compile(tmp_path: Path) -> None:
    """A class is added to the union in a copy of the package, and mypy names each module that must know of it."""
    copy = tmp_path / "src" / "prisma_drift"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    file = copy / "diff" / "changes.py"
    text = file.read_text()
    start = text.index("Change = (\n")
    dummy = "@frozen\nclass ExplodeTable:\n    table: Table\n\n\n"
    file.write_text(text[:start] + dummy + text[start:].replace("\n)\n", "\n    | ExplodeTable\n)\n", 1))
    shutil.copy(PACKAGE.parents[1] / "pyproject.toml", tmp_path)
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-incremental", "src/prisma_drift"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    found = set(re.findall(r"^src/prisma_drift/(\S+?):\d+: error:", run.stdout, re.M))
    assert found == HANDLERS, run.stdout + run.stderr


def test_every_kind_in_the_union_is_named_once() -> None:
    kinds = [kind.__name__ for kind in get_args(c.Change)]
    classes = [
        name
        for name, value in vars(c).items()
        if isinstance(value, type)
        and value.__module__ == c.__name__
        and name not in {"TablePair", "Rows", "Cast", "Note", "Diff"}
    ]
    assert sorted(kinds) == sorted(classes)


TEXT = ColumnType(Family.STRING, Arity.REQUIRED)


def test_a_subject_has_the_names_of_both_sides() -> None:
    old = Table(QualifiedName("public", "User"), (Column("name", TEXT),))
    new = Table(QualifiedName("public", "Person"), (Column("full", TEXT),))
    pair = c.TablePair(old, new)
    renamed = subject(c.RenameColumn(pair, old.columns[0], new.columns[0]))
    assert (str(renamed.actual), str(renamed.expected)) == ("public.User.name", "public.Person.full")
    assert str(renamed.name) == "public.User.name"
    assert renamed.table == QualifiedName("public", "User")
    assert subject(c.RenameTable(old, new)).table == QualifiedName("public", "User")
    added = subject(c.AddColumn(pair, new.columns[0]))
    assert added == Subject("column", None, ObjectName("full", "public", "Person"))
    role = Enum(QualifiedName("crm", "Role"), ("A",))
    assert str(subject(c.RenameEnumValue(role, role, "A", "B")).expected) == "crm.Role.B"
    assert subject(c.DropEnum(role)).table is None
