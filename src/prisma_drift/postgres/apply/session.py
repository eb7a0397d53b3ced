"""Whether the connection on which migrations ran is as good as a new one: then others may run behind them on a new one.

All migrations of a history share a connection, so that what one sets, prepares or locks for the session is there for the
next. Postgres tells of nearly all of that; what it does not tell is sought in the text, where any doubt counts as a no.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..server.database import Connection

_STATE = b"""
SELECT current_user OPERATOR(pg_catalog.=) session_user
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.relnamespace OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema())
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_type AS t WHERE t.typnamespace OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema())
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_proc AS p WHERE p.pronamespace OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema())
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_settings AS s WHERE s.source OPERATOR(pg_catalog.=) 'session'::pg_catalog.text
                  AND s.name OPERATOR(pg_catalog.<>) ALL (ARRAY[
                    'transaction_isolation', 'transaction_read_only', 'transaction_deferrable',
                    'lock_timeout', 'client_min_messages']::pg_catalog.text[]))
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_prepared_statements)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_cursors AS c WHERE c.is_holdable)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_listening_channels())
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks AS l
                  WHERE l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()
                    AND l.locktype OPERATOR(pg_catalog.=) 'advisory'::pg_catalog.text)
"""
_ASKING = ("current_setting", "show", "reset")
_SIGNS = ("set", "show", "currval", "lastval", "load")
_HIDDEN = re.compile(
    r"""(?ix)
    \b set \s+ (?: session \s+ )? "? [\w$]+ "? \s* \. \s* "? [\w$]+ "? \s* (?: = | \b to \b )   # a setting of no library
    | \b set_config \s* \( \s* (?! '[a-z_]+' \s* , )                                            # some other setting
    | \b execute \b [^;]* ' \s* (?: set | reset | load | prepare ) \b                           # perhaps such a setting
    | \b (?: show | current_setting ) \b [\s('"]* (?: lock_timeout | client_min_messages ) \b    # see below
    | \b (?: currval | lastval ) \b                                                             # of this session's nextval
    | \b load \s+ '                                                                             # a library, and its settings
    """
)
"""What a session keeps and does not show, and what asks for it; or for one of the two settings that nothing else on a shadow
can notice: nobody holds a lock there, and no message is read."""
_ASKS = re.compile(r"(?i)\b(?:current_setting|show|reset)\b[\s('\"]*[\w$]+\s*\"?\.")
"""What asks for a setting that is there only once its library was loaded."""


def is_pristine(connection: Connection, default_schema: str) -> bool:
    """Whether nothing of what ran on it outlives the connection's end but what that did to the database; of texts of which
    none `hides` anything."""
    import psycopg

    path = '"' + default_schema.replace('"', '""') + '"'
    try:
        # First: in another path operators could be those of a migration.
        shown = connection.execute(b"SHOW search_path").fetchone()
        if shown != (path,):
            return False
        state = connection.execute(_STATE).fetchone()
    except psycopg.Error:
        return False
    return state == (True,)


def hides(text: str) -> bool:
    """Whether a text may keep something for its session that Postgres does not tell of, or ask for such a thing."""
    lowered = text.lower()
    if any(sign in lowered for sign in _ASKING) and _ASKS.search(text):
        return True
    return any(sign in lowered for sign in _SIGNS) and bool(_HIDDEN.search(text))
