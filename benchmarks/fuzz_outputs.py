"""Hostile text in every name, path and message of a report or a gate, and every output read back by models of its readers.

usage: python benchmarks/fuzz_outputs.py [--runs 20000] [--seed 1] [--start 0]

The models are stricter than the readers: the runner's command parser (white space and characters without width in front
are passed over, `##[` counts anywhere), a job's output file, GitHub's Markdown, JSON and SARIF, and a terminal.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import sys
import tempfile
import types
import unicodedata
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints
from urllib.parse import unquote

from prisma_drift.github.log import Log
from prisma_drift.github.outputs import write_outputs
from prisma_drift.hook import output as hook_output
from prisma_drift.hook.problems import Problem
from prisma_drift.model.edit import SchemaLines
from prisma_drift.model.gate import Gate
from prisma_drift.model.hazards import Hazard
from prisma_drift.model.report import EmptyProof, Finding, Proof, Report
from prisma_drift.model.values import fields_of
from prisma_drift.report import annotations as workflow
from prisma_drift.report import gate as gates
from prisma_drift.report import json as report_json
from prisma_drift.report import markdown, sarif, text
from prisma_drift.report.sections import Context

SEPARATORS = ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x1f", "\x85", "\u2028", "\u2029"]
HIDDEN = ["\x00", "\x07", "\x08", "\x1b[31m", "\x1b]0;t\x07", "\x7f", "\x9b31m", "\u00ad", "\u200b", "\u200d", "\u200e", "\u202e", "\u2066", "\u2069", "\ufeff", "\U000e0041", "\ufe0f", "\ud800"]  # fmt: skip
MARKS = ["::", "::error::x", "::set-output name=verdict::in-step", "::add-path::/x", "::stop-commands::x", "##[add-path]/x", "##[", "%0A", "%0a::error::y", "%25", "`", "``", "```", "```\n", "~~~", "|", "\\|", "@everyone", "@org/team", "#1", "GH-1", "<script>", "<!-- prisma-drift", "-->", "[a](http://x)", "](", "![i](//x)", "http://evil.example", "www.evil.example", "$$x$$", ":tada:", "--", "*/", "/*", '"', "'", "EOF", "ghadelimiter_", "\t", " ", "=", ",", ":"]  # fmt: skip
PLAIN = ["User", "id", "public", "x", "Größe", "名前", "20240101000000_init", "a b"]
IGNORED = re.compile(
    "[\\s\x1c-\x1f\x85\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]*"
)


class EscapedError(AssertionError):
    """Something came out as more than text."""


def hostile(dice: random.Random) -> str:
    return "".join(
        dice.choice(dice.choice((SEPARATORS, HIDDEN, MARKS, MARKS, PLAIN))) for _ in range(dice.randint(1, 6))
    )


WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("Report", "verdict"): ("in-step", "drift", "drift", "error"),
    ("Finding", "id"): ("table-extra", "column-type", "migration-failed", "default-changed"),
    ("Finding", "severity"): ("error", "warning", "note"),
    ("Hazard", "id"): ("data-loss", "nulls", "object-in-the-way"),
    ("Hazard", "severity"): ("error", "warning", "note"),
    ("Check", "id"): ("nulls", "duplicates"),
    ("Check", "breaks"): ("fails", "loses"),
    ("Origin", "action"): ("created", "altered", "renamed", "dropped"),
    ("Mend", "kind"): ("sql", "schema"),
    ("Unmanaged", "kind"): ("index", "view", "trigger", "check"),
}
"""Fields that hold words of ours; every other text may be a repository's."""
_HINTS: dict[type, dict[str, Any]] = {}


def make(dice: random.Random, kind: Any = Report) -> Any:
    """A value of the type, with hostile text wherever a text may stand, also in fields that are added later."""
    if fields_of(kind):
        hints = _HINTS.setdefault(kind, get_type_hints(kind))
        given = {
            name: dice.choice(WORDS[kind.__name__, name])
            if (kind.__name__, name) in WORDS
            else make(dice, hints[name])
            for name in fields_of(kind)
        }
        if kind is Report:
            given["proof"] = Proof(EmptyProof(True, 0) if given["corrective_sql"] else make(dice, EmptyProof))
        if kind is SchemaLines:
            given["after_line"], given["replaces"] = dice.randint(0, 9), dice.randint(0, 2)
        if kind is Report and given["verdict"] == "error":
            given["findings"] = given["findings"] or (make(dice, Finding),)
        if kind is Hazard:
            given["migration"] = given["migration"] if dice.random() < 0.3 else ""
        return kind(**given)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        [inner] = [one for one in get_args(kind) if one is not type(None)]
        return make(dice, inner) if dice.random() < 0.6 else None
    if origin is tuple:
        parts = get_args(kind)
        if parts[-1] is not ...:
            return tuple(make(dice, part) for part in parts)
        return tuple(make(dice, parts[0]) for _ in range(dice.choice((0, 1, 1, 2))))
    if kind is bool:
        return dice.random() < 0.5
    if kind is int:
        return dice.randint(1, 99)
    assert kind is str, kind
    return hostile(dice) if dice.random() < 0.9 else ""


def commands_of(log: str) -> list[str]:
    """What the runner would carry out."""
    found, stopped = [], ""
    for line in re.split(r"\r\n|\n|\r", log):
        bare = line[IGNORED.match(line).end() :]  # type: ignore[union-attr]
        if stopped:
            stopped = "" if bare == f"::{stopped}::" else stopped
        elif bare.startswith("::stop-commands::"):
            stopped = bare.removeprefix("::stop-commands::")
        elif re.match(":\ufe0f*:", bare) or re.search("#[\ufe0f]*#[\ufe0f]*\\[", line):
            found.append(line)
    return found


def harmless(shown: str, what: str, *, also: str = "\n\t") -> None:
    for character in shown:
        category = unicodedata.category(character)
        odd = category in ("Cc", "Zl", "Zp", "Cs") or (category == "Cf" and character not in also)
        if odd and character not in also:
            raise EscapedError(f"{what}: {character!r} comes out raw")


def look(report: Report) -> None:
    plain = text.render((report,), verbose=True)
    harmless(plain, "text")
    if commands_of(plain):
        raise EscapedError(f"text: {commands_of(plain)[0]!r}")
    coloured = io.StringIO()
    text.write((report,), coloured, verbose=True, color="always")
    harmless(re.sub(r"\x1b\[[0-9;]*m", "", coloured.getvalue()), "colours")
    out = io.StringIO()
    with Log(out) as log:
        log.text(report.project.schema)
        log.commands(workflow.commands((report,)))
        log.notice(report.project.name)
    harmless(out.getvalue(), "log")
    wanted = len(workflow.commands((report,)))
    if len(said := commands_of(out.getvalue())) != wanted + 1 or any(
        not re.match(r"::(error|warning|notice) ", one) for one in said
    ):
        raise EscapedError(f"log: {said!r}")
    stops = [line for line in out.getvalue().split("\n") if re.match("::stop-commands::[0-9a-f]{48}$", line)]
    if len(stops) != 2 + bool(wanted):  # the beginning, and after each group of ours
        raise EscapedError("log: another stop")
    if len(commands_of(workflow.render((report,)))) != wanted:
        raise EscapedError("annotations")
    for rendered, name in ((report_json.render((report,)), "json"), (sarif.render((report,)), "sarif")):
        harmless(rendered, name)
        if commands_of(rendered):
            raise EscapedError(f"{name}: {commands_of(rendered)[0]!r}")
        json.loads(rendered)
    for one in json.loads(sarif.render((report,)))["runs"][0]["results"]:
        if re.search(r"(?<!\\)\[[^\]]*\]\(", one["message"]["text"]):
            raise EscapedError("sarif: a link in a message")
        for location in one["locations"]:
            uri = location["physicalLocation"]["artifactLocation"]["uri"]
            if re.search(r"[\s<>\"`|]", uri) or ("://" in unquote(uri) and not uri.isascii()):
                raise EscapedError(f"sarif: {uri!r}")
    look_at_markdown(
        markdown.comment(report, Context(repository_url="https://github.com/o/r", commit="a" * 40)).text
    )
    look_at_outputs(
        {
            "verdict": report.verdict,
            "report-json": report.project.schema,
            "corrective-sql": report.corrective_sql,
        }
    )
    look_at_hook(report)


def look_at_gate(gate: Gate) -> None:
    for format in gates.FORMATS:
        shown = gates.render([gate], format, verbose=True)
        harmless(shown, f"gate, {format}")
        wanted = len(workflow.commands([gate.report])) if format == "github" else 0
        if format == "markdown":
            look_at_markdown(shown, "gate, markdown")
        elif len(said := commands_of(shown)) != wanted:
            raise EscapedError(f"gate, {format}: {said!r}")
        if format in ("json", "sarif"):
            json.loads(shown)


def look_at_markdown(shown: str, what: str = "markdown") -> None:
    """Outside of code nothing of theirs is left that Markdown would read."""
    harmless(shown, what)
    # Where a link of ours leads is no text, as long as nothing in it ends it.
    prose = re.sub(r"\]\(https://github\.com/o/r/[\w./%#~+-]*\)", "]", without_code(shown))
    # GitHub's filters for mentions, references and emoji pass over code elements, as over code spans.
    aside = re.sub(r"<code>[^<]*(?:<wbr>[^<]*)*</code>", "", prose)
    for pattern in (r":tada:", r"(?<!\w)GH-1(?!\w)", r"(?<![\w`])@\w"):
        if found := re.search(pattern, aside):
            raise EscapedError(f"{what}: {aside[max(0, found.start() - 30) : found.end() + 30]!r}")
    for pattern in (
        r"<script",
        r"!\[",
        r"\]\(",
        r"www\.evil",
        r"http://evil",
        r"\$\$",
    ):
        if found := re.search(pattern, prose):
            raise EscapedError(f"{what}: {prose[max(0, found.start() - 30) : found.end() + 30]!r}")


def without_code(shown: str) -> str:
    """The text without fenced blocks and code spans, as CommonMark closes them."""
    kept, fence = [], ""
    for line in shown.split("\n"):
        bare = line.strip()
        if fence:
            if re.fullmatch(f"{fence[0]}{{{len(fence)},}}", bare):
                fence = ""
            continue
        if opening := re.match(r"(`{3,}|~{3,})[^`]*$", bare):
            fence = opening[1]
            continue
        kept.append(line)
    if fence:
        raise EscapedError("markdown: a fence stays open")
    return re.sub(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", "", "\n".join(kept), flags=re.DOTALL)


def look_at_outputs(values: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "output")
        write_outputs(str(path), values)
        found: dict[str, str] = {}
        rows = iter(re.split(r"\r\n|\n|\r", path.read_text("utf-8")))
        for row in rows:
            if row:
                name, word = row.split("<<", 1)
                found[name] = "\n".join(iter(lambda: next(rows), word))
    if set(found) != set(values):
        raise EscapedError(f"outputs: {sorted(found)}")


def look_at_hook(report: Report) -> None:
    problems = [
        Problem(
            one.id, one.position.file if one.position else "", 3, one.message, one.hint, excerpt=one.excerpt
        )
        for one in report.findings
    ]
    kept, sys.stdout = sys.stdout, io.StringIO()
    try:
        hook_output.show(
            problems,
            (hook_output.Shown(report.project.schema, (report.project.name,), report.corrective_sql),),
            (),
        )
        shown = sys.stdout.getvalue()
    finally:
        sys.stdout = kept
    harmless(shown, "hook")
    if commands_of(shown):
        raise EscapedError(f"hook: {commands_of(shown)[0]!r}")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0, help="number of the first run, for a part of them")
    options = parser.parse_args()
    return fuzz(options.runs, options.seed, options.start)


def fuzz(runs: int, seed: int, start: int = 0) -> int:
    """The number of reports of which something escaped; each is printed with the seed that makes it again."""
    escaped = 0
    for number in range(start, start + runs):
        dice = random.Random(f"{seed}/{number}")
        try:
            look(make(dice))
            look_at_gate(make(dice, Gate))
        except EscapedError as error:
            escaped += 1
            if escaped <= 20:
                print(f"{seed}/{number}: {error}"[:300])
    print(f"{runs} runs, {escaped} escaped")
    return escaped


if __name__ == "__main__":
    raise SystemExit(1 if main() else 0)
