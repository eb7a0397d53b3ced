"""SQL that reaches for more than a migration may have, and names that reach out of where they stand: a table."""

from __future__ import annotations

SECRET = "s3cr3t_word"
"""Stands in a file of the machine that no input may read."""

ESCAPES = (
    "COPY (SELECT 1) TO PROGRAM 'touch {mark}'",
    "CREATE TABLE t (a text); COPY t FROM PROGRAM 'touch {mark}; echo 1'",
    "CREATE TABLE t (a text); COPY t FROM '{secret}'",
    "COPY (SELECT 1) TO '{mark}'",
    "SELECT pg_read_file('{secret}')",
    "SELECT pg_read_binary_file('{secret}')",
    "SELECT pg_ls_dir('/')",
    "SELECT pg_stat_file('{secret}')",
    "SELECT lo_import('{secret}')",
    "SELECT lo_export(lo_from_bytea(0, 'x'), '{mark}')",
    "SELECT pg_file_write('{mark}', 'x', false)",
    "SELECT pg_ls_waldir(), pg_ls_logdir()",
    "SELECT pg_current_logfile(), pg_reload_conf()",
    "SELECT pg_rotate_logfile()",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> current_user",
    "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename <> current_user",
    "ALTER SYSTEM SET archive_command = 'touch {mark}'",
    "ALTER SYSTEM SET shared_preload_libraries = '/tmp/evil'",
    "LOAD '/tmp/evil.so'",
    "LOAD 'dblink'",
    "CREATE FUNCTION f() RETURNS int LANGUAGE c AS '/tmp/evil.so', 'f'",
    "CREATE FUNCTION f(cstring) RETURNS int LANGUAGE internal AS 'system'",
    "CREATE EXTENSION file_fdw",
    "CREATE EXTENSION adminpack",
    "CREATE EXTENSION plpython3u",
    "CREATE EXTENSION plperlu",
    "CREATE EXTENSION pageinspect",
    "CREATE EXTENSION dblink; SELECT dblink_connect('host=127.0.0.1 port=1')",
    "CREATE EXTENSION postgres_fdw; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1')",
    "CREATE LANGUAGE plpython3u",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "CREATE ROLE evil SUPERUSER",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER ROLE CURRENT_USER REPLICATION",
    "GRANT pg_execute_server_program TO CURRENT_USER",
    "GRANT pg_read_server_files, pg_write_server_files TO CURRENT_USER",
    "CREATE TABLESPACE evil LOCATION '/tmp'",
    "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1' PUBLICATION p",
    "SELECT pg_create_physical_replication_slot('evil')",
    "SELECT pg_promote()",
    "UPDATE pg_catalog.pg_authid SET rolsuper = true",
    "INSERT INTO pg_catalog.pg_proc SELECT * FROM pg_catalog.pg_proc LIMIT 1",
    "SET allow_system_table_mods = on",
    "SET session_preload_libraries = '/tmp/evil'",
    "SET local_preload_libraries = '/tmp/evil'",
    "SET dynamic_library_path = '/tmp'",
    "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION pg_catalog.now()",
    "CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT NULL::timestamptz'",
    "CREATE SCHEMA pg_evil",
    "CREATE FUNCTION pg_catalog.evil() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)",
    "CREATE TABLE pg_temp.pg_class (a int)",
    "SELECT current_setting('data_directory'), current_setting('hba_file')",
)

ROLE_SETTINGS = tuple(
    f"ALTER ROLE CURRENT_USER SET {name} = {value}"
    for name, value in (
        ("search_path", "evil"), ("search_path", "pg_catalog, evil"), ("default_transaction_read_only", "on"),
        ("default_transaction_isolation", "serializable"), ("default_transaction_deferrable", "on"),
        ("statement_timeout", "1"), ("lock_timeout", "1"), ("idle_in_transaction_session_timeout", "1"),
        ("idle_session_timeout", "1"), ("transaction_timeout", "1"), ("work_mem", "64"), ("temp_buffers", "100"),
        ("client_min_messages", "debug5"), ("client_encoding", "'LATIN1'"), ("DateStyle", "'German'"),
        ("IntervalStyle", "'iso_8601'"), ("TimeZone", "'Asia/Kathmandu'"), ("extra_float_digits", "'-15'"),
        ("bytea_output", "'escape'"), ("xmlbinary", "'hex'"), ("standard_conforming_strings", "off"),
        ("backslash_quote", "'off'"), ("escape_string_warning", "off"), ("quote_all_identifiers", "on"),
        ("array_nulls", "off"), ("transform_null_equals", "on"), ("row_security", "off"),
        ("check_function_bodies", "off"), ("default_tablespace", "'pg_default'"), ("default_table_access_method", "'heap'"),
        ("default_toast_compression", "'pglz'"), ("default_text_search_config", "'pg_catalog.german'"),
        ("enable_seqscan", "off"), ("enable_indexscan", "off"), ("enable_hashjoin", "off"), ("enable_sort", "off"),
        ("from_collapse_limit", "1"), ("join_collapse_limit", "1"), ("geqo_threshold", "2"), ("cursor_tuple_fraction", "0"),
        ("plan_cache_mode", "'force_generic_plan'"), ("lc_messages", "'C'"), ("lc_monetary", "'C'"), ("lc_numeric", "'C'"),
        ("application_name", "'::error::x'"), ("gin_pending_list_limit", "64"), ("role", "'pg_monitor'"),
    )
)  # fmt: skip

NAMES = tuple(
    f"x{middle}y"
    for middle in (
        "\n::error::", "\r::error::", "\u2028::error::", "\u2029::error::", "\x85::error::", "\v::error::", "\f::error::",
        "\x1c::error::", "\x1d::error::", "\x1e::error::", "\n::set-output name=verdict::in-step\n", "\n##[add-path]/tmp\n",
        "\n::stop-commands::x\n", "%0A::error::", "\x1b[31m", "\x1b]0;evil\x07", "\x07", "\x08\x08\x08", "\u202e", "\u2066",
        "\u200b", "\ufeff", "`", "```\n", "|", "\\|", "@everyone", "<script>alert(1)</script>", "<!-- prisma-drift -->",
        "[a](javascript:x)", "![i](http://x)", "*/ DROP", "'; DROP TABLE \"User\"; --", "$$", "#1",
    )
)  # fmt: skip
