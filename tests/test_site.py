"""The documentation builds as a site, and a link that leads nowhere stops it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("mkdocs", "material")),
    reason="mkdocs-material is not installed: pip install -e '.[docs]'",
)


def build(folder: Path, site: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)],
        cwd=folder,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_page_is_built(tmp_path: Path) -> None:
    done = build(ROOT, tmp_path / "site")
    assert done.returncode == 0, done.stderr
    for page in (ROOT / "docs").rglob("*.md"):
        place = page.relative_to(ROOT / "docs").with_suffix("")
        folder = place.parent if place.name in ("index", "README") else place
        assert (tmp_path / "site" / folder / "index.html").is_file(), place
    assert (tmp_path / "site" / "workflows" / "check.yml").is_file()


@pytest.mark.parametrize("link", ["[x](nowhere.md)", "[x](config.md#nowhere)", "[x](../SECURITY.md)"])
def test_a_dead_link_stops_it(link: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    page = tmp_path / "docs" / "troubleshooting.md"
    page.write_text(page.read_text("utf-8") + f"\n{link}\n", encoding="utf-8")
    assert build(tmp_path, tmp_path / "site").returncode != 0
