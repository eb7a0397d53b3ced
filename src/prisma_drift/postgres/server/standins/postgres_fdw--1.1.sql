-- Stands in for postgres_fdw: servers, user mappings and foreign tables can be made; nothing connects anywhere, since
-- a wrapper without a handler cannot be read from.

CREATE FOREIGN DATA WRAPPER postgres_fdw;
GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO PUBLIC;
CREATE FUNCTION postgres_fdw_get_connections(OUT server_name text, OUT valid boolean) RETURNS SETOF record
LANGUAGE sql VOLATILE STRICT PARALLEL RESTRICTED AS 'SELECT NULL::text, NULL::boolean WHERE false';
CREATE FUNCTION postgres_fdw_disconnect(text) RETURNS bool LANGUAGE sql VOLATILE STRICT PARALLEL RESTRICTED RETURN false;
CREATE FUNCTION postgres_fdw_disconnect_all() RETURNS bool LANGUAGE sql VOLATILE STRICT PARALLEL RESTRICTED RETURN false;
