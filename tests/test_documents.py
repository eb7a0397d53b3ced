"""What the documents promise: a page for every finding, commands that exist, settings that are read."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from findings_index import INDEX, index

ROOT = Path(__file__).parents[1]
PAGES = {page.stem for page in (ROOT / "docs" / "findings").glob("*.md")} - {"README"}
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")
_MADE_OF = {"Finding", "Hygiene", "Hazard", "Note", "Problem", "draft", "loose"}
"""Values whose first argument is the id of a finding."""
_NO_FINDING = {"would-drop"}
"""A note that reports show as a kept object."""


def ids_in(tree: ast.AST) -> Iterator[str]:
    """Ids of findings and errors: `id="…"` of a call, the first argument of a finding, `id = "…"` of a class."""
    constants = {
        getattr(line.targets[0], "id", ""): line.value
        for line in ast.iter_child_nodes(tree)
        if isinstance(line, ast.Assign)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            given = [word.value for word in node.keywords if word.arg in ("id", "rule")]
            given += node.args[:1] if name in _MADE_OF else []
        elif isinstance(node, ast.ClassDef):
            given = [
                line.value
                for line in node.body
                if isinstance(line, ast.Assign) and [getattr(t, "id", "") for t in line.targets] == ["id"]
            ]
        else:
            continue
        for value in given:
            value = constants.get(value.id, value) if isinstance(value, ast.Name) else value
            if (
                isinstance(value, ast.Constant)
                and isinstance(value.value, str)
                and _ID.fullmatch(value.value)
            ):
                yield value.value


def ids() -> list[str]:
    files = sorted((ROOT / "src").rglob("*.py"))
    return sorted({id for file in files for id in ids_in(ast.parse(file.read_text()))} - _NO_FINDING)


@pytest.mark.parametrize("id", ids())
def test_every_finding_has_a_page(id: str) -> None:
    assert id in PAGES, f"write docs/findings/{id}.md"
    page = (ROOT / "docs" / "findings" / f"{id}.md").read_text()
    assert page.startswith(f"# {id}\n")
    assert "## What to do" in page


def test_every_page_is_about_something_that_is_said() -> None:
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "src").rglob("*.sql")]
    said = "\n".join(file.read_text("utf-8") for file in sources)
    made = {f"{kind}-missing-in-history" for kind in ("constraint", "function", "index", "type")}
    assert [id for id in sorted(PAGES - made) if f'"{id}"' not in said] == []


def test_the_index_of_findings_is_complete() -> None:
    assert INDEX.read_text("utf-8") == index(), "run: python tests/documents/findings_index.py --write"


def test_links_between_documents_lead_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
    dead = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text())
        if not (document.parent / target).exists()
    ]
    assert dead == []


def test_the_readme_runs_the_tests_that_the_checks_run() -> None:
    commands = re.findall(r"^python3 -m venv .*$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert len(commands) == 2
    assert commands[0].endswith("prisma-drift check examples/alignment-plan")
    assert commands[1].endswith("&& .venv/bin/pytest -n 2")
    assert (ROOT / "examples" / "alignment-plan" / "prisma" / "schema.prisma").is_file()


def _texts() -> list[str]:
    """Every text of the program, with … for what is put in."""
    found = []
    for file in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values]
                found.append("".join(parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return found


def test_messages_of_the_troubleshooting_page_are_the_programs_own() -> None:
    text = (ROOT / "docs" / "troubleshooting.md").read_text("utf-8")
    own = [
        part for part in re.split(r"^## ", text, flags=re.M) if not part.startswith("A migration does not")
    ]
    quoted = [cell for part in own for cell in re.findall(r"^\| `([^`]+)` \|", part, re.M)]
    assert len(quoted) > 20
    texts = _texts()

    def said(message: str) -> bool:
        parts = [re.escape(part.strip()) for part in message.split("…") if part.strip(" .,:")]
        return any(re.search(".*".join(parts), one, re.S) for one in texts)

    assert [message for message in quoted if not said(message)] == []


def test_yaml_and_json_in_documents_can_be_read() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "hooks").rglob("*.md")]
    count = 0
    for document in documents:
        for kind, text in re.findall(
            r"^```(ya?ml|json)\n(.*?)^```$", document.read_text("utf-8"), re.M | re.S
        ):
            count += 1
            assert json.loads(text) if kind == "json" else yaml.safe_load(text), document
    assert count > 10


def test_python_versions_that_are_promised_are_those_that_ci_runs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    told = re.findall(r"Python :: (3\.\d+)$", "\n".join(project["classifiers"]), re.M)
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))["jobs"]
    assert told == jobs["test"]["strategy"]["matrix"]["python"]
    assert project["requires-python"] == f">={told[0]}"
