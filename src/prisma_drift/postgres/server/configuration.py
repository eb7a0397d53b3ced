"""The settings of a private server: fast, since nothing has to last, and bounded."""

from __future__ import annotations

from pathlib import Path

CONFIGURATION = """\
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 16
superuser_reserved_connections = 3
shared_buffers = 64MB
dynamic_shared_memory_type = mmap
huge_pages = off
max_worker_processes = 0
max_parallel_workers = 0
max_logical_replication_workers = 0
max_parallel_workers_per_gather = 0
max_parallel_maintenance_workers = 0
wal_level = minimal
max_wal_senders = 0
max_prepared_transactions = 0
max_locks_per_transaction = 512
fsync = off
synchronous_commit = off
full_page_writes = off
checkpoint_timeout = 1h
max_wal_size = 256MB
wal_init_zero = off
wal_recycle = off
autovacuum = off
track_counts = off
jit = off
temp_file_limit = 1GB
log_min_messages = fatal
log_destination = stderr
logging_collector = off
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
default_text_search_config = 'pg_catalog.english'
"""
"""A migration may hold as many locks as on a server with Postgres' own settings, whose connections are more: 64 for each
of 135. A foreign key takes one."""


LOOPBACK = """\
listen_addresses = '127.0.0.1'
max_connections = 100
password_encryption = 'scram-sha-256'
"""
"""Later settings win: what programs with pools of connections need."""


def settings_text(root: Path, major: int, control_path: Path | None, port: int | None = None) -> str:
    """postgresql.conf of a server whose socket and files stand in `root`.

    `control_path`: where its folder `extension` stands, for versions that can be told. `port`: on which it listens at the
    loopback address; at none where None.
    """
    lines = [
        CONFIGURATION,
        f"{LOOPBACK}port = {port}\n" if port else "",
        f"unix_socket_directories = '{quoted(root)}'\n",
        f"hba_file = '{quoted(root)}/pg_hba.conf'\n",
    ]
    if major >= 14:
        lines.append("client_connection_check_interval = 2s\n")
    if major >= 17:
        lines.append("allow_alter_system = off\n")
    if major >= 18:
        lines.append("io_method = sync\n")
    if control_path:
        lines.append(f"extension_control_path = '{quoted(control_path)}'\n")
    return "".join(lines)


def quoted(path: Path) -> str:
    """For a value in single quotes, in postgresql.conf."""
    return str(path).replace("\\", "\\\\").replace("'", "''")
