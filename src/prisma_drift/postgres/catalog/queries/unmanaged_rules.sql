-- Rewrite rules, without the one that makes a view.
SELECT
    'rule' AS kind,
    pg_catalog.format('%%s.%%s.%%s', n.nspname, c.relname, r.rulename) AS name,
    pg_catalog.format('%%s.%%s', n.nspname, c.relname) AS table_name,
    pg_catalog.rtrim(pg_catalog.pg_get_ruledef(r.oid), ';') AS definition,
    ARRAY['rule'] AS why
FROM pg_catalog.pg_rewrite AS r
JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = ANY (%(schemas)s::pg_catalog.name[])
    AND r.rulename <> '_RETURN'
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS e
        WHERE e.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND e.objid = r.oid AND e.deptype = 'e'
    )
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
