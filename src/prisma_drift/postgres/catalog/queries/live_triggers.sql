-- Triggers that somebody wrote, and whether they fire: O as usual, D never, R on replicas, A always.
SELECT
    pg_catalog.format('%%s.%%s.%%s', n.nspname, c.relname, g.tgname) AS name,
    pg_catalog.format('%%s.%%s', n.nspname, c.relname) AS table_name,
    g.tgname AS own_name,
    pg_catalog.format('%%I.%%I', n.nspname, c.relname) AS table_identity,
    pg_catalog.pg_get_triggerdef(g.oid) AS definition,
    g.tgenabled::pg_catalog.text AS enabled
FROM pg_catalog.pg_trigger AS g
JOIN pg_catalog.pg_class AS c ON c.oid = g.tgrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = ANY (%(schemas)s::pg_catalog.name[])
    AND NOT g.tgisinternal
    AND NOT c.relispartition
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS e
        WHERE e.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND e.objid = g.oid AND e.deptype = 'e'
    )
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
