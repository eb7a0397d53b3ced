"""The shadow server as a context manager: embedded, from the machine's own programs, in a container, or given by URL."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Literal, cast

from ...errors import DriftError, ServerError
from ...model.values import frozen
from .database import Database, Server
from .installation import Installation

__all__ = ["Database", "Server", "ShadowSettings", "parse_shadow", "server"]

Kind = Literal["embedded", "local", "container", "url"]


@frozen
class ShadowSettings:
    """Which server holds the shadow database, and its bounds."""

    kind: Kind = "embedded"
    major: int | None = None
    """Postgres' major version: for a container 17 where it is None, for local programs the newest."""
    url: str = ""
    trusted: bool = True
    """Whether a person named the URL; one from a repository's file gets nothing of the user's surroundings."""
    statement_timeout: float = 300.0
    """Seconds that one migration may take."""
    disk_limit: int = 4 << 30
    """Bytes that a private server's files may take."""
    loopback: bool = False
    """Whether a private server also listens on this machine's loopback address, for programs of the user's own."""
    cache: Path | None = None
    """Where servers of our own are kept that were prepared earlier; None: each is initialised anew."""
    origin: str = ""
    """The name of one in the cache to begin with; empty for a blank one."""


def parse_shadow(text: str, *, trusted: bool = True, cache: Path | None = None) -> ShadowSettings:
    """`embedded`, `local`, `local:15`, `container`, `container:17` or a Postgres URL; DriftError for anything else."""
    if re.match(r"postgres(ql)?://", text):
        return ShadowSettings("url", url=text, trusted=trusted)
    found = re.fullmatch(r"(embedded)|(local|container)(?::(\d+))?", text.strip())
    if not found:
        raise DriftError(
            f"There is no shadow named `{text}`.",
            hint="Choose embedded, local, local:MAJOR, container, container:MAJOR or a URL postgresql://….",
            id="shadow-unknown",
        )
    major = int(found[3]) if found[3] else None
    return ShadowSettings(cast("Kind", found[1] or found[2]), major, cache=cache)


def installation_of(shadow: str) -> Installation | None:
    """The programs of a server of our own; None for any other. ServerError where they are missing."""
    settings = parse_shadow(shadow)
    if settings.kind == "embedded":
        from .embedded import find_embedded

        return find_embedded()
    if settings.kind == "local":
        from .local import find_local

        return find_local(settings.major)
    return None


@contextmanager
def server(settings: ShadowSettings) -> Iterator[Server]:
    """The shadow server, for the length of a `with` block.

    A private one starts in the background: what needs it (`create_database`, `version`) waits. ServerError where it
    cannot be had.
    """
    with _open(settings) as opened:
        yield opened


def _open(settings: ShadowSettings) -> AbstractContextManager[Server]:
    if settings.kind == "container":
        from .container import ContainerServer

        return ContainerServer(settings.major, settings.statement_timeout, settings.disk_limit)
    if settings.kind == "url":
        from .url import UrlServer

        return UrlServer(settings.url, settings.statement_timeout, trusted=settings.trusted)
    if os.name == "nt":
        raise ServerError(
            "A shadow server of its own runs on Linux and macOS only, and this is Windows.",
            hint="Run it in WSL or in a container, or give a server where databases may be made: --shadow postgresql://…."
            " The commit hook needs no server, and works here.",
            id="server-unsupported",
        )
    from .cluster import Cluster

    if settings.kind == "local":
        from .local import find_local

        installation = find_local(settings.major)
    else:
        from .embedded import find_embedded

        installation = find_embedded()
    return Cluster(
        settings.kind,
        installation,
        statement_timeout=settings.statement_timeout,
        disk_limit=settings.disk_limit,
        loopback=settings.loopback,
        cache=settings.cache,
        origin=settings.origin,
    )
