"""Connections that nothing of the caller's surroundings reaches: no PG* variable, no password file, no certificate.

libpq fills in what a connection does not say from the environment and from files of the user. That is wanted for a server
that a person names; it is not for a server of our own (PGSERVICE or PGREQUIREAUTH would lead elsewhere or forbid it), and
least of all for one that a repository names, which would be sent the user's password.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

_LOCK = threading.Lock()
BARE: Mapping[str, str] = {
    "passfile": "/nonexistent/.pgpass",
    "sslcert": "/nonexistent/postgresql.crt",
    "sslkey": "/nonexistent/postgresql.key",
    "gssencmode": "disable",
}
"""What keeps libpq from files of the user and from their Kerberos tickets."""


@contextmanager
def bare_environment() -> Iterator[None]:
    """The block runs without PG* variables; libpq reads them when a connection is made, and only then."""
    with _LOCK:
        hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PG")}
        try:
            yield
        finally:
            os.environ.update(hidden)
