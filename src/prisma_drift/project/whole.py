"""A file is written as a whole or not at all: beside its place first, then moved there."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Replaces the file, or makes it; a file that is there keeps its mode. OSError where that cannot be.

    A pipe or a terminal is written to, and a folder says that it is one. A link is replaced, not written through.
    """
    if path.exists() and not path.is_file():
        path.write_text(text, "utf-8")
        return
    import tempfile  # of every command only few write a file

    temporary = None
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            temporary = Path(file.name)
            file.write(text)
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask)
        temporary.replace(path)
    except OSError:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise
