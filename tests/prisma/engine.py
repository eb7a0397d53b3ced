"""Prisma's own engine, run through Node as a child process; None where Node or its packages are missing."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
VERSION = "7.10.0"
"""The release that package.json pins."""

Files = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    ok: bool
    text: str
    """The script or summary, or the error's text."""
    code: int = 1


def why_missing() -> str:
    """Why the engine cannot run here; empty where it can."""
    if not shutil.which("node"):
        return "no node on PATH"
    if not (HERE / "node_modules/@prisma/schema-engine-wasm").is_dir():
        return "run `npm ci --ignore-scripts` in tests/prisma first"
    return ""


class Engine:
    """One Node process answering one request after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, request: dict[str, Any]) -> Answer:
        """Send one request and wait for its answer."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if answer["ok"]:
            return Answer(True, answer["stdout"], answer["code"])
        return Answer(False, answer["error"])

    def validate(self, text: str) -> Answer:
        return self.ask({"op": "validate", "files": [["schema.prisma", text]]})

    def diff(self, before: str | None, after: str, *, summary: bool = False) -> Answer:
        """From nothing (None) or a schema to a schema."""
        source = {} if before is None else {"files": [["schema.prisma", before]]}
        return self.ask(
            {"op": "diff", "from": source, "to": {"files": [["schema.prisma", after]]}, "summary": summary}
        )

    def diff_database(self, url: str, schema: str, *, summary: bool = False) -> Answer:
        """From a live database to a schema."""
        files = [["schema.prisma", schema]]
        return self.ask(
            {"op": "diff", "from": {"url": url, "files": files}, "to": {"files": files}, "summary": summary}
        )


@contextmanager
def engine() -> Iterator[Engine]:
    process = subprocess.Popen(
        ["node", "engine.mjs"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Engine(process)
    finally:
        process.kill()
        process.wait()
