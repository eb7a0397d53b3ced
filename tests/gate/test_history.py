"""What the history of a database says before a deploy: each case with its exact findings, and with its repair run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from production import INIT, MIGRATIONS, POSTS, Production, told

from prisma_drift.postgres.server.database import Database

pytestmark = pytest.mark.slow
FIRST, SECOND, THIRD = *MIGRATIONS, "20240301000000_more"
MORE = 'ALTER TABLE "User" ADD COLUMN "age" INTEGER;\n'
Case = tuple[Callable[[Production], None], list[tuple[str, str, str]], bool]
"""What happened, the exact findings as (severity, id, object), and whether the gate is closed."""


def failed(p: Production) -> None:
    p.add(THIRD, MORE)
    p.row(
        THIRD,
        MORE,
        finished=False,
        logs="A migration failed to apply. Database error code: 42P07",
        steps=0,
    )


def failed_and_gone(p: Production) -> None:
    p.row("20231231000000_gone", "x", finished=False, logs="boom", steps=0)


def rolled_back(p: Production) -> None:
    p.add(THIRD, MORE)
    p.row(THIRD, "ALTER TABLE nothing;", finished=False, rolled_back=True, logs="boom", steps=0)


def rolled_back_and_run(p: Production) -> None:
    rolled_back(p)
    p.deploy()


def edited(p: Production) -> None:
    p.commit()
    p.add(FIRST, INIT.replace('"name" TEXT', '"name" VARCHAR(50)'))


def edited_without_git(p: Production) -> None:
    p.add(FIRST, INIT + "-- x\nSELECT 1;\n")


def commented(p: Production) -> None:
    p.commit()
    p.add(FIRST, "-- The beginning\n" + INIT.replace("\n    ", "\n  "))


def other_line_ends(p: Production) -> None:
    p.add(FIRST, INIT.replace("\n", "\r\n"))


def one_more_line_feed(p: Production) -> None:
    p.add(FIRST, INIT + "\n")


def missing(p: Production) -> None:
    p.commit()
    p.remove(SECOND)
    p.commit()


def late(p: Production) -> None:
    p.add("20240115000000_late", MORE)


def squashed(p: Production) -> None:
    for name in MIGRATIONS:
        p.remove(name)
    p.add("20240601000000_squashed", INIT + POSTS)
    p.resolve("20240601000000_squashed", "applied")


def squash_not_resolved(p: Production) -> None:
    p.commit()
    for name in MIGRATIONS:
        p.remove(name)
    p.add("20240601000000_squashed", INIT + POSTS)


CASES: dict[str, Case] = {
    "nothing to do": (lambda p: None, [], False),
    "pending": (lambda p: p.add(THIRD, MORE), [("note", "deploy-pending", THIRD)], False),
    "failed": (failed, [("error", "deploy-failed", THIRD)], True),
    "failed, and its folder is gone": (
        failed_and_gone,
        [("error", "deploy-failed", "20231231000000_gone")],
        True,
    ),
    "rolled back": (
        rolled_back,
        [("note", "deploy-pending", THIRD), ("note", "deploy-rolled-back", THIRD)],
        False,
    ),
    "rolled back, mended and run": (rolled_back_and_run, [], False),
    "edited": (edited, [("error", "deploy-edited", FIRST)], True),
    "edited, and no history to look in": (edited_without_git, [("error", "deploy-edited", FIRST)], True),
    "edited in its comments": (commented, [("warning", "deploy-edited-comment", FIRST)], False),
    "other line ends": (other_line_ends, [], False),
    "one line feed more": (one_more_line_feed, [("warning", "deploy-edited-comment", FIRST)], False),
    "missing here": (missing, [("error", "deploy-missing", SECOND)], True),
    "out of order": (late, [("warning", "deploy-out-of-order", "20240115000000_late")], False),
    "squashed": (
        squashed,
        [("note", "deploy-squashed", FIRST), ("note", "deploy-squashed", SECOND)],
        False,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_history_has_exactly_these_findings(name: str, production: Production) -> None:
    arrange, findings, closed = CASES[name]
    arrange(production)
    gate = production.gate()
    found = [
        (f.severity, f.id, f.object) for f in gate.report.findings if f.id.startswith(("deploy-", "history-"))
    ]
    assert sorted(found) == sorted(findings)
    assert gate.verdict == ("closed" if closed else "open"), gate.report.findings


@pytest.mark.parametrize(
    "name", [name for name, case in CASES.items() if case[2] and "no history" not in name]
)
def test_its_repair_opens_the_gate(name: str, production: Production) -> None:
    CASES[name][0](production)
    closed = production.gate()
    for finding in closed.report.findings:
        if finding.severity == "error":
            production.follow(finding.hint)
    assert told(production.gate(), "error") == []


def test_an_edit_that_is_the_truth_is_said_so_in_the_database(production: Production) -> None:
    edited_without_git(production)
    (finding,) = (f for f in production.gate().report.findings if f.severity == "error")
    assert "another text" in finding.message
    production.follow(finding.hint)
    assert production.gate().verdict == "open"


def test_a_database_that_was_never_deployed_to(tmp_path: Path, database: Database) -> None:
    fresh = Production(tmp_path / "p", database)
    for name, sql in MIGRATIONS.items():
        fresh.add(name, sql)
    gate = fresh.gate()
    assert told(gate) == []
    assert [f.id for f in gate.report.findings] == ["deploy-pending", "deploy-pending"]
    fresh.sql(INIT)
    gate = fresh.gate()
    assert told(gate, "error") == [("history-absent", "public._prisma_migrations")]
    fresh.follow(next(f.hint for f in gate.report.findings if f.severity == "error"))
    gate = fresh.gate()
    assert (told(gate, "error"), gate.pending) == ([], (SECOND,))


def test_a_history_in_another_schema(tmp_path: Path, database: Database) -> None:
    from production import HISTORY

    fresh = Production(tmp_path / "p", database)
    fresh.add(FIRST, INIT)
    fresh.sql("CREATE SCHEMA app;" + HISTORY.format(schema="app."))
    (finding,) = (f for f in fresh.gate().report.findings if f.severity == "error")
    assert finding.id == "history-elsewhere"
    assert "?schema=app" in finding.hint


def test_the_lock_of_a_deploy_that_another_session_holds(production: Production) -> None:
    with production.database.connect() as other:
        other.execute("SELECT pg_advisory_lock(72707369)")
        gate = production.gate()
        assert [id for id, _ in told(gate)] == ["deploy-locked"]
        assert "idle" in gate.report.findings[0].message
        production.follow(gate.report.findings[0].hint)
    assert production.gate().verdict == "open"


def test_a_migration_that_runs_now_is_not_failed(production: Production) -> None:
    production.add(THIRD, MORE)
    production.row(THIRD, MORE, finished=False, steps=0)
    with production.database.connect() as other:
        other.execute("SELECT pg_advisory_lock(72707369)")
        gate = production.gate()
        assert [id for id, _ in told(gate)] == ["deploy-locked"]
        assert f"`{THIRD}`" in gate.report.findings[-1].message + gate.report.findings[0].message


def test_a_squash_that_was_not_resolved(production: Production) -> None:
    """The old ones are missing here, and the new one is pending and cannot run."""
    squash_not_resolved(production)
    gate = production.gate()
    assert sorted(told(gate, "error")) == [
        ("deploy-missing", FIRST),
        ("deploy-missing", SECOND),
        ("deploy-would-fail", "20240601000000_squashed"),
    ]


def test_what_is_allowed_is_listed_and_closes_nothing(production: Production) -> None:
    failed(production)
    gate = production.gate(f"deploy-failed:{THIRD}")
    assert gate.verdict == "open"
    assert [(finding.id, one.object) for finding, one in gate.accepted] == [("deploy-failed", THIRD)]


def test_the_acceptance_file(production: Production) -> None:
    failed(production)
    file = production.folder / "prisma-drift.accepted.yml"
    entry = f"- id: deploy-failed\n  object: {THIRD}\n  reason: known\n  owner: ops\n  until: "
    file.write_text(entry + "2999-12-31\n")
    assert production.gate().verdict == "open"
    file.write_text(entry + "2020-01-01\n")
    gate = production.gate()
    assert sorted(id for id, _ in told(gate)) == ["acceptance-expired", "deploy-failed"]
    file.write_text(f"{entry}2999-12-31\n- id: deploy-missing\n  reason: was once\n")
    assert told(production.gate()) == [("acceptance-stale", "deploy-missing")]
    file.write_text("- id: deploy-failed\n")
    gate = production.gate()
    assert (gate.verdict, gate.report.findings[0].id) == ("error", "settings-invalid")


def test_what_no_longer_runs_hides_nothing_of_the_history(production: Production) -> None:
    """Production has a function from elsewhere; the shadow has not."""
    by_hand = "SELECT made_by_hand();\n"
    production.add(THIRD, by_hand)
    production.row(THIRD, by_hand)
    production.add("20240401000000_next", MORE)
    production.row("20231231000000_gone", "x", finished=False, logs="boom", steps=0)
    gate = production.gate()
    assert gate.verdict == "error"
    assert gate.pending == ("20240401000000_next",)
    found = [(one.severity, one.id, one.object) for one in gate.report.findings]
    assert found[0] == ("error", "function-missing-in-history", THIRD)
    assert ("error", "deploy-failed", "20231231000000_gone") in found
    assert ("note", "deploy-pending", "20240401000000_next") in found
