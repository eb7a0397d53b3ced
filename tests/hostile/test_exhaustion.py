"""What is cut of an answer says so: the table's inputs that reach for memory are tried in test_command_line.py."""

from __future__ import annotations

from pathlib import Path

from .test_verdicts import TABLE, checked


def test_a_long_message_says_how_much_of_it_is_gone(tmp_path: Path) -> None:
    sql = "DO $$ BEGIN RAISE EXCEPTION '%', repeat('x', 1000000); END $$;"
    report = checked(tmp_path, TABLE + sql)
    [finding] = [one for one in report.findings if one.severity == "error"]
    assert "more bytes, cut)" in finding.message and len(finding.message) < 20_000


def test_a_long_definition_says_so_too(tmp_path: Path) -> None:
    sql = (
        "DO $$ BEGIN EXECUTE format('CREATE FUNCTION big() RETURNS text LANGUAGE sql AS %L',"
        " 'SELECT ''' || repeat('x', 4000000) || ''''); END $$;"
    )
    [made] = [one for one in checked(tmp_path, TABLE + sql).unmanaged if one.kind == "function"]
    assert len(made.definition) < 1_000_000 and "cut" in made.definition[-200:]
