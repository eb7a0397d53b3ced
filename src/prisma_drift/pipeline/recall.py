"""The report of an earlier run of the very same project: nothing is compared again where nothing changed.

Its key is made of all that a report is made of: our own text, the server's and its extensions' files, the settings, the schema's
files, the migrations, what else lies in their folder, and git's refs where git was asked. Only a report that no lack of
time can have shaped is kept: in step, or with a mend that is proved. What only looks like an earlier state may lead to a
report, and never has one kept for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..cache.plain import PlainError, dumps, loads
from ..cache.store import Store
from ..errors import DriftError
from ..migrations.history import History, read_history
from ..model.report import Report
from ..model.values import fields_of
from ..postgres.server.prepared import all_text, digest, fingerprint
from ..postgres.server.server import installation_of
from .seen import Seen, content

if TYPE_CHECKING:
    from ..postgres.server.installation import Installation
    from ..project import Config

_NO_MATTER = ("cache", "quiet", "skipped", "fail_on")
"""Settings that are nothing to the report."""


class Recall:
    """What is known of one project as it stands; the cache may be off."""

    def __init__(self, config: Config, strategy: str = "preserve") -> None:
        self.installation: Installation | None = None
        self.history: History | None = None
        self._config = config
        self._key = ""
        self._git: str | None = None
        self._schema: list[str] = []
        self.report: Report | None = None
        if config.cache is None:
            return
        try:
            self.installation = installation_of(config.shadow)
            if self.installation is None or config.base is not None or config.seed is not None:
                return
            self.report = self._recalled(strategy, self.installation)
        except (DriftError, OSError):
            # The run itself says what is wrong.
            self._key = ""

    def keep(self, report: Report, *, asked_git: bool) -> None:
        """Keep a report that was made of this project, unless something changed meanwhile: it may have been made of that."""
        if not self._key or self._config.cache is None or not _settled(report):
            return
        key = self._key
        if asked_git:
            refs, self._git = self._refs(), None
            if refs is None or refs != self._refs():
                return
            key = digest(key, refs)
        try:
            if self._schema != _schema(self._config):
                return
        except (DriftError, OSError):
            return
        store = Store.open(self._config.cache)
        if store is not None:
            try:
                store.write(f"said-{key}", dumps(Report, report))
            except PlainError:
                pass
            finally:
                store.close()

    def _read(self, name: str) -> Report | None:
        assert self._config.cache is not None
        store = Store.open(self._config.cache, make=False)
        if store is None:
            return None
        try:
            text = store.read(name)
            found: Report | None = None if text is None else loads(Report, text)
            return found
        except PlainError:
            store.remove(name)
            return None
        finally:
            store.close()

    def _recalled(self, strategy: str, installation: Installation) -> Report | None:
        config = self._config
        if config.migrations is None:
            raise DriftError("There are no migrations.")
        text = digest(*all_text())
        seen = Seen(config, text)
        try:
            self._schema = _schema(config)
            first = (text, fingerprint(installation), strategy, *_settings(config), *self._schema)
            known = seen.content()
            if known is not None and (report := self._said(digest(*first, known))) is not None:
                return report
            self.history = read_history(config.migrations, config.version, root=config.root)
            read = content(self.history)
            if read != known:
                seen.keep(read)
        finally:
            seen.close()
        self._key = digest(*first, read)
        return None if read == known else self._said(self._key)

    def _said(self, key: str) -> Report | None:
        report = self._read(f"said-{key}")
        if report is None and (refs := self._refs()) is not None:
            report = self._read(f"said-{digest(key, refs)}")
        return report

    def _refs(self) -> str | None:
        """All that git's answers depend on; None where git cannot say, empty where there is no repository."""
        if self._git is None:
            from ..git.repository import Repository, top_level

            top = top_level(self._config.schema)
            try:
                self._git = Repository(top).state() if top else ""
            except (DriftError, OSError):
                return None
        return self._git


def _schema(config: Config) -> list[str]:
    """Paths and contents of its files."""
    from ..project.reading import schema_texts

    return [word for path, data in schema_texts(config) for word in (str(path), data.decode("latin-1"))]


def _settings(config: Config) -> list[str]:
    return [
        f"{name}={sorted(value, key=repr) if isinstance(value := getattr(config, name), frozenset) else value!r}"
        for name in fields_of(config)
        if name not in _NO_MATTER
    ]


def _settled(report: Report) -> bool:
    if report.verdict == "in-step":
        return True
    empty, rows = report.proof.empty, report.proof.populated
    proved = empty is not None and empty.holds and (rows is None or rows.holds)
    return report.verdict == "drift" and proved
