"""prisma-drift.yml: every mistake is told with its line, and nothing is read that is not known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from prisma_drift.errors import ProjectError
from prisma_drift.project.files import DISK
from prisma_drift.project.settings_reader import KEYS, read_settings


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "prisma-drift.yml"
    file.write_text(text)
    return file


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("schema: a\nmigration: b\n", 2, "Did you mean `migrations`?"),
        ("default_schema: app\n", 1, "Did you mean `default-schema`?"),
        ("zzzzzz: 1\n", 1, "Settings here: schema,"),
        ("schema: [a]\n", 1, "`schema` must be text"),
        ("\nshadow: true\n", 2, "`shadow` must be text"),
        ("strategy: careful\n", 1, "one of plain, preserve"),
        ("fail-on: note\n", 1, "one of error, warning"),
        ("tables:\n  external: public.a\n", 2, "`tables.external` must be a list"),
        ("tables:\n  extern: []\n", 2, "Did you mean `external`?"),
        ("projects:\n  - name: a\n", 2, "needs a `path`"),
        ("backfill:\n  name: a\n", 2, "is no field: write `Model.field`"),
        ("backfill:\n  U.a: 1\n  U.a: 2\n", 3, "is there twice"),
        ("backfill: [a]\n", 1, "fields and SQL expressions"),
        ("projects: x\n", 1, "must be a list"),
        ("- a\n", 1, "must be keys and values"),
        ("schema: a\nschema: b\n", 2, "there twice"),
        ("schema: [a\nshadow: b\n", 2, "not valid YAML"),
        ("schema: !!python/object:os.system x\nshadow: {}\n", 2, "`shadow` must be text"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(ProjectError) as caught:
        read_settings(DISK, written(tmp_path, text))
    error = caught.value
    assert words in f"{error.message} {error.hint}"
    assert error.position is not None
    assert error.position.line == line


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    settings = read_settings(
        DISK,
        written(
            tmp_path,
            "schema: prisma/schema.prisma\nmigrations: sql\ndefault-schema: app\nprisma-version: 6.10\n"
            "shadow: container:16\nstrategy: plain\nfail-on: warning\ninit-shadow-db: |\n  CREATE SCHEMA a;\n"
            "tables:\n  external: [public.users]\nenums:\n  external:\n    - public.role\nbackfill:\n  U.b: lower(c)\n  U.a: 1\n",
        ),
    )
    assert settings.schema == tmp_path / "prisma/schema.prisma"
    assert settings.backfill == (("U.a", "1"), ("U.b", "lower(c)"))
    assert settings.migrations == tmp_path / "sql"
    assert settings.default_schema == "app"
    assert settings.prisma_version == "6.10"
    assert settings.shadow == "container:16"
    assert (settings.strategy, settings.fail_on) == ("plain", "warning")
    assert settings.init_shadow_db == "CREATE SCHEMA a;\n"
    assert settings.external_tables == ("public.users",)
    assert settings.external_enums == ("public.role",)
    assert settings.lines["strategy"] == 6


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    assert read_settings(DISK, written(tmp_path, "# later\n")).schema is None


def test_the_page_on_settings_names_each_of_them() -> None:
    page = (Path(__file__).parents[2] / "docs" / "config.md").read_text()
    rows = re.findall(r"^\| `([a-z.-]+)` \|", page, re.MULTILINE)
    named = {row.split(".")[0] for row in rows}
    assert named == set(KEYS)
