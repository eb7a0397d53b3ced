"""How a hook calls the program so that git finds it: each way as words of a shell, what it needs, and whether it works here."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from ..errors import DriftError
from ..model.commands import INSTALL, SOURCE
from ..model.values import frozen

WAYS = ("path", "command", "package", "npx", "uvx", "container")
IN_PACKAGE = "node_modules/.bin/prisma-drift"
MISSING = ("block", "warn")
_TRY_SECONDS = 300
"""The first start of uvx, npx or a container fetches what it runs."""

NEEDS = {
    "path": "this environment stays where it is",
    "command": f"prisma-drift is on everybody's PATH (`{INSTALL}`, or `uv tool install {SOURCE}`)",
    "package": "the npm package in package.json, and its dependencies installed",
    "npx": "a dependency of the project that brings the program; the npm registry has none",
    "uvx": "uv on everybody's PATH; it fetches the program from its repository the first time",
    "container": "docker, and an image of prisma-drift (--image)",
}
"""What each way asks of a machine."""

_INSTALL = {
    "path": f"run `prisma-drift install` again, after `{INSTALL}` where the program is gone",
    "command": f"run `{INSTALL}`",
    "package": "install the dependencies of package.json",
    "npx": "install Node.js",
    "uvx": "run `pipx install uv`",
    "container": "install docker",
}


@frozen
class Way:
    """One way to call the program."""

    name: str
    words: tuple[str, ...]
    """The program and what stands before its command."""

    @property
    def call(self) -> str:
        return " ".join(map(_word, self.words))

    def line(self, command: str, event: str, missing: str) -> str:
        """One line for a hook: the call, guarded against a tool that is not there, with its status passed on."""
        tool = _word(self.words[0])
        told = f"echo '{self._told(event, missing)}' >&2"
        if missing == "warn":
            return f"if command -v {tool} >/dev/null 2>&1; then {self.call} {command}; else {told}; fi"
        return f"command -v {tool} >/dev/null 2>&1 || {{ {told}; exit 1; }}; {self.call} {command}"

    def script(self, command: str, event: str, about: str, missing: str) -> str:
        """A whole hook of git."""
        lines = [
            "#!/bin/sh",
            *(f"# {line}" for line in about.split("\n")),
            f"if command -v {_word(self.words[0])} >/dev/null 2>&1; then",
            f"    exec {self.call} {command}",
            "fi",
            f"echo '{self._told(event, missing)}' >&2",
        ]
        return "\n".join([*lines, *(["exit 1"] if missing == "block" else [])]) + "\n"

    def _told(self, event: str, missing: str) -> str:
        what = "commit" if event == "pre-commit" else "push"
        done = "is stopped" if missing == "block" else "is not checked"
        more = f" (`git {what} --no-verify` goes on without)" if missing == "block" else ""
        return f"{self.words[0]} is not found, so this {what} {done} - {_INSTALL[self.name]}{more}".replace(
            "'", ""
        )


def _word(word: str) -> str:
    # `$PWD` is for the shell that runs the hook.
    return f'"{word}"' if "$PWD" in word else shlex.quote(word)


def way_of(name: str, root: Path, image: str = "") -> Way:
    """The way of this name, for a repository at `root`. DriftError where it cannot be."""
    if name == "path":
        return Way(name, (_own_path(root),))
    if name == "command":
        return Way(name, ("prisma-drift",))
    if name == "package":
        return Way(name, (IN_PACKAGE,))
    if name == "npx":
        return Way(name, ("npx", "--no-install", "prisma-drift"))
    if name == "uvx":
        return Way(name, ("uvx", "--from", SOURCE, "prisma-drift"))
    if not image:
        raise DriftError(
            "A container needs the name of its image.",
            id="usage",
            hint="Add --image NAME, as in docs/action.md.",
        )
    words = (
        "docker",
        "run",
        "--rm",
        "-v",
        "$PWD:/repo",
        "-w",
        "/repo",
        "--entrypoint",
        "prisma-drift",
        image,
    )
    return Way(name, words)


def revision() -> str:
    """This program as others can fetch it from its repository: the commit that it was installed from, the release, else `main`.

    pip keeps where a package came from in `direct_url.json` (PEP 610); one from an index has none.
    """
    import json
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        installed = distribution("prisma-drift")
    except PackageNotFoundError:
        return "main"
    origin = json.loads(installed.read_text("direct_url.json") or "{}")
    if "dir_info" in origin:
        return "main"  # a checkout, whose commit may be nobody else's
    commit = origin.get("vcs_info", {}).get("commit_id")
    return str(commit or f"v{installed.version}")


def usual(*, shared: bool, root: Path) -> str:
    """The way that holds best here: `shared` hooks are committed, so that no path of one machine belongs into them."""
    if depends_on_it(root) and (root / IN_PACKAGE).exists():
        return "package"
    on_path = shutil.which("prisma-drift")
    lasting = on_path is not None and Path(on_path).parent != Path(sys.prefix) / "bin"
    inside = not Path(_own_path(root)).is_absolute()
    if lasting or (shared and on_path is not None and not inside):
        return "command"
    return "path"


def depends_on_it(root: Path) -> bool:
    """Whether the repository's package.json names the npm package, so that everybody who installs has the program."""
    from ..beneath import read

    try:
        told = json.loads(read(root, root / "package.json"))
    except (OSError, ValueError, RecursionError):
        return False
    groups = ("devDependencies", "dependencies", "optionalDependencies")
    return isinstance(told, dict) and any(
        isinstance(group := told.get(name), dict) and "prisma-drift" in group for name in groups
    )


def _own_path(root: Path) -> str:
    """The program of this environment: from the repository's top where it lies inside, else absolute."""
    name = "prisma-drift.exe" if os.name == "nt" else "prisma-drift"
    beside = Path(sys.executable).parent / name
    own = beside if beside.is_file() else Path(shutil.which("prisma-drift") or beside)
    if own.is_relative_to(root):
        return own.relative_to(root).as_posix()
    return str(own)


def try_once(way: Way, root: Path) -> None:
    """Run the way as git would run the hook. DriftError where it is not found or does not work."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    try:
        done = subprocess.run(
            ["/bin/sh", "-c", f"{way.call} --version"],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TRY_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failed(way, str(error)) from None
    if done.returncode != 0 or "prisma-drift" not in done.stdout:
        said = (done.stderr.strip() or done.stdout.strip()).split("\n")[-1]
        raise _failed(way, said)


def _failed(way: Way, said: str) -> DriftError:
    return DriftError(
        f"`{way.call} --version` does not work here, so no hook is written: {said or 'it says nothing'}.",
        id="usage",
        hint=f"This way needs: {NEEDS[way.name]}. Others: --run {' | '.join(WAYS)}.",
    )
