"""`check --base`: the branch's own migrations on tables with rows, what is accepted, and what is no news."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from prisma_drift.action.projects import since
from prisma_drift.commands.run import run
from prisma_drift.model.values import replace
from prisma_drift.project import Flags, load_config

HEAD = 'datasource db {\n  provider = "postgresql"\n}\n\n'
OLD = """CREATE TABLE "User" ("id" INTEGER NOT NULL, "name" TEXT, "age" INTEGER, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));
CREATE INDEX "User_age_idx" ON "User"("age");
ALTER TABLE "User" ALTER COLUMN "age" SET DATA TYPE BIGINT;
"""
REWRITE = 'ALTER TABLE "User" ALTER COLUMN "age" SET DATA TYPE INTEGER USING "age"::text::integer;\n'
BUILD = 'CREATE INDEX "User_name_idx" ON "User"("name");\n'


class Repository:
    """A project under git with one migration on `main`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.email", "a@example.com")
        self.git("config", "user.name", "a")
        (folder / "prisma/migrations").mkdir(parents=True)
        (folder / "prisma/schema.prisma").write_text(
            HEAD + "model User {\n  id Int @id\n  name String?\n  age BigInt?\n  @@index([age])\n}\n"
        )
        (folder / "prisma/migrations/migration_lock.toml").write_text('provider = "postgresql"\n')
        self.add("20240101000000_old", OLD)
        self.git("checkout", "-q", "-b", "feature")

    def git(self, *words: str) -> None:
        subprocess.run(["git", "-C", str(self.folder), *words], check=True, capture_output=True)

    def add(self, name: str, sql: str) -> None:
        place = self.folder / "prisma/migrations" / name
        place.mkdir()
        (place / "migration.sql").write_text(sql)
        self.git("add", ".")
        self.git("commit", "-q", "-m", name)

    def check(self, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
        capsys.readouterr()
        run(["check", str(self.folder), "--json", "-q", *words])
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def ids(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["id"], one["severity"]) for one in report["findings"] if "-missing" not in one["id"]]


def test_only_what_the_branch_adds(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    assert ids(repository.check(capsys, "--base", "main")) == []
    repository.add("20240201000000_index", "-- a comment\n\n" + BUILD)
    report = repository.check(capsys, "--base", "main")
    found = [one for one in report["findings"] if one["id"] == "index-build-blocks-writes"]
    assert len(found) == 1
    assert found[0]["object"] == "public.User_name_idx"
    assert (found[0]["file"], found[0]["line"]) == ("prisma/migrations/20240201000000_index/migration.sql", 3)
    hazards = [one for one in report["hazards"] if one.get("migration")]
    assert hazards[0]["migration"] == "20240201000000_index"
    assert hazards[0]["observed"] == {"lock": "ShareLock", "rewrites": False, "scans": True, "rows": 0}
    assert ids(repository.check(capsys)) != ids(report)


def test_the_verdict_stays(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    schema = repository.folder / "prisma/schema.prisma"
    schema.write_text(schema.read_text().replace("  @@index([age])", "  @@index([age])\n  @@index([name])"))
    repository.add("20240201000000_index", BUILD)
    assert run(["check", str(repository.folder), "-q", "--base", "main"]) == 0
    assert "index-build-blocks-writes" in capsys.readouterr().out
    (repository.folder / "prisma-drift.yml").write_text("fail-on: warning\n")
    assert run(["check", str(repository.folder), "-q", "--base", "main"]) == 2


def test_accepted_beside_the_statement(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    repository.add(
        "20240201000000_both",
        f"-- prisma-drift: allow index-build-blocks-writes it is small\n{BUILD}{REWRITE}",
    )
    report = repository.check(capsys, "--base", "main")
    assert ("index-build-blocks-writes", "note") in ids(report)
    assert ("table-rewrite", "warning") in ids(report)
    assert "Accepted: it is small" in json.dumps(report)
    open = [one["id"] for one in report["hazards"] if one.get("migration")]
    assert open == ["value-refused", "table-rewrite"]


@pytest.mark.parametrize(
    ("comment", "id"),
    [
        ("-- prisma-drift: allow table-rewrite it is small\n", "acceptance-stale"),
        ("-- prisma-drift: allow index-build-blocks-writes\n", "acceptance-without-reason"),
    ],
)
def test_an_acceptance_that_does_not_count(
    repository: Repository, capsys: pytest.CaptureFixture[str], comment: str, id: str
) -> None:
    repository.add("20240201000000_index", comment + BUILD)
    report = repository.check(capsys, "--base", "main")
    assert (id, "warning") in ids(report)
    assert ("index-build-blocks-writes", "warning") in ids(report)


@pytest.mark.parametrize(
    "text",
    [
        f"-- prisma-drift: allow index-build-blocks-writes it is small\n{BUILD}",
        f"--prisma-drift:allow index-build-blocks-writes it is small\n\n-- another comment\n{BUILD}",
        BUILD.rstrip() + " -- prisma-drift: allow index-build-blocks-writes it is small\n",
        BUILD.replace(" ON", "\n  -- prisma-drift: allow index-build-blocks-writes it is small\n  ON"),
        f"SELECT 1;\n-- prisma-drift: allow index-build-blocks-writes it is small\n{BUILD}SELECT 2;\n",
    ],
    ids=["before", "far before", "behind", "within", "between"],
)
def test_where_an_acceptance_may_stand(
    repository: Repository, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    repository.add("20240201000000_index", text)
    report = repository.check(capsys, "--base", "main")
    assert [one for one in ids(report) if one[1] != "error"] == [("index-build-blocks-writes", "note")]
    assert not [one for one in report["hazards"] if one.get("migration")]


def test_an_acceptance_is_about_one_statement_and_one_id(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    other = BUILD.replace("name", "age")
    repository.add(
        "20240201000000_both",
        f"-- prisma-drift: allow index-build-blocks-writes it is small\n{BUILD}{other.replace('User_age_idx', 'other')}",
    )
    report = repository.check(capsys, "--base", "main")
    found = sorted(one for one in ids(report) if one[0] == "index-build-blocks-writes")
    assert found == [("index-build-blocks-writes", "note"), ("index-build-blocks-writes", "warning")]


def test_acceptances_of_old_migrations_are_no_news(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.git("checkout", "-q", "main")
    repository.add("20240102000000_older", "-- prisma-drift: allow table-rewrite long ago\nSELECT 1;\n")
    repository.git("checkout", "-q", "-b", "other")
    repository.add("20240201000000_new", "SELECT 1;\n")
    assert ids(repository.check(capsys, "--base", "main")) == []


def test_an_acceptance_of_the_settings_is_about_its_object(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository.folder / "prisma-drift.yml").write_text(
        "allow:\n  index-build-blocks-writes:public.Other_idx: it is small\n"
    )
    repository.add("20240201000000_index", BUILD)
    found = ids(repository.check(capsys, "--base", "main"))
    assert ("index-build-blocks-writes", "warning") in found
    assert ("acceptance-stale", "note") in found


def test_what_the_branch_itself_made_is_nobodys(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    """Columns, indexes and checks of its own may have other names, or go again; those of the base may not."""
    repository.add(
        "20240201000000_new",
        'ALTER TABLE "User" ADD COLUMN "kind" TEXT; ALTER TABLE "User" ADD CONSTRAINT "c" CHECK ("id" = "id");'
        'CREATE VIEW "v" AS SELECT "id" FROM "User"; ALTER TABLE "User" ADD COLUMN "gone" TEXT;',
    )
    repository.add(
        "20240202000000_other",
        'ALTER TABLE "User" RENAME COLUMN "kind" TO "sort"; ALTER TABLE "User" DROP COLUMN "gone";'
        'ALTER TABLE "User" DROP CONSTRAINT "c"; DROP VIEW "v";',
    )
    told = ids(repository.check(capsys, "--base", "main"))
    assert not {"breaks-application", "unmanaged-dropped"} & {id for id, _ in told}, told
    repository.add("20240203000000_old", 'ALTER TABLE "User" RENAME COLUMN "name" TO "called";')
    assert ("breaks-application", "warning") in ids(repository.check(capsys, "--base", "main"))


def test_a_key_that_is_made_anew_is_not_a_new_one(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    key = 'ALTER TABLE "User" ADD CONSTRAINT "up" FOREIGN KEY ("id") REFERENCES "Team"("id")'
    repository.git("checkout", "-q", "main")
    repository.add(
        "20240102000000_key",
        'CREATE TABLE "Team" ("id" INTEGER NOT NULL, CONSTRAINT "Team_pkey" PRIMARY KEY ("id"));'
        'ALTER TABLE "User" ADD COLUMN "up" INTEGER; ALTER TABLE "User" ADD COLUMN "down" INTEGER;'
        + key.replace('("id") REF', '("up") REF'),
    )
    repository.git("checkout", "-q", "-b", "other")
    other = key.replace('"up"', '"down"').replace('("id") REF', '("down") REF')
    repository.add(
        "20240201000000_anew",
        'ALTER TABLE "User" DROP CONSTRAINT "up";'
        + key.replace('("id") REF', '("up") REF')
        + f" ON DELETE CASCADE; {other};",
    )
    report = repository.check(capsys, "--base", "main")
    unindexed = [one["object"] for one in report["findings"] if one["id"] == "foreign-key-without-index"]
    assert unindexed == ["public.User.down"]


def test_a_value_that_is_refused_has_its_table(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.add(
        "20240201000000_number", 'ALTER TABLE "User" ALTER COLUMN "name" TYPE INTEGER USING "name"::integer;'
    )
    report = repository.check(capsys, "--base", "main")
    assert [one["object"] for one in report["findings"] if one["id"] == "value-refused"] == ["public.User"]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("DECLARE few CURSOR FOR SELECT 1; FETCH ALL FROM few;\n", False),
        ('CREATE TEMP TABLE few AS SELECT * FROM "User"; SELECT * FROM few;\n', True),
        ('CREATE TEMP TABLE few ON COMMIT DROP AS SELECT * FROM "User"; SELECT * FROM few;\n', True),
        ("CREATE TEMPORARY TABLE few (n int)\nON COMMIT DELETE ROWS; SELECT n FROM few;\n", True),
        ('SET LOCAL search_path = nowhere, public; SELECT * FROM "User";\n', True),
    ],
)
def test_what_cannot_be_looked_at_is_told(
    repository: Repository, capsys: pytest.CaptureFixture[str], text: str, seen: bool
) -> None:
    repository.add("20240201000000_few", text + BUILD)
    # This Prisma sends a file as one transaction; each statement is looked at in one of its own.
    report = repository.check(capsys, "--base", "main", "--prisma-version", "5.22.0")
    notes = [one for one in report["findings"] if one["id"] == "branch-not-observed"]
    assert bool(notes) is not seen
    assert (("index-build-blocks-writes", "warning") in ids(report)) is seen
    if notes:
        assert notes[0]["severity"] == "note"
        assert '20240201000000_few: cursor "few" does not exist' in notes[0]["message"]


def test_accepted_by_the_settings(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    (repository.folder / "prisma-drift.yml").write_text(
        "allow:\n  index-build-blocks-writes:User_name_idx: it is small\n  table-rewrite: at night\n"
    )
    repository.add("20240201000000_index", BUILD)
    report = repository.check(capsys, "--base", "main")
    assert ("index-build-blocks-writes", "note") in ids(report)
    stale = [one for one in report["findings"] if one["id"] == "acceptance-stale"]
    assert [(one["file"], one["line"]) for one in stale] == [("prisma-drift.yml", 3)]
    assert "table-rewrite" in stale[0]["message"]


def test_rows_that_stop_it_are_told_and_the_rest_is_seen(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.add(
        "20240201000000_required",
        f'BEGIN;\nALTER TABLE "User" ALTER COLUMN "name" SET NOT NULL;\n{BUILD}COMMIT;\n',
    )
    found = ids(repository.check(capsys, "--base", "main"))
    assert ("nulls", "warning") in found
    assert ("index-build-blocks-writes", "warning") in found


def test_rows_taken_away_are_nobodys_fault(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.add(
        "20240201000000_items",
        """CREATE TABLE "Item" ("id" INTEGER NOT NULL, "age" BIGINT, CONSTRAINT "Item_pkey" PRIMARY KEY ("id"));
        INSERT INTO "Item" SELECT "id", 1 FROM "User";
        CREATE UNIQUE INDEX "Item_age_key" ON "Item"("age");
        ALTER TABLE "User" ADD CONSTRAINT "User_id_fkey" FOREIGN KEY ("id") REFERENCES "Item"("id");
        """,
    )
    found = ids(repository.check(capsys, "--base", "main"))
    assert ("duplicates", "warning") in found
    assert "orphans" not in [id for id, _ in found]


def test_a_view_that_comes_back_is_not_dropped(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.git("checkout", "-q", "main")
    repository.add(
        "20240102000000_view",
        'CREATE VIEW "v" AS SELECT "id" FROM "User"; CREATE VIEW "w" AS SELECT "id" FROM "User";',
    )
    repository.git("checkout", "-q", "-b", "other")
    repository.add(
        "20240201000000_views",
        'DROP VIEW "v"; DROP VIEW "w"; CREATE VIEW "v" AS SELECT "id", "name" FROM "User";',
    )
    report = repository.check(capsys, "--base", "main")
    assert [one["object"] for one in report["findings"] if one["id"] == "unmanaged-dropped"] == ["public.w"]


def test_an_unknown_base_is_an_error(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    report = repository.check(capsys, "--base", "nowhere")
    assert report["verdict"] == "error"
    assert [one["id"] for one in report["findings"]] == ["base-unknown"]


def test_the_action_knows_the_base(repository: Repository) -> None:
    (config,) = load_config(Flags(path=str(repository.folder)), {})
    commit = subprocess.run(
        ["git", "-C", str(repository.folder), "rev-parse", "main"], check=True, capture_output=True, text=True
    ).stdout.strip()
    assert since(config, commit).base == commit
    # a checkout without history
    assert since(config, "0" * 40).base is None
    assert since(config, "").base is None
    assert since(replace(config, base="other"), commit).base == "other"


def test_a_reason_is_needed_in_the_settings(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository.folder / "prisma-drift.yml").write_text('allow:\n  table-rewrite: ""\n')
    report = repository.check(capsys, "--base", "main")
    assert [one["id"] for one in report["findings"]] == ["settings-invalid"]
