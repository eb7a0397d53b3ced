"""JavaScript and TypeScript as tokens: strings with their values, templates with their holes, and where an expression ends."""

from __future__ import annotations

import re

from ..model.values import field, frozen, mutable


@frozen
class Token:
    kind: str
    """name | string | template (with interpolation) | punctuation"""
    text: str
    """For strings: the value; for templates: what stands between the backticks."""
    line: int


@mutable
class Source:
    tokens: list[Token]
    constants: dict[str, int] = field(default_factory=dict)
    """Index of the first token after `const NAME =`."""
    steps: int = 0
    """How many expressions have been looked at."""


_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<string>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)
    |(?P<name>[\w$]+)
    |(?P<punctuation>\.\.\.|\?\?=?|\?\.|=>|[=!]==?|&&|\|\||.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|(.))", re.DOTALL)
_HOLE = re.compile(r"(?<!\\)\$\{([^{}]*)\}")
OPEN = {"(": ")", "[": "]", "{": "}"}
_ENDS = (",", ";", ")", "]", "}")
_WORDS_BETWEEN = ("as", "satisfies", "in", "of", "instanceof", "extends", "is")
_WORDS_BEFORE = (*_WORDS_BETWEEN, "new", "typeof", "await", "return", "void", "delete", "keyof", "default")


def tokens_of(text: str) -> list[Token]:
    """The tokens of a file; comments and blanks left out."""
    tokens: list[Token] = []
    line = 1
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        word = match.group()
        if kind == "string":
            body = word[1:-1]
            # A template that ends inside ${…} is cut short here; it counts as computed either way.
            if word[0] == "`" and re.search(r"(?<!\\)\$\{", body):
                tokens.append(Token("template", body, line))
            else:
                tokens.append(Token("string", unescaped(body), line))
        elif kind != "space":
            tokens.append(Token(kind, word, line))
        line += word.count("\n")
    return tokens


def source_of(text: str) -> Source:
    """A file's tokens, and where its constants begin."""
    source = Source(tokens_of(text))
    for index, token in enumerate(source.tokens):
        if token.text in ("const", "let", "var") and token.kind == "name":
            _note_constant(source, index + 1)
    return source


def unescaped(body: str) -> str:
    """What a string literal stands for, from the text between its quotes."""
    return _ESCAPE.sub(_character, body)


def template_parts(body: str) -> list[tuple[str, bool]]:
    """A template as text and holes in turn: (text, False) or (expression, True)."""
    parts: list[tuple[str, bool]] = []
    at = 0
    for hole in _HOLE.finditer(body):
        parts += ((unescaped(body[at : hole.start()]), False), (hole[1], True))
        at = hole.end()
    return [*parts, (unescaped(body[at:]), False)]


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF else "\ufffd"
    return _ESCAPES.get(match[4], match[4])


def _note_constant(source: Source, index: int) -> None:
    """`NAME = …` or `NAME: Type = …`; only the first one of a name counts."""
    tokens = source.tokens
    if index >= len(tokens) or tokens[index].kind != "name":
        return
    for position in range(index + 1, min(index + 40, len(tokens))):
        if tokens[position].text in (";", "{", "("):
            return
        if tokens[position].text == "=" and tokens[position].kind == "punctuation":
            source.constants.setdefault(tokens[index].text, position + 1)
            return


def end_of(tokens: list[Token], start: int) -> int:
    """Index of the token that ends the expression at `start`: a comma, semicolon or closing bracket of the level above.

    Without a semicolon, it ends where a new line begins with an operand after an operand.
    """
    closers: list[str] = []
    for index in range(start, len(tokens)):
        token = tokens[index]
        if not closers and index > start and _new_statement(tokens[index - 1], token):
            return index
        if token.kind != "punctuation":
            continue
        if token.text in OPEN:
            closers.append(OPEN[token.text])
        elif closers and token.text == closers[-1]:
            closers.pop()
        elif not closers and token.text in _ENDS:
            return index
    return len(tokens)


def _new_statement(before: Token, token: Token) -> bool:
    operand = token.kind in ("string", "template") or (
        token.kind == "name" and token.text not in _WORDS_BETWEEN
    )
    if not operand or (token.line == before.line and token.text not in ("export", "module")):
        return False
    if before.kind == "punctuation":
        return before.text in (")", "]", "}", "!")
    return before.kind in ("string", "template") or before.text not in _WORDS_BEFORE
