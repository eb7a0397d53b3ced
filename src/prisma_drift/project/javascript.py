"""Literal values in a JavaScript or TypeScript file, read without running it.

Only what a settings file usually holds is understood: object literals of strings, templates without
interpolation, arrays, `env("X")`, `process.env.X`, joined paths, and names of constants that hold one of these.
Anything else becomes Computed, so that a caller can say where it stands, if it matters at all.
"""

from __future__ import annotations

import re

from ..model.values import field, frozen, mutable
from .literals import Computed, Env, Items, Object, Text, Value


@frozen
class _Token:
    kind: str
    """name | string | template (with interpolation) | punctuation"""
    text: str
    """For strings: the value."""
    line: int


@mutable
class _Source:
    tokens: list[_Token]
    constants: dict[str, int] = field(default_factory=dict)
    """Index of the first token after `const NAME =`."""


_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<string>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)
    |(?P<name>[\w$]+)
    |(?P<punctuation>\.\.\.|\?\?=?|\?\.|=>|[=!]==?|&&|\|\||.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]+)\}|(.))", re.DOTALL)
_OPEN = {"(": ")", "[": "]", "{": "}"}
_HERE = {"__dirname", "import.meta.dirname"}
_JOIN = {"path.join", "path.resolve", "join", "resolve", "path.posix.join"}
_MAX_DEPTH = 16


def default_export(text: str) -> Value | None:
    """What the file exports: `export default X`, `module.exports = X` or `exports.default = X`; None if nothing."""
    source = _Source(_tokens(text))
    tokens = source.tokens
    for index, token in enumerate(tokens):
        if token.text in ("const", "let", "var") and token.kind == "name":
            _note_constant(source, index + 1)
    for index, _ in enumerate(tokens):
        words = [t.text for t in tokens[index : index + 4]]
        if words[:2] == ["export", "default"]:
            return _value(source, index + 2, 0)
        if words[:4] == ["module", ".", "exports", "="] or words[:4] == ["exports", ".", "default", "="]:
            return _value(source, index + 4, 0)
    return None


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    line = 1
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        word = match.group()
        if kind == "string":
            body = word[1:-1]
            # A template that ends inside ${…} is cut short here; it counts as computed either way.
            if word[0] == "`" and re.search(r"(?<!\\)\$\{", body):
                tokens.append(_Token("template", word, line))
            else:
                tokens.append(_Token("string", _ESCAPE.sub(_unescape, body), line))
        elif kind != "space":
            tokens.append(_Token(kind, word, line))
        line += word.count("\n")
    return tokens


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        return chr(int(code, 16))
    return _ESCAPES.get(match[4], match[4])


def _note_constant(source: _Source, index: int) -> None:
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


def _end(tokens: list[_Token], start: int) -> int:
    """Index of the token that ends the expression at `start`: a comma, semicolon or closing bracket of the level above."""
    closers: list[str] = []
    for index in range(start, len(tokens)):
        token = tokens[index]
        if token.kind != "punctuation":
            continue
        if token.text in _OPEN:
            closers.append(_OPEN[token.text])
        elif closers and token.text == closers[-1]:
            closers.pop()
        elif not closers and token.text in (",", ";", ")", "]", "}"):
            return index
    return len(tokens)


def _value(source: _Source, start: int, depth: int) -> Value:
    tokens = source.tokens
    if start >= len(tokens):
        return Computed("", tokens[-1].line if tokens else 1)
    end = _end(tokens, start)
    first = tokens[start]
    computed = Computed("".join(t.text for t in tokens[start:end])[:60], first.line)
    if depth > _MAX_DEPTH:
        return computed
    if first.text == "{" and first.kind == "punctuation":
        return _object(source, start, depth)
    if first.text == "[" and first.kind == "punctuation":
        return Items(tuple(_list(source, start + 1, depth)), first.line)
    if first.kind == "string":
        alone = start + 1 == end or tokens[start + 1].text in ("as", "satisfies", "export", "module", "const")
        return Text(first.text, first.line) if alone else computed
    if first.kind != "name":
        return computed
    name, after = _dotted(tokens, start)
    if name.startswith("process.env.") and name.count(".") == 2:
        return _env(tokens, after, end, name.rpartition(".")[2], first.line) or computed
    if name == "process.env" and after + 2 < end and tokens[after].text == "[":
        if tokens[after + 1].kind == "string":
            return _env(tokens, after + 3, end, tokens[after + 1].text, first.line) or computed
        return computed
    if after < end and tokens[after].text == "<":
        after = _past_type_arguments(tokens, after, end)
    if after < end and tokens[after].text == "(":
        return _call(source, name, after, depth) or computed
    if name in source.constants and (
        after >= end or tokens[after].text in ("as", "satisfies", "!", "export")
    ):
        return _value(source, source.constants[name], depth + 1)
    return computed


def _dotted(tokens: list[_Token], start: int) -> tuple[str, int]:
    words = [tokens[start].text]
    index = start + 1
    while index + 1 < len(tokens) and tokens[index].text in (".", "?.") and tokens[index + 1].kind == "name":
        words.append(tokens[index + 1].text)
        index += 2
    return ".".join(words), index


def _past_type_arguments(tokens: list[_Token], start: int, end: int) -> int:
    """Index after `<…>`, as in `env<Env>("X")`."""
    for index in range(start, end):
        if tokens[index].text == ">":
            return index + 1
    return end


def _env(tokens: list[_Token], after: int, end: int, variable: str, line: int) -> Env | None:
    """`process.env.X`, with `!`, a type or a fallback after it: the fallback only counts where X is not set."""
    if after >= end or tokens[after].text in ("!", "as", "??", "||", "satisfies"):
        return Env(variable, line)
    return None


def _call(source: _Source, name: str, paren: int, depth: int) -> Value | None:
    tokens = source.tokens
    line = tokens[paren].line
    arguments = _list(source, paren + 1, depth)
    if name == "env" and len(arguments) == 1 and isinstance(arguments[0], Text):
        return Env(arguments[0].value, line)
    if name in _JOIN:
        return _joined(source, paren, arguments)
    if len(arguments) == 1 and isinstance(arguments[0], Object):
        only = arguments[0]
        return Object(only.entries, only.line, name, only.spreads)
    return None


def _joined(source: _Source, paren: int, arguments: list[Value]) -> Value | None:
    """`path.join("prisma", "schema")`: a path relative to the file, also where it begins with `__dirname`."""
    parts: list[str] = []
    for index, argument in enumerate(arguments):
        if isinstance(argument, Text):
            parts.append(argument.value)
        elif not (isinstance(argument, Computed) and index == 0 and argument.text in _HERE):
            return None
    return Text("/".join(parts) or ".", source.tokens[paren].line)


def _list(source: _Source, start: int, depth: int) -> list[Value]:
    """The comma-separated expressions from `start` up to the closing bracket."""
    tokens = source.tokens
    values: list[Value] = []
    index = start
    while index < len(tokens) and tokens[index].text not in (")", "]"):
        if tokens[index].text == "," and tokens[index].kind == "punctuation":
            index += 1
            continue
        values.append(_value(source, index, depth + 1))
        index = _end(tokens, index)
        if index < len(tokens) and tokens[index].text in (";", "}"):
            break
    return values


def _object(source: _Source, start: int, depth: int) -> Object:
    tokens = source.tokens
    entries: dict[str, Value] = {}
    spreads: list[Computed] = []
    index = start + 1
    while index < len(tokens) and not (tokens[index].kind == "punctuation" and tokens[index].text == "}"):
        token = tokens[index]
        following = tokens[index + 1].text if index + 1 < len(tokens) else ""
        if token.text == "," and token.kind == "punctuation":
            index += 1
            continue
        if token.text == "...":
            spread = _value(source, index + 1, depth + 1)
            if isinstance(spread, Object):
                entries |= spread.entries
                spreads += spread.spreads
            else:
                spreads.append(Computed(f"...{getattr(spread, 'text', '')}", token.line))
        elif following == ":" and token.kind in ("name", "string"):
            entries[token.text] = _value(source, index + 2, depth + 1)
        elif token.kind == "name" and following in (",", "}"):
            entries[token.text] = _value(source, index, depth + 1)
        elif token.kind == "name":  # a method or a getter
            entries[token.text] = Computed(f"{token.text}…", token.line)
        end = _end(tokens, index)
        if end == index or (end < len(tokens) and tokens[end].text in (")", "]", ";")):
            break
        index = end
    return Object(entries, tokens[start].line, "", tuple(spreads))
