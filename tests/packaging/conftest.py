"""The npm packages as they are published, around the program of this environment, or with PRISMA_DRIFT_WHOLE=1 around a standalone build.

The build takes a minute: it is kept in pytest's cache, and made again when its sources change.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from local_registry import Registry, serve

ROOT = Path(__file__).parents[2]
MANAGERS = ("pnpm@10.24.0", "@yarnpkg/cli-dist@4.12.0", "bun@1.3.3", "husky@9.1.7", "lefthook@2.0.4")


def script(name: str, file: Path) -> ModuleType:
    """A script of packaging/ as a module."""
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKE = script("npm_make", ROOT / "packaging/npm/make.py")
BUILD = script("standalone_build", ROOT / "packaging/standalone/build.py")


@pytest.fixture(scope="session")
def here() -> str:
    """This machine's platform; skips where npm is missing, or there is no build for it."""
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")
    name = str(BUILD.platform_name())
    if name not in MAKE.PLATFORMS:
        pytest.skip(f"there is no build for {name}")
    return name


@pytest.fixture(scope="session")
def standalone(pytestconfig: pytest.Config) -> Path:
    """A real standalone build; only with PRISMA_DRIFT_WHOLE=1."""
    if not os.environ.get("PRISMA_DRIFT_WHOLE"):
        pytest.skip("the standalone program is built with PRISMA_DRIFT_WHOLE=1")
    mark = hashlib.sha256()
    places = [ROOT / "pyproject.toml", ROOT / "docker/requirements.txt"]
    for folder in (ROOT / "src", ROOT / "packaging/standalone", ROOT / "docs/findings"):
        places += [file for file in sorted(folder.rglob("*")) if file.is_file() and file.suffix != ".pyc"]
    for place in places:
        mark.update(place.relative_to(ROOT).as_posix().encode() + b"\0" + place.read_bytes())
    home = Path(pytestconfig.cache.mkdir("standalone"))
    folder = home / mark.hexdigest()[:16]
    if not (folder / "build.json").exists():
        for old in home.iterdir():
            shutil.rmtree(old)
        subprocess.run([sys.executable, ROOT / "packaging/standalone/build.py", folder], check=True)
    return folder


@pytest.fixture(scope="session")
def build(here: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """The folder that a platform's package is made from."""
    if os.environ.get("PRISMA_DRIFT_WHOLE"):
        whole: Path = request.getfixturevalue("standalone")
        return whole
    folder = tmp_path_factory.mktemp("build")
    words = f'#!/bin/sh\nexec "{sys.executable}" -m prisma_drift "$@"\n'
    (folder / "prisma-drift").write_text(words)
    (folder / "prisma-drift").chmod(0o755)
    _facts(folder, here)
    return folder


def _facts(folder: Path, name: str) -> None:
    version = MAKE.project()["version"]
    glibc = {"glibc": "2.17"} if name.startswith("linux") else {}
    (folder / "build.json").write_text(json.dumps({"version": version, "platform": name, **glibc}))


@pytest.fixture(scope="session")
def tarballs(build: Path, here: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what `npm pack` makes of every package; those of other platforms hold no program."""
    home = tmp_path_factory.mktemp("npm")
    builds = [build]
    for name in MAKE.PLATFORMS:
        if name != here:
            empty = home / "empty" / name
            empty.mkdir(parents=True)
            (empty / "prisma-drift").write_text("of another platform\n")
            _facts(empty, name)
            builds.append(empty)
    packed = home / "tarballs"
    packed.mkdir()
    for package in MAKE.make(home / "packages", builds):
        subprocess.run(
            ["npm", "pack", "--silent", "--pack-destination", str(packed)],
            cwd=package,
            check=True,
            capture_output=True,
        )
    return packed


@pytest.fixture(scope="session")
def registry(tarballs: Path) -> Iterator[Registry]:
    with serve(tarballs) as running:
        yield running


@pytest.fixture(scope="session")
def managers(pytestconfig: pytest.Config, here: str) -> Path:
    """A folder with pnpm, yarn and bun, from npm; skips where npm cannot bring them."""
    home = Path(pytestconfig.cache.mkdir("package-managers"))
    programs = home / "bin"
    if not (programs / "bun").exists():
        words = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--prefix", str(home)]
        done = subprocess.run(
            ["npm", "install", *words, *MANAGERS], capture_output=True, text=True, timeout=300, check=False
        )
        if done.returncode:
            pytest.skip(f"npm could not bring the package managers: {done.stderr[-200:]}")
        programs.mkdir(exist_ok=True)
        modules = home / "node_modules"
        machine = {"x86_64": "x64", "aarch64": "aarch64", "arm64": "aarch64"}[platform.machine()]
        places = {
            "pnpm": modules / "pnpm/bin/pnpm.cjs",
            "yarn": modules / "@yarnpkg/cli-dist/bin/yarn.js",
            "bun": modules / f"@oven/bun-{sys.platform}-{machine}/bin/bun",
            "husky": modules / "husky/bin.js",
            "lefthook": modules / "lefthook/bin/index.js",
        }
        for name, place in places.items():
            place.chmod(0o755)
            (programs / name).unlink(missing_ok=True)
            (programs / name).symlink_to(place)
        (programs / "bunx").unlink(missing_ok=True)
        (programs / "bunx").symlink_to(places["bun"])
    return programs
