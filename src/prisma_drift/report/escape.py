"""Text of a repository made harmless for Markdown: no mention, no link, no HTML, no fence that closes early.

Sources of the rules: the GitHub Flavored Markdown specification (code spans, tables, extended autolinks) and GitHub's
own filters on top of it (mentions, issue and commit references, emoji, mathematics), none of which looks into code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import quote

from ..model.workflow import escape_json, visible

LONGEST_INLINE = 300
"""Characters of one inline value; what is longer ends in an ellipsis."""

_PLAIN = re.compile(
    r"""[(“‘'"]*[\w’'%+–—-]+(?:/[\w’'-]+)*[)”’'".,;:!?…]*|[(“‘'"]?[.,;:!?)”’'"…]*|[–—·→←✓✗=]|\d+(?:[.,]\d+)*[.,;:)]*|(?:e\.g\.|i\.e\.),?"""
)
_AROUND = re.compile(r"(\(?)(.*?)([.,;:!?]*)", re.DOTALL)
_REFERENCE = re.compile(
    r"[0-9a-fA-F]{7,64}\W*|\W*(?=\w*[A-Za-z])\w+-\d+\W*|.*\b(?=\w*[A-Za-z])\w+-\d+(?!\w).*"
)


def shorten(text: str, limit: int = LONGEST_INLINE) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def code(text: str, *, cell: bool = False) -> str:
    """A code span that shows `text`; `cell`: inside a table. Empty text gives an empty string.

    A backslash right before a bar cannot be written inside a table's code span, so the span is split there.
    """
    one_line = shorten(" ".join(visible(text).split()))
    if not one_line:
        return ""
    if not cell or "\\|" not in one_line:
        return _span(one_line.replace("|", "\\|") if cell else one_line)
    parts = re.split(r"(?<=\\)(?=\|)", one_line)
    return " ".join(_span(part.replace("|", "\\|")) for part in parts)


_NAME = re.compile(r"[A-Za-z0-9_.:]+")
_ADDRESS = re.compile("http|www[.]", re.IGNORECASE)
_SEAM = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[_.])(?=[^_.])")
_LONG = 16
"""Characters of a name that a narrow column still holds."""


def breakable(text: str) -> str:
    """A code span for a table's cell that a narrow screen may break inside a long name: after `_` and before a capital.

    What is more than one word, or no plain name, is a code span like any other.
    """
    if len(text) <= _LONG or len(text) > LONGEST_INLINE or not _NAME.fullmatch(text) or _ADDRESS.search(text):
        return code(text, cell=True)
    # Inside HTML Markdown is still read: these are the signs of a name that mean something to it.
    return f"<code>{_SEAM.sub('<wbr>', text).replace('_', chr(92) + '_')}</code>"


def _span(text: str) -> str:
    ticks = "`" * (_longest_run(text, "`") + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def prose(text: str, *, cell: bool = False) -> str:
    """A sentence of which parts may come from a repository: plain words stay, everything else becomes a code span.

    Spans that the sentence itself marks with backticks are kept as spans.
    """
    pieces = re.split(r"(`+)(.+?)\1(?!`)", visible(text).replace("\n", " "))
    parts: list[str] = []
    for number in range(0, len(pieces), 3):
        parts += [_word(word, cell) for word in re.split(r"(\s+)", pieces[number])]
        if number + 2 < len(pieces):
            parts.append(code(pieces[number + 2], cell=cell))
    return _join(part for part in parts if part).strip()


def _word(word: str, cell: bool) -> str:
    if not word or word.isspace():
        return " " if word else ""
    if word == "-":
        return "–"
    plain = _PLAIN.fullmatch(word) and not _REFERENCE.fullmatch(word) and "_" not in word
    # At the start of a line these would open a list or underline a heading.
    if plain and word[0] not in "-+=" and not re.fullmatch(r"\d+[.)]", word):
        return word
    # Punctuation around a name belongs to the sentence, not to the name.
    before, core, after = _AROUND.fullmatch(word).groups()  # type: ignore[union-attr]
    return f"{before}{code(core, cell=cell)}{after}" if core else code(word, cell=cell)


def _join(parts: Iterable[str]) -> str:
    """The parts in a row; two code spans that touch would read as one span with other ends."""
    text = ""
    for part in parts:
        text += " " + part if text.endswith("`") and part.startswith("`") else part
    return text


def fence(text: str, language: str = "") -> str:
    """A fenced block that `text` cannot close, ending without a line feed."""
    body = visible(text).strip("\n")
    ticks = "`" * max(3, _longest_run(body, "`") + 1)
    return f"{ticks}{language}\n{body}\n{ticks}"


def path_url(path: str) -> str:
    """A repository path for use in a URL: every byte but letters, digits and `-._~/` percent-encoded."""
    return quote(path, safe="/", errors="replace")


def link(label: str, url: str) -> str:
    """A link; `label` is Markdown made by this module, `url` is encoded already."""
    return f"[{label}]({url})" if url else label


def _longest_run(text: str, character: str) -> int:
    return max((len(run) for run in re.findall(re.escape(character) + "+", text)), default=0)


def json_text(value: object) -> str:
    """JSON whose text holds no control, separator, bidirectional or invisible character as such, and begins no command."""
    return escape_json(json.dumps(value, ensure_ascii=False, indent=2)) + "\n"
