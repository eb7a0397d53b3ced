"""Secrets taken out of the process' environment, before anything of the repository is read.

What a process was started with stays readable in /proc/PID/environ, whatever it does to its variables later; a schema
that is a link to that file would show it. So the process starts itself anew without the secrets, and gets them through
a pipe.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping

from ..program import restart_command

PIPE = "PRISMA_DRIFT_SEALED"
_HARMLESS = re.compile(
    r"PATH|HOME|LANG|LC_\w+|TZ|TMPDIR|PYTHON\w+|CI|(?:https?|no|all)_proxy|SSL_CERT_\w+|REQUESTS_CA_BUNDLE",
    re.IGNORECASE,
)


def sealed_environment() -> Mapping[str, str]:
    """The whole environment as it was given; after this call /proc holds only harmless variables.

    Does not return the first time: the process is replaced by itself.
    """
    number = os.environ.get(PIPE)
    if number is None:
        _start_anew()
    with os.fdopen(int(number or -1), encoding="utf-8", errors="surrogateescape") as pipe:
        return {str(name): str(value) for name, value in json.load(pipe).items()}


def _start_anew() -> None:
    data = json.dumps(dict(os.environ)).encode("utf-8", "surrogateescape")
    # A file without a name rather than a pipe: an environment may be larger than a pipe holds.
    if hasattr(os, "memfd_create"):
        number = os.memfd_create("environment", 0)
        os.write(number, data)
        os.lseek(number, 0, os.SEEK_SET)
    else:
        number, end = os.pipe()
        os.write(end, data)
        os.close(end)
    os.set_inheritable(number, True)
    kept = {name: value for name, value in os.environ.items() if _HARMLESS.fullmatch(name)}
    program, *words = restart_command()
    os.execve(program, words, {**kept, PIPE: str(number)})  # noqa: S606
