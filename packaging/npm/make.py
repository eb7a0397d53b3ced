"""Makes the npm packages: the launcher `prisma-drift`, and one for the platform of each standalone build.

usage: make.py OUT BUILD...     OUT: gets a folder for each package; BUILD: folders that packaging/standalone/build.py made

The launcher depends on every platform's package, in the same version, as an optional dependency: a package manager
installs the one whose `os`, `cpu` and `libc` are those of the machine. No package has a script that runs at install.
"""

from __future__ import annotations

import json
import shutil
import sys
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SCOPE = "@prisma-drift"
PLATFORMS = ("darwin-arm64", "linux-arm64", "linux-x64", "win32-x64")
LIMITED = {"win32-x64": " On Windows the commit hook works; `check` needs WSL."}


def project() -> dict[str, Any]:
    """The project table of pyproject.toml."""
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


def common(version: str) -> dict[str, Any]:
    """What all packages say of themselves."""
    repository = project()["urls"]["Repository"]
    return {
        "version": version,
        "license": project()["license"],
        "homepage": f"{repository}#readme",
        "bugs": {"url": f"{repository}/issues"},
        "repository": {"type": "git", "url": f"git+{repository}.git"},
        "publishConfig": {"access": "public", "provenance": True},
    }


def launcher(version: str) -> dict[str, Any]:
    """package.json of `prisma-drift`."""
    return {
        "name": "prisma-drift",
        "description": project()["description"],
        "keywords": project()["keywords"],
        **common(version),
        "bin": {"prisma-drift": "bin/prisma-drift.js"},
        "files": ["bin"],
        "engines": {"node": ">=18"},
        "optionalDependencies": {f"{SCOPE}/{name}": version for name in PLATFORMS},
    }


def carrier(platform: str, version: str, glibc: str) -> dict[str, Any]:
    """package.json of a platform's package."""
    system, cpu = platform.split("-")
    libc: dict[str, Any] = {"libc": ["glibc"], "prismaDrift": {"glibc": glibc}} if system == "linux" else {}
    return {
        "name": f"{SCOPE}/{platform}",
        "description": f"The program of prisma-drift for {platform}, which the package prisma-drift starts.",
        **common(version),
        "os": [system],
        "cpu": [cpu],
        **libc,
        "files": ["program"],
        # Yarn's Plug'n'Play keeps packages in archives, from which no program can be started.
        "preferUnplugged": True,
    }


def make(out: Path, builds: list[Path]) -> list[Path]:
    """The folders of the packages; the launcher's comes last, as it is to be published last."""
    version = project()["version"]
    made = []
    for build in builds:
        facts = json.loads((build / "build.json").read_text(encoding="utf-8"))
        if facts["version"] != version:
            raise SystemExit(f"{build} is {facts['version']}, and pyproject.toml says {version}")
        folder = out / facts["platform"]
        _begin(folder, carrier(facts["platform"], version, facts.get("glibc", "")))
        shutil.copytree(build, folder / "program")
        note = LIMITED.get(facts["platform"], "")
        text = f"# {SCOPE}/{facts['platform']}\n\nThe program of [prisma-drift](https://www.npmjs.com/package/prisma-drift) for this platform, with its own Postgres.{note}\n"
        (folder / "README.md").write_text(text, encoding="utf-8")
        made.append(folder)
    folder = out / "prisma-drift"
    _begin(folder, launcher(version))
    shutil.copytree(HERE / "prisma-drift" / "bin", folder / "bin")
    (folder / "bin/prisma-drift.js").chmod(0o755)
    shutil.copy2(HERE / "prisma-drift" / "README.md", folder)
    return [*made, folder]


def _begin(folder: Path, package: dict[str, Any]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    text = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    (folder / "package.json").write_text(text, encoding="utf-8")
    shutil.copy2(ROOT / "LICENSE", folder)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    for folder in make(Path(sys.argv[1]), [Path(word) for word in sys.argv[2:]]):
        print(folder)
