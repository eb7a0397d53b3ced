-- Stands in for dblink: the same functions, none of which connects anywhere, since a migration under test must not.

CREATE TYPE dblink_pkey_results AS (position int, colname text);
CREATE FUNCTION dblink_connect(text) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_connect() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_connect(text, text) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_connect() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_connect_u(text) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_connect_u() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_connect_u(text, text) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_connect_u() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_disconnect() RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_disconnect() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_disconnect(text) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_disconnect() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_open(text, text) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_open() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_open(text, text, boolean) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_open() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_open(text, text, text) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_open() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_open(text, text, text, boolean) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_open() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_fetch(text, int) RETURNS SETOF record LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_fetch() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_fetch(text, int, boolean) RETURNS SETOF record LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_fetch() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_fetch(text, text, int) RETURNS SETOF record LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_fetch() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_fetch(text, text, int, boolean) RETURNS SETOF record LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_fetch() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_close(text) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_close() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_close(text, boolean) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_close() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_close(text, text) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_close() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_close(text, text, boolean) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_close() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink(text, text) RETURNS SETOF record LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink(text, text, boolean) RETURNS SETOF record LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink(text) RETURNS SETOF record LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink(text, boolean) RETURNS SETOF record LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_exec(text, text) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_exec() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_exec(text, text, boolean) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_exec() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_exec(text) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_exec() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_exec(text, boolean) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_exec() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_get_pkey(text) RETURNS SETOF dblink_pkey_results LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_get_pkey() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_build_sql_insert(text, int2vector, int, text[], text[]) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_build_sql_insert() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_build_sql_delete(text, int2vector, int, text[]) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_build_sql_delete() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_build_sql_update(text, int2vector, int, text[], text[]) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_build_sql_update() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_current_query() RETURNS text LANGUAGE sql VOLATILE PARALLEL RESTRICTED RETURN current_query();
CREATE FUNCTION dblink_send_query(text, text) RETURNS int4 LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_send_query() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_is_busy(text) RETURNS int4 LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_is_busy() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_get_result(text) RETURNS SETOF record LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_get_result() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_get_result(text, bool) RETURNS SETOF record LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_get_result() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_get_connections() RETURNS text[] LANGUAGE sql VOLATILE PARALLEL RESTRICTED RETURN NULL::text[];
CREATE FUNCTION dblink_cancel_query(text) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_cancel_query() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_error_message(text) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_error_message() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_get_notify(OUT notify_name text, OUT be_pid int4, OUT extra text) RETURNS SETOF record LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_get_notify() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dblink_get_notify(conname text, OUT notify_name text, OUT be_pid int4, OUT extra text) RETURNS SETOF record LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dblink_get_notify() of dblink is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FOREIGN DATA WRAPPER dblink_fdw;
GRANT USAGE ON FOREIGN DATA WRAPPER dblink_fdw TO PUBLIC;
REVOKE ALL ON FUNCTION dblink_connect_u(text), dblink_connect_u(text, text) FROM PUBLIC;
