"""The readme of a package index: README.md with links that lead to the repository, since the index has no files beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"(?<=\]\()(?![a-z+]+:|#)([^)\s]+)")


def absolute(text: str, repository: str, version: str) -> str:
    """Markdown whose relative links lead to the files of that version's tag."""
    return _LINK.sub(lambda found: f"{repository}/blob/v{version}/{found[1]}", text)


class ReadmeHook(MetadataHookInterface):
    """Called by hatchling when a package is built."""

    def update(self, metadata: dict[str, Any]) -> None:
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": absolute(text, metadata["urls"]["Repository"], metadata["version"]),
        }
