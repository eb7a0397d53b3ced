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


def test_many_long_definitions_are_bounded_together(tmp_path: Path) -> None:
    sql = (
        "DO $$ BEGIN FOR i IN 1..100 LOOP EXECUTE format('CREATE FUNCTION f%s() RETURNS text LANGUAGE sql AS %L', i,"
        " 'SELECT ''' || repeat('x', 100000) || ''''); END LOOP; END $$;\nCREATE FUNCTION z() RETURNS int LANGUAGE sql AS 'SELECT 1';"
    )
    functions = [one for one in checked(tmp_path, TABLE + sql).unmanaged if one.kind == "function"]
    assert len(functions) == 101
    assert 1_000_000 < sum(len(one.definition) for one in functions) < 3_000_000
    cut = [one.definition for one in functions if "-- cut: " in one.definition]
    assert cut and len(set(cut)) == len(cut)
    [short] = [one for one in functions if one.name.endswith(".z()") or one.name.endswith(".z")]
    assert "SELECT 1" in short.definition


def test_no_migration_is_made_of_a_text_that_was_cut(tmp_path: Path) -> None:
    sql = "DO $$ BEGIN EXECUTE 'ALTER TABLE \"User\" ALTER COLUMN name SET DEFAULT ''' || repeat('x', 3000000) || ''''; END $$;"
    report = checked(tmp_path, TABLE + sql)
    assert report.verdict == "drift" and "cut:" not in report.corrective_sql
    assert 'ALTER COLUMN "name" DROP DEFAULT' in report.corrective_sql
