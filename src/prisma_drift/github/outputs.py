"""The files that a step writes for its job: outputs and the summary."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

LARGEST_OUTPUT = 400_000
"""Characters of one output; the runner refuses a job whose outputs exceed 1 MiB in UTF-16."""


def write_outputs(path: str, outputs: Mapping[str, str]) -> tuple[str, ...]:
    """Append to the file GITHUB_OUTPUT; returns the names whose value was too large and left empty.

    Each value stands between two lines with a random word, so that no value can end itself and begin another.
    """
    too_large = []
    blocks = []
    for name in sorted(outputs):
        value = outputs[name]
        if len(value) > LARGEST_OUTPUT:
            too_large.append(name)
            value = ""
        word = f"ghadelimiter_{secrets.token_hex(24)}"
        blocks.append(f"{name}<<{word}\n{_text(value)}\n{word}\n")
    if path:
        with Path(path).open("a", encoding="utf-8", newline="\n") as file:
            file.write("".join(blocks))
    return tuple(too_large)


def write_summary(path: str, text: str) -> None:
    """Append to the file GITHUB_STEP_SUMMARY; nothing happens where there is none."""
    if path:
        with Path(path).open("a", encoding="utf-8", newline="\n") as file:
            file.write(_text(text))


def _text(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")
