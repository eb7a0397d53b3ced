-- Tables for a comparison of two catalogs: ordinary ones that are no partitions, and all partitioned ones; none of extensions.
SELECT
    c.oid AS oid,
    n.nspname AS schema,
    c.relname AS name,
    CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED' ELSE '' END AS persistence,
    CASE WHEN c.relkind = 'p' THEN 'PARTITION BY ' || pg_catalog.pg_get_partkeydef(c.oid) ELSE '' END AS partitioned,
    c.relrowsecurity AS row_security,
    c.relforcerowsecurity AS forced,
    c.reltuples::pg_catalog.float8 AS estimate,
    c.relfilenode::pg_catalog.int8 AS file
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = ANY (%(schemas)s::pg_catalog.name[])
    AND ((c.relkind = 'r' AND NOT c.relispartition) OR c.relkind = 'p')
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS e
        WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e'
    )
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
