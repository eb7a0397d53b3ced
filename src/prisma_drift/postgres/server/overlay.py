"""A second face of an installation: the same programs and libraries, with another folder of extensions.

Postgres finds its folders relative to its own program file. A copy of that file among links to everything else runs the
same server, which sees only the extensions that we show it. Versions before 18 have no setting that would do; and where
this process is root, the server's user may not be able to read the original at all.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .extensions import write_control_files
from .installation import Installation

UNUSED = shutil.ignore_patterns("pgxs", "bitcode", "*.a", "pkgconfig", "doc", "locale", "man", "extension")


def placed(installation: Installation, folder: Path) -> Installation:
    """Where `lay_over` puts things: each folder as far from the others as in the original."""
    prefix = Path(os.path.commonpath([*folders(installation)]))
    return Installation(
        folder / installation.bin.relative_to(prefix),
        folder / installation.share.relative_to(prefix),
        folder / installation.library.relative_to(prefix),
        installation.major,
        tuple(folder / path.relative_to(prefix) for path in installation.bundled),
    )


def folders(installation: Installation) -> tuple[Path, ...]:
    """Every folder whose place relative to the others matters."""
    return (installation.bin, installation.share, installation.library, *installation.bundled)


def lay_over(installation: Installation, folder: Path, *, copy: bool) -> None:
    """Makes the second face in `folder`; with `copy` everything is copied instead of linked to."""
    new = placed(installation, folder)
    new.bin.mkdir(parents=True, exist_ok=True)
    for program in ("postgres", "initdb"):
        shutil.copy(installation.bin / program, new.bin / program)
    if copy:
        shutil.copytree(installation.library, new.library, ignore=UNUSED, dirs_exist_ok=True)
        shutil.copytree(installation.share, new.share, ignore=UNUSED, dirs_exist_ok=True)
        shutil.copytree(installation.extensions, folder / "scripts")
        for path, copied in zip(installation.bundled, new.bundled, strict=True):
            shutil.copytree(path, copied)
        scripts = folder / "scripts"
    else:
        new.library.parent.mkdir(parents=True, exist_ok=True)
        new.library.symlink_to(installation.library)
        new.share.mkdir(parents=True, exist_ok=True)
        for path in installation.share.iterdir():
            if path.name != "extension":
                (new.share / path.name).symlink_to(path)
        scripts = installation.extensions
    write_control_files(installation, new.extensions, scripts)
