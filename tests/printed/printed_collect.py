"""Every command that the program's sources and documents print, as a template: what varies is `{}`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src/prisma_drift"
_GIT = "add|checkout|commit|config|diff|fetch|init|merge|mv|push|restore|rev-parse|rm|status"
_OURS = "action|backfill|baseline|check|completions|diff|fix|gate|help|hook|init|install|projects|smoke|version|--help"
_COMMAND = re.compile(
    rf"""(?<![\w./'"-])
    (?P<command>
      (?:[A-Z_]+=(?:"[^"]*"|\S+)[ ])?
      (?: (?:\.venv/bin/)?prisma-drift[ ](?:{_OURS})\b
        | git[ ](?:--?\S+[ ]\S+[ ])?(?:(?:{_GIT})\b|\{{\}}[ ])
        | npx[ ][a-z-] | uvx[ ](?:--from|prisma) | uv[ ](?:tool|pip)\b | pipx[ ](?:install|run|inject|upgrade|reinstall)\b
        | (?:\.venv/bin/)?pip[ ]install\b | npm[ ](?:install|test|run|ci)\b | psql[ ]["-] | docker[ ](?:run|pull|exec|info)\b
        | pre-commit[ ]install\b | lefthook[ ]install\b | prek[ ]install\b
        | apt-get[ ]install | cp[ ]hooks | mkdir[ ]-p | python3[ ]-m
      )
      [^`\n]*
    )""",
    re.VERBOSE,
)
_ENDS = re.compile(
    r"[ ]{3,}|(?:[.,;:]|\)|[ ]\()(?=[ ]|$)|\)(?=[,.]|$)|[ ]—[ ]|[ ]#[ ]|[ ]goes on |[ ]has the |[ ]stands "
)
"""Where a command in plain text is over: its explanation, or the sentence that goes on."""


def templates_of(text: str) -> Iterator[str]:
    """The commands in a text, each once."""
    for found in _COMMAND.finditer(text):
        command = found["command"]
        if found.start() == 0 or text[found.start() - 1] != "`":
            command = _ENDS.split(command, maxsplit=1)[0]
        command = re.sub(r"(?:\{\})+", "{}", command).strip(" .,")
        if not re.match(
            r"prisma-drift$|prisma-drift [a-z]+ \[|git \{\} failed", command
        ):  # usage; what failed
            yield command


def in_sources() -> dict[str, set[str]]:
    """What the program may print, with the places that do: `file:line`."""
    found: dict[str, set[str]] = {}
    for file in sorted(SOURCES.rglob("*.py")):
        for line, text in strings(ast.parse(file.read_text("utf-8"))):
            for template in templates_of(text):
                found.setdefault(template, set()).add(f"{file.relative_to(SOURCES)}:{line}")
    return found


def strings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Each text of a module that is no docstring, with its line; neighbours are one text, what is put in is `{}`."""
    documented = {
        id(body[0].value)
        for node in ast.walk(tree)
        if isinstance(body := getattr(node, "body", None), list)
        and body
        and isinstance(body[0], ast.Expr)
    } | {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }  # fmt: skip
    inner: set[int] = set()
    for node in ast.walk(tree):
        if id(node) in documented or id(node) in inner:
            continue
        if isinstance(node, ast.JoinedStr):
            inner.update(id(part) for part in node.values)
            parts = [
                part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "{}"
                for part in node.values
            ]
            yield node.lineno, "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
        elif isinstance(node, ast.List | ast.Tuple | ast.Call):
            words = node.args if isinstance(node, ast.Call) else node.elts
            if words and isinstance(words[0], ast.Constant) and words[0].value in ("prisma-drift", "mkdir"):
                yield node.lineno, " ".join(_word(word) for word in words)


def _word(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else "{}"


def in_documents() -> dict[str, set[str]]:
    """What documents give to type: their code, blocks of output left out that another test runs."""
    found: dict[str, set[str]] = {}
    files = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", ROOT / "hooks/README.md"]
    files += sorted((ROOT / "docs").rglob("*.md"))
    for file in files:
        text = re.sub(r"^```(?:console|text)\n.*?^```$", "", file.read_text("utf-8"), flags=re.M | re.S)
        blocks = re.findall(r"^```\w*\n(.*?)^```$", text, re.M | re.S)
        spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S))
        indented = re.findall(r"^    (.+)$", text, re.M)
        for one in [*blocks, *spans, *indented]:
            for template in templates_of(one):
                found.setdefault(template, set()).add(str(file.relative_to(ROOT)))
    return found


if __name__ == "__main__":
    for name, found in (("sources", in_sources()), ("documents", in_documents())):
        print(f"# {name}: {len(found)}")
        for template, places in sorted(found.items()):
            print(
                f"{template}\n      {', '.join(sorted(places)[:4])}{f' +{len(places) - 4}' if len(places) > 4 else ''}"
            )
