"""Whatever a repository holds, Markdown shows it as text and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from prisma_drift.model.workflow import visible
from prisma_drift.report.escape import code, fence, path_url, prose

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")

HOSTILE = (
    "@everyone",
    "<script>alert(1)</script>",
    "<!-- hidden",
    "[click](https://evil.example)",
    "https://evil.example",
    "www.evil.example",
    "me@evil.example",
    "a|b",
    "a\\|b",
    "\\",
    "`",
    "``` \n```",
    "fixes #12",
    "GH-12",
    "acme/flow#3",
    "0123456789abcdef0123456789abcdef01234567",
    ":tada:",
    "$x$",
    "*bold* _em_ ~~gone~~",
    "- item",
    "1. item",
    "# head",
    "---",
    "===",
    "&lt;b&gt;",
    "![x](y)",
    "\u202egnp.exe",
    "a\r\nb",
    "x\x00y",
    "</details>",
)
words = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30))
hostile_text = st.lists(words, max_size=6).map(" ".join)


def tokens_of(markdown: str) -> list[Token]:
    tokens: list[Token] = []
    for token in MARKDOWN.parse(markdown):
        tokens.append(token)
        tokens += token.children or []
    return tokens


def assert_only_text_and_code(markdown: str) -> None:
    for token in tokens_of(markdown):
        assert token.type in {"paragraph_open", "paragraph_close", "inline", "text", "code_inline"}, token
        if token.type == "text":
            assert not re.search(r"[@#<>$&_*~]|:\w|www\.|[A-Za-z]\w*-\d", token.content), token.content


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(hostile_text)
@example("word `a`b`c` @x")
@example("`@x")
@example("0-0 A1-2")
def test_prose_is_text_and_code(text: str) -> None:
    assert_only_text_and_code(prose(text))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(hostile_text)
def test_a_code_span_shows_its_text(text: str) -> None:
    shown = " ".join(visible(text).split())
    tokens = [token for token in tokens_of(code(text)) if token.type in ("code_inline", "text")]
    assert [token.content for token in tokens] == ([shown] if shown else [])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(hostile_text, hostile_text)
@example("\\|", "|")
@example("\\\\|`", "`|`")
def test_cells_stay_in_their_table(one: str, other: str) -> None:
    table = f"| a | b |\n|---|---|\n| {code(one, cell=True)} | {prose(other, cell=True)} |"
    tokens = tokens_of(table)
    assert [token.type for token in tokens].count("td_open") == 2
    assert not {token.type for token in tokens} & {
        "html_inline",
        "link_open",
        "image",
        "em_open",
        "strong_open",
    }
    code_text = "".join(token.content for token in tokens if token.type == "code_inline")
    assert "".join(visible(one).split()) in re.sub(r"\s", "", code_text)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(hostile_text)
@example("```\n````\n~~~")
def test_a_fence_holds_all_of_its_content(text: str) -> None:
    tokens = MARKDOWN.parse(fence(text, "sql"))
    assert [token.type for token in tokens] == ["fence"]
    assert tokens[0].content.strip("\n") == visible(text).strip("\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The migrations build no column `jitterMin`.", "The migrations build no column `jitterMin`."),
        ('relation "Tag" does not exist', 'relation "Tag" does not exist'),
        ("Ask @acme/dba", "Ask `@acme/dba`"),
        ("see prisma/schema.prisma:12", "see `prisma/schema.prisma:12`"),
        ("Put it back, and write a new one.", "Put it back, and write a new one."),
        ("5 of 12 rows (50%)", "5 of 12 rows (50%)"),
    ],
)
def test_plain_sentences_stay_plain(text: str, shown: str) -> None:
    assert prose(text) == shown


def test_paths_are_encoded_in_addresses() -> None:
    assert path_url("a b/c)d?#[e]/ü.sql") == "a%20b/c%29d%3F%23%5Be%5D/%C3%BC.sql"
