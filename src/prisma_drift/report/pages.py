"""The pages that explain findings, one Markdown file each: docs/findings in the repository, part of the installed package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_HERE = Path(__file__)
_PLACES = (_HERE.parent / "findings_pages", _HERE.parents[3] / "docs" / "findings")


@cache
def page(id: str) -> str:
    """The page's text; empty where there is none."""
    for folder in _PLACES:
        file = folder / f"{id}.md"
        if file.is_file():
            return file.read_text("utf-8")
    return ""


def first_sentence(text: str) -> str:
    """What the page says first, below its title."""
    paragraphs = [part.strip() for part in text.split("\n\n")]
    lead = next((part for part in paragraphs if part and not part.startswith("#")), "")
    return " ".join(lead.split())


def title(text: str) -> str:
    """The page's heading, without its sign."""
    return next((line.lstrip("# ").strip() for line in text.split("\n") if line.startswith("#")), "")
