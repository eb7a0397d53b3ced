"""`prisma-drift install`: puts the commit hook where this repository's hooks are kept, by husky, lefthook or git itself."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from ..errors import EXIT_DRIFT, EXIT_ERROR, EXIT_IN_STEP, DriftError
from ..git.repository import top_level
from ..git.run import output as git_output
from ..model.commands import REPOSITORY, as_called
from .ways import MISSING, NEEDS, WAYS, Way, revision, try_once, usual, way_of

COMMANDS = {"pre-commit": "hook", "pre-push": "check"}
ABOUT = {
    "pre-commit": """\
prisma-drift: no schema.prisma edit without its migration. Checks what is staged, with no database.
To let history change once: PRISMA_DRIFT_ALLOW_EDIT="why" git commit""",
    "pre-push": "prisma-drift: the full check before a push, on a throw-away Postgres.",
}
_LEFTHOOK = tuple(f"{dot}lefthook.{end}" for dot in ("", ".") for end in ("yml", "yaml"))
_SHELL = re.compile(rb"#!.*\b(?:ba|da|z|k)?sh\b")


class ByHandError(Exception):
    """The hook belongs into a file that this program does not edit; `lines` say what to put where."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


def main(argv: Sequence[str]) -> int:
    """Install; the exit status: 0 the hook is there, 2 it is for a person to put there, 1 nothing could be written."""
    parser = _parser()
    options = parser.parse_args(argv)
    events = ["pre-commit", "pre-push"] if options.pre_push else ["pre-commit"]
    try:
        root = top_level(Path.cwd())
        if root is None:
            raise DriftError(
                "This is no git repository.", hint="Run `git init`, then `prisma-drift install` again."
            )
        print(as_called("\n".join(install(root, events, options.run, options.missing, options.image))))
    except ByHandError as waits:
        print(as_called("\n".join(waits.lines)))
        return EXIT_DRIFT
    except DriftError as error:
        print(as_called(f"✗ {error.message}\n\nnext: {error.hint}".rstrip()))
        return EXIT_ERROR
    except OSError as error:
        print(f"✗ {error.filename} cannot be written: {error.strerror}.")
        return EXIT_ERROR
    return EXIT_IN_STEP


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "prisma-drift install",
        description="Writes the commit hook for husky, lefthook or bare git, whichever the repository uses.",
        epilog="ways to call the program, and what each needs:\n"
        + "\n".join(f"  {name:<10} {needs}" for name, needs in NEEDS.items())
        + "\n\nexit status: 0 the hook is there; 2 it belongs into .pre-commit-config.yaml, which is yours to edit;\n"
        "1 nothing could be written",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--pre-push", action="store_true", help="also run the full check before a push")
    parser.add_argument(
        "--run",
        choices=WAYS,
        help="how the hook calls the program; asked on a terminal, else what holds best here",
    )
    parser.add_argument("--image", default="", metavar="NAME", help="the image for --run container")
    parser.add_argument(
        "--missing",
        choices=MISSING,
        default="block",
        help="where the program is not found: block the commit, or warn and let it pass (default: block)",
    )
    return parser


def install(root: Path, events: Sequence[str], run: str | None, missing: str, image: str = "") -> list[str]:
    """Write the hooks of a repository; what was done and what comes next, in lines."""
    for name in (".pre-commit-config.yaml", ".pre-commit-config.yml"):
        if (root / name).is_file() and not (root / ".husky").is_dir():
            return _pre_commit(root / name, events)
    husky = (root / ".husky").is_dir()
    found = None if husky else next((name for name in _LEFTHOOK if (root / name).is_file()), None)
    lefthook = root / found if found else None
    shared = lefthook is not None or (root / ".husky").is_dir()
    name = run or _asked(usual(shared=shared, root=root))
    way = way_of(name, root, image)
    try_once(way, root)
    done = [f"The hook calls `{way.call}`, which works here. It needs: {NEEDS[name]}."]
    if shared and Path(way.words[0]).is_absolute():
        done.append(
            "That is a path of this machine, and others will read the file: --run uvx or --run command suit them."
        )
    for event in events:
        if (root / ".husky").is_dir():
            done.append(_husky(root / ".husky" / event, event, way, missing))
        elif lefthook is not None:
            done.append(_lefthook(lefthook, event, way, missing))
        else:
            done.append(_bare(root, event, way, missing))
    last = "edit schema.prisma and commit: without its migration the commit stops"
    if not shared:
        return [*done, "", f"next: {last}"]
    names = [f".husky/{event}" for event in events] if lefthook is None else [lefthook.name]
    return [*done, "", f"next: git add {' '.join(names)}   the others get it too", f"      {last}"]


def _asked(usual: str) -> str:
    """Which way, on a terminal; else the usual one."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return usual
    for number, (name, needs) in enumerate(NEEDS.items(), 1):
        print(f"  {number}  {name:<10} needs {needs}{'   (usual here)' if name == usual else ''}")
    answer = input(f"How is the hook to call prisma-drift? [{usual}] ").strip()
    names = list(NEEDS)
    if answer.isdigit() and 0 < int(answer) <= len(names):
        return names[int(answer) - 1]
    return answer if answer in names else usual


def is_there(text: str, event: str) -> bool:
    """Whether a hook calls the program already, in whatever way."""
    return re.search(rf"prisma-drift\b.* {COMMANDS[event]}\b", text) is not None


def installed(root: Path) -> bool:
    """Whether the commit hook is there already, wherever this repository keeps its hooks."""
    event = "pre-commit"
    for name in (".pre-commit-config.yaml", ".pre-commit-config.yml"):
        if (root / name).is_file() and re.search(
            _HOOK_ID, (root / name).read_text("utf-8", "replace"), re.MULTILINE
        ):
            return True
    found = git_output("rev-parse", "--git-path", "hooks", root=str(root))
    places = [root / ".husky" / event, *(root / name for name in _LEFTHOOK)]
    if found is not None:
        places.append(root / found.decode().strip() / event)
    return any(place.is_file() and is_there(place.read_text("utf-8", "replace"), event) for place in places)


_HOOK_ID = r"\bid:\s*prisma-drift\s*$"


def _pre_commit(file: Path, events: Sequence[str]) -> list[str]:
    """pre-commit's own file is a person's to edit: the lines for it."""
    text = file.read_text(encoding="utf-8")
    if re.search(_HOOK_ID, text, re.MULTILINE):
        return [f"{file.name}: the hook is there already.", "", "next: pre-commit install"]
    push = "pre-push" in events
    lines = [
        f"  - repo: {REPOSITORY}",
        f"    rev: {revision()}".replace(
            " main", " main  # a commit of it is better: pre-commit never updates a branch"
        ),
        "    hooks:",
        "      - id: prisma-drift",
        *(["      - id: prisma-drift-check"] if push else []),
    ]
    kinds = " --hook-type pre-commit --hook-type pre-push" if push else ""
    raise ByHandError(
        [
            f"pre-commit keeps the hooks of this repository, and {file.name} is yours to edit: nothing is written.",
            "Add this below `repos:`",
            "",
            *lines,
            "",
            f"next: pre-commit install{kinds}   once it is there",
        ]
    )


def _husky(file: Path, event: str, way: Way, missing: str) -> str:
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    if is_there(text, event):
        return f"{file.name}: the hook is there already ({file})."
    if text and not text.endswith("\n"):
        text += "\n"
    line = way.line(COMMANDS[event], event, missing)
    file.write_text(f"{text}{line}\n", encoding="utf-8", newline="\n")
    file.chmod(0o755)
    return f"Added `{way.call} {COMMANDS[event]}` to {file}."


def _lefthook(file: Path, event: str, way: Way, missing: str) -> str:
    command = way.line(COMMANDS[event], event, missing)
    text = file.read_text(encoding="utf-8")
    if any(is_there(run, event) for run in _runs(text, event) or ()):
        return f"{file.name}: the hook is there already."
    changed = _with_command(text, event, command)
    before, after = _runs(text, event), _runs(changed, event)
    if before is None or after is None or sorted(after) != sorted([*before, command]):
        raise DriftError(
            f"{file.name} is written in a way that this program does not change.",
            hint=f"Add to it by hand:\n{event}:\n  commands:\n    prisma-drift:\n      run: {command}",
        )
    file.write_text(changed, encoding="utf-8", newline="\n")
    return f"Added `{way.call} {COMMANDS[event]}` to {file}; run `lefthook install` if you have not."


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


def _bare(root: Path, event: str, way: Way, missing: str) -> str:
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
        file.write_text(way.script(command, event, ABOUT[event], missing), encoding="utf-8", newline="\n")
        file.chmod(0o755)
        return f"Written: {file}."
    content = file.read_bytes()
    if is_there(content.decode("utf-8", "replace"), event):
        return f"{event}: the hook is there already ({file})."
    first, newline, rest = content.partition(b"\n")
    if not _SHELL.match(first) or not newline:
        raise DriftError(
            f"{file} is another hook, and no shell script.",
            hint=f"Have it run `{way.call} {command}` and pass on its status.",
        )
    # In front, since a script may end early by `exec` or `exit`.
    line = f"{way.line(command, event, missing)} || exit $?\n"
    if missing == "warn":
        line = f"{{ {way.line(command, event, missing)}; }} || exit $?\n"
    file.write_bytes(first + b"\n" + line.encode() + rest)
    return f"Added `{way.call} {command}` to {file}."
