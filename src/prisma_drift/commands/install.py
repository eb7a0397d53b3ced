"""`prisma-drift install`: puts the commit hook where this repository's hooks are kept, by husky, lefthook or git itself."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from ..errors import EXIT_ERROR, EXIT_IN_STEP, DriftError
from ..git.repository import top_level
from ..git.run import output as git_output
from ..model.workflow import inert, one_line

COMMANDS = {"pre-commit": "prisma-drift hook", "pre-push": "prisma-drift check"}
SCRIPTS = {
    "pre-commit": """\
#!/bin/sh
# prisma-drift: no schema.prisma edit without its migration. Checks what is staged, with no database.
# To let history change once: PRISMA_DRIFT_ALLOW_EDIT="why" git commit …
if command -v prisma-drift >/dev/null 2>&1; then
    exec prisma-drift hook
fi
echo 'prisma-drift is not installed, so this commit is not checked; install it: pipx install prisma-drift' >&2
""",
    "pre-push": """\
#!/bin/sh
# prisma-drift: the full check before a push, on a throw-away Postgres.
if command -v prisma-drift >/dev/null 2>&1; then
    exec prisma-drift check
fi
echo 'prisma-drift is not installed, so this push is not checked; install it: pipx install prisma-drift' >&2
""",
}
"""The same text as hooks/pre-commit and hooks/pre-push."""

_LEFTHOOK = tuple(f"{dot}lefthook.{end}" for dot in ("", ".") for end in ("yml", "yaml"))
_SHELL = re.compile(rb"#!.*\b(?:ba|da|z|k)?sh\b")


def main(argv: Sequence[str]) -> int:
    """Install; the exit status is 0, or 1 where nothing could be written."""
    parser = argparse.ArgumentParser(
        "prisma-drift install",
        description="Writes the commit hook for husky, lefthook or bare git, whichever the repository uses.",
    )
    parser.add_argument("--pre-push", action="store_true", help="also run the full check before a push")
    options = parser.parse_args(argv)
    events = ["pre-commit", "pre-push"] if options.pre_push else ["pre-commit"]
    try:
        for event in events:
            print(one_line(_install(event)))
    except DriftError as error:
        print(inert(f"{error.message}\n{error.hint}").rstrip())
        return EXIT_ERROR
    return EXIT_IN_STEP


def _install(event: str) -> str:
    root = top_level(Path.cwd())
    if root is None:
        raise DriftError("This is no git repository.", hint="Run `prisma-drift install` inside one.")
    if (root / ".husky").is_dir():
        return _husky(root / ".husky" / event, event)
    for name in _LEFTHOOK:
        if (root / name).is_file():
            return _lefthook(root / name, event)
    for name in (".pre-commit-config.yaml", ".pre-commit-config.yml"):
        if (root / name).is_file():
            hook = "prisma-drift" if event == "pre-commit" else "prisma-drift-check"
            raise DriftError(
                f"This repository's hooks are kept by pre-commit: {name} is yours to edit.",
                hint=f"Add the hook `{hook}` to it; the lines stand in hooks/README.md of prisma-drift.",
            )
    return _bare(root, event)


def _husky(file: Path, event: str) -> str:
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    command = COMMANDS[event]
    if command in text:
        return f"{file.name}: the hook is there already ({file})."
    if text and not text.endswith("\n"):
        text += "\n"
    file.write_text(text + command + "\n", encoding="utf-8", newline="\n")
    file.chmod(0o755)
    return f"Added `{command}` to {file}."


def _lefthook(file: Path, event: str) -> str:
    command = COMMANDS[event]
    text = file.read_text(encoding="utf-8")
    if command in text:
        return f"{file.name}: the hook is there already."
    changed = _with_command(text, event, command)
    before, after = _runs(text, event), _runs(changed, event)
    if before is None or after is None or sorted(after) != sorted([*before, command]):
        raise DriftError(
            f"{file.name} is written in a way that this program does not change.",
            hint=f"Add to it by hand:\n{event}:\n  commands:\n    prisma-drift:\n      run: {command}",
        )
    file.write_text(changed, encoding="utf-8", newline="\n")
    return f"Added `{command}` to {file}; run `lefthook install` if you have not."


def _with_command(text: str, event: str, command: str) -> str:
    """lefthook.yml with one more command; what is there stays as it is written."""
    lines = text.rstrip("\n").split("\n") if text.strip() else []
    start = next((at for at, line in enumerate(lines) if re.match(rf"{event}:\s*(#.*)?$", line)), None)
    if start is None:
        added = [f"{event}:", "  commands:", "    prisma-drift:", f"      run: {command}"]
        return "\n".join([*lines, *([""] if lines else []), *added]) + "\n"
    end = next((at for at in range(start + 1, len(lines)) if re.match(r"[^\s#]", lines[at])), len(lines))
    inner = [line for line in lines[start + 1 : end] if line.strip() and not line.lstrip().startswith("#")]
    step = " " * (len(inner[0]) - len(inner[0].lstrip())) if inner else "  "
    place = next(
        (at for at in range(start + 1, end) if re.match(rf"{step}(commands|jobs):\s*(#.*)?$", lines[at])),
        None,
    )
    if place is None:
        added = [f"{step}commands:", f"{step * 2}prisma-drift:", f"{step * 3}run: {command}"]
        place = start
    elif "jobs" in lines[place]:
        added = [f"{step * 2}- name: prisma-drift", f"{step * 2}  run: {command}"]
    else:
        added = [f"{step * 2}prisma-drift:", f"{step * 3}run: {command}"]
    return "\n".join([*lines[: place + 1], *added, *lines[place + 1 :]]) + "\n"


def _runs(text: str, event: str) -> list[str] | None:
    """What a lefthook.yml runs at an event: the proof that it was changed rightly; None where that is not clear."""
    import yaml

    try:
        hook = (yaml.safe_load(text) or {}).get(event) or {}
        entries = [*(hook.get("commands") or {}).values(), *(hook.get("jobs") or [])]
        return [str(entry.get("run")) for entry in entries]
    except (yaml.YAMLError, TypeError, AttributeError):
        return None


def _bare(root: Path, event: str) -> str:
    found = git_output("rev-parse", "--git-path", "hooks", root=str(root))
    if found is None:
        raise DriftError(
            "git does not say where its hooks are.", hint="Run `git rev-parse --git-path hooks`."
        )
    folder = root / found.decode().strip()
    file = folder / event
    command = COMMANDS[event]
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(SCRIPTS[event], encoding="utf-8", newline="\n")
        file.chmod(0o755)
        return f"Written: {file}."
    content = file.read_bytes()
    if command.encode() in content:
        return f"{event}: the hook is there already ({file})."
    first, newline, rest = content.partition(b"\n")
    if not _SHELL.match(first) or not newline:
        raise DriftError(
            f"{file} is another hook, and no shell script.",
            hint=f"Have it run `{command}` and pass on its status.",
        )
    # In front, since a script may end early by `exec` or `exit`.
    file.write_bytes(first + b"\n" + command.encode() + b" || exit $?\n" + rest)
    return f"Added `{command}` to {file}."
