"""Literal values in a JavaScript or TypeScript file, read without running it.

Only what a settings file usually holds is understood: object literals of strings, templates, arrays, `env("X")`,
`process.env.X`, paths made from the file's own place (`__dirname`, `import.meta`, `fileURLToPath`, `new URL`), the text of
a file, and names of constants that hold one of these. Anything else becomes Computed, so that a caller can say where it
stands, if it matters at all.

A path is taken relative to the file's folder by whoever asks for it; that folder itself is ".".
"""

from __future__ import annotations

import posixpath

from .literals import Computed, Content, Env, Items, Object, Text, Value
from .tokens import Source, Token, end_of, source_of, template_parts, tokens_of

_THIS_FOLDER = ("__dirname", "import.meta.dirname", "process.cwd")
_THIS_FILE = ("__filename", "import.meta.filename", "import.meta.url")
_JOIN = ("join", "resolve")
_SAME = (
    "fileURLToPath",
    "pathToFileURL",
    "normalize",
    "toNamespacedPath",
    "String",
    "decodeURIComponent",
    "decodeURI",
)
"""Functions that give back the path that they are given."""
_READ = ("readFileSync",)
_SUFFIXES = (".pathname", ".href", ".toString()")
_MAX_DEPTH = 16
_MAX_STEPS = 20_000
"""Names that stand for lists of names could grow without bound."""


def default_export(text: str) -> Value | None:
    """What the file exports: `export default X`, `module.exports = X`, `export = X` or the like; None if nothing."""
    source = source_of(text)
    for index, _ in enumerate(source.tokens):
        words = [token.text for token in source.tokens[index : index + 4]]
        if words[:2] == ["export", "default"]:
            return _value(source, index + 2, 0)
        if words[:2] == ["export", "="]:
            return _value(source, index + 2, 0)
        if words[:4] in (["module", ".", "exports", "="], ["exports", ".", "default", "="]):
            return _value(source, index + 4, 0)
        if words[1:] == ["as", "default", "}"] or words[1:] == ["as", "default", ","]:
            return _name(source, words[0], 0)
    return None


def _value(source: Source, start: int, depth: int) -> Value:
    """The expression that begins at a token."""
    if start >= len(source.tokens):
        return Computed("", source.tokens[-1].line if source.tokens else 1)
    return _expression(source, start, end_of(source.tokens, start), depth)


def _expression(source: Source, start: int, end: int, depth: int) -> Value:
    tokens = source.tokens
    if start >= end:
        return Computed("", tokens[min(start, len(tokens) - 1)].line)
    computed = Computed("".join(token.text for token in tokens[start:end])[:60], tokens[start].line)
    source.steps += 1
    if depth > _MAX_DEPTH or source.steps > _MAX_STEPS:
        return computed
    end = _without_type(tokens, start, end)
    if tokens[start].text == "(" and _closing(tokens, start) == end - 1:
        return _expression(source, start + 1, end - 1, depth + 1)
    if (question := _top(tokens, start, end, "?")) is not None:
        return _conditional(source, question, end, depth) or computed
    for either in ("??", "||"):
        if (at := _top(tokens, start, end, either)) is not None:
            return _either(source, start, at, end, depth) or computed
    if (at := _top(tokens, start, end, "+")) is not None:
        return _joined_text(source, start, at, end, depth) or computed
    return _primary(source, start, end, depth) or computed


def _without_type(tokens: list[Token], start: int, end: int) -> int:
    """The end without `as Type`, `satisfies Type` and `!`."""
    for word in ("as", "satisfies"):
        if (at := _top(tokens, start, end, word, "name")) is not None:
            end = at
    while end - 1 > start and tokens[end - 1].text == "!" and tokens[end - 1].kind == "punctuation":
        end -= 1
    return end


def _top(tokens: list[Token], start: int, end: int, text: str, kind: str = "punctuation") -> int | None:
    """The first such token between start and end that is inside no bracket."""
    level = 0
    for index in range(start, end):
        token = tokens[index]
        if level == 0 and index > start and token.text == text and token.kind == kind:
            return index
        if token.kind == "punctuation":
            level += (token.text in "([{") - (token.text in ")]}")
    return None


def _closing(tokens: list[Token], start: int) -> int:
    """Index of the bracket that closes the one at `start`."""
    level = 0
    for index in range(start, len(tokens)):
        if tokens[index].kind == "punctuation":
            level += (tokens[index].text in "([{") - (tokens[index].text in ")]}")
            if level == 0:
                return index
    return len(tokens)


def _conditional(source: Source, question: int, end: int, depth: int) -> Value | None:
    """`c ? a : b` where both are the same; else only running the file would tell."""
    colon = _top(source.tokens, question, end, ":")
    if colon is None:
        return None
    yes = _expression(source, question + 1, colon, depth + 1)
    no = _expression(source, colon + 1, end, depth + 1)
    return yes if isinstance(yes, Text) and isinstance(no, Text) and yes.value == no.value else None


def _either(source: Source, start: int, at: int, end: int, depth: int) -> Value | None:
    """`process.env.X ?? "y"`: the second counts where X is not set."""
    first = _expression(source, start, at, depth + 1)
    if not isinstance(first, Env):
        return first if isinstance(first, Text) else None
    second = _expression(source, at + 1, end, depth + 1)
    return Env(first.variable, first.line, second.value if isinstance(second, Text) else None)


def _joined_text(source: Source, start: int, at: int, end: int, depth: int) -> Value | None:
    left, right = _expression(source, start, at, depth + 1), _expression(source, at + 1, end, depth + 1)
    if isinstance(left, Text) and isinstance(right, Text):
        return Text(left.value + right.value, left.line)
    return None


def _primary(source: Source, start: int, end: int, depth: int) -> Value | None:
    tokens = source.tokens
    first = tokens[start]
    if first.kind == "punctuation":
        closed = _closing(tokens, start)
        if first.text == "{" and closed in (end - 1, len(tokens)):
            return _object(source, start, depth)
        if first.text == "[" and closed in (end - 1, len(tokens)):
            return Items(tuple(_list(source, start + 1, depth)), first.line)
        return None
    if first.kind == "string":
        return Text(first.text, first.line) if start + 1 == end else None
    if first.kind == "template":
        return _template(source, first, depth) if start + 1 == end else None
    for suffix in _SUFFIXES:
        words = tokens_of(suffix)
        if end - len(words) > start and [t.text for t in tokens[end - len(words) : end]] == [
            t.text for t in words
        ]:
            inner = _primary(source, start, end - len(words), depth + 1)
            return inner if isinstance(inner, Text | Content) else None
    if first.text in ("await", "new") and start + 1 < end:
        return _primary(source, start + 1, end, depth)
    return _named(source, start, end, depth)


def _template(source: Source, token: Token, depth: int) -> Text | None:
    parts: list[str] = []
    for text, hole in template_parts(token.text):
        if hole:
            inner = Source(tokens_of(text), {})
            value = _hole(source, inner, depth)
            if value is None:
                return None
            text = value
        elif "${" in text.replace("\\${", ""):
            return None
        parts.append(text)
    return Text("".join(parts), token.line)


def _hole(source: Source, inner: Source, depth: int) -> str | None:
    """The text that a template's hole stands for; the names in it are those of the file."""
    start = len(source.tokens)
    whole = Source([*source.tokens, *inner.tokens], source.constants, source.steps)
    value = _expression(whole, start, len(whole.tokens), depth + 1)
    source.steps = whole.steps
    return value.value if isinstance(value, Text) else None


def _named(source: Source, start: int, end: int, depth: int) -> Value | None:
    """A name, an environment variable, or a call."""
    tokens, line = source.tokens, source.tokens[start].line
    name, after = _dotted(tokens, start)
    if name.startswith("process.env.") and name.count(".") == 2 and after == end:
        return Env(name.rpartition(".")[2], line)
    if name == "process.env" and after + 3 == end and tokens[after].text == "[":
        return Env(tokens[after + 1].text, line) if tokens[after + 1].kind == "string" else None
    if after < end and tokens[after].text == "<":
        after = _past_type_arguments(tokens, after, end)
    if after < end and tokens[after].text == "(":
        return _call(source, name, after, depth) if _closing(tokens, after) >= end - 1 else None
    return _name(source, name, depth, line) if after == end else None


def _name(source: Source, name: str, depth: int, line: int = 1) -> Value | None:
    if name in source.constants:
        return _value(source, source.constants[name], depth + 1)
    if name in _THIS_FOLDER:
        return Text(".", line)
    return Text("./_", line) if name in _THIS_FILE else None


def _dotted(tokens: list[Token], start: int) -> tuple[str, int]:
    words = [tokens[start].text]
    index = start + 1
    while index + 1 < len(tokens) and tokens[index].text in (".", "?.") and tokens[index + 1].kind == "name":
        words.append(tokens[index + 1].text)
        index += 2
    return ".".join(words), index


def _past_type_arguments(tokens: list[Token], start: int, end: int) -> int:
    """Index after `<…>`, as in `env<Env>("X")`."""
    for index in range(start, end):
        if tokens[index].text == ">":
            return index + 1
    return end


def _call(source: Source, name: str, paren: int, depth: int) -> Value | None:
    line = source.tokens[paren].line
    arguments = _list(source, paren + 1, depth)
    function = name.rpartition(".")[2]
    texts = [argument.value for argument in arguments if isinstance(argument, Text)]
    literal = len(texts) == len(arguments)
    if name in _THIS_FOLDER and not arguments:
        return Text(".", line)
    if name == "env" and len(arguments) == 1 and literal:
        return Env(texts[0], line)
    if function in _JOIN:
        return Text(_normal("/".join(texts)), line) if literal else None
    if function == "dirname" and len(arguments) == 1 and literal:
        return Text(posixpath.dirname(texts[0]) or "." if _normal(texts[0]) != "." else "..", line)
    if function in _SAME and texts and isinstance(arguments[0], Text):
        return Text(texts[0], line)
    if function == "URL" and literal and texts:
        place = posixpath.dirname(texts[1]) if len(texts) > 1 else ""
        return Text(_normal(posixpath.join(place, texts[0])), line)
    if function in _READ and texts and isinstance(arguments[0], Text):
        return Content(texts[0], line)
    if len(arguments) == 1 and isinstance(arguments[0], Object):
        only = arguments[0]
        return Object(only.entries, only.line, function, only.spreads)
    return None


def _normal(path: str) -> str:
    return posixpath.normpath(path) if path else "."


def _list(source: Source, start: int, depth: int) -> list[Value]:
    """The comma-separated expressions from `start` up to the closing bracket."""
    tokens = source.tokens
    values: list[Value] = []
    index = start
    while index < len(tokens) and tokens[index].text not in (")", "]"):
        if tokens[index].text == "," and tokens[index].kind == "punctuation":
            index += 1
            continue
        values.append(_value(source, index, depth + 1))
        index = end_of(tokens, index)
        if index < len(tokens) and tokens[index].text in (";", "}"):
            break
    return values


def _object(source: Source, start: int, depth: int) -> Object:
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
        end = end_of(tokens, index)
        if end == index or (end < len(tokens) and tokens[end].text in (")", "]", ";")):
            break
        index = end
    return Object(entries, tokens[start].line, spreads=tuple(spreads))
