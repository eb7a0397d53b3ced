"""The Python package as the index would have it: twine has nothing to add, links lead somewhere, nothing of CI is in it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="session")
def tools(pytestconfig: pytest.Config) -> Path:
    """A folder with build and twine, in the versions of the release."""
    folder = Path(pytestconfig.cache.mkdir("release-tools"))
    if not (folder / "twine").exists():
        words = [
            "-q",
            "--disable-pip-version-check",
            "--no-deps",
            "--require-hashes",
            "--target",
            str(folder),
        ]
        requirements = ROOT / "packaging/release-requirements.txt"
        done = subprocess.run(
            [sys.executable, "-m", "pip", "install", *words, "-r", str(requirements)],
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        if done.returncode:
            pytest.skip(f"pip could not bring the release's tools: {done.stderr[-200:]}")
    return folder


@pytest.fixture(scope="session")
def dist(tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with sdist and wheel, the wheel built from the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    run(tools, "build", "--outdir", str(folder), str(ROOT))
    return folder


def run(tools: Path, module: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        env=os.environ | {"PYTHONPATH": str(tools)}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def metadata(dist: Path) -> Message:
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        (name,) = [name for name in opened.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_bytes(opened.read(name))


@pytest.mark.slow
def test_twine_has_nothing_to_add(tools: Path, dist: Path) -> None:
    said = run(tools, "twine", "check", "--strict", *map(str, dist.iterdir()))
    assert said.count("PASSED") == 2


@pytest.mark.slow
def test_the_page_of_the_index(dist: Path) -> None:
    told = metadata(dist)
    assert told["Version"] == PROJECT["version"]
    assert {one.split(",")[0] for one in told.get_all("Project-URL") or []} >= {
        "Repository",
        "Documentation",
        "Changelog",
        "Issues",
    }
    text = str(told.get_payload())
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert len(links) > 20
    assert all(link.startswith(("https://", "#")) for link in links)
    assert f"/blob/v{PROJECT['version']}/docs/action.md" in text


@pytest.mark.slow
def test_what_is_in_it(dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    (sdist,) = dist.glob("*.tar.gz")
    inside = zipfile.ZipFile(wheel).namelist()
    assert "prisma_drift/py.typed" in inside and "prisma_drift/report/findings_pages/nulls.md" in inside
    assert any(name.endswith(".data/scripts/prisma-drift") for name in inside)
    with tarfile.open(sdist) as opened:
        tops = {name.split("/")[1] for name in opened.getnames() if "/" in name}
    assert tops == {
        "CHANGELOG.md",
        "LICENSE",
        "PKG-INFO",
        "README.md",
        "SECURITY.md",
        "docs",
        "packaging",
        "pyproject.toml",
        "src",
        ".gitignore",
    }


def test_each_python_that_is_tried_is_named() -> None:
    text = (ROOT / ".github/workflows/ci.yml").read_text("utf-8")
    (listed,) = re.findall(r"python: \[(.*?)\]", text)
    tried = {f"Programming Language :: Python :: {version}" for version in re.findall(r"[\d.]+", listed)}
    named = {one for one in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", one)}
    assert named == tried
