-- Comments on what somebody made in the schemas in scope; objects below 16384 come with Postgres.
SELECT
    'comment' AS kind,
    i.identity AS name,
    CASE WHEN c.relkind IN ('r', 'p') THEN pg_catalog.format('%%s.%%s', n.nspname, c.relname) ELSE '' END AS table_name,
    pg_catalog.format('COMMENT ON %%s %%s IS %%L',
        CASE i.type
            WHEN 'table column' THEN 'COLUMN'
            WHEN 'view column' THEN 'COLUMN'
            WHEN 'materialized view column' THEN 'COLUMN'
            WHEN 'composite type column' THEN 'COLUMN'
            WHEN 'foreign table column' THEN 'COLUMN'
            WHEN 'table constraint' THEN 'CONSTRAINT'
            ELSE pg_catalog.upper(i.type) END,
        i.identity, d.description) AS definition,
    ARRAY[i.type] AS why
FROM pg_catalog.pg_description AS d
CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classoid, d.objoid, d.objsubid) AS i
LEFT JOIN pg_catalog.pg_constraint AS k ON d.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = d.objoid
LEFT JOIN pg_catalog.pg_trigger AS g ON d.classoid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND g.oid = d.objoid
LEFT JOIN pg_catalog.pg_class AS c
    ON c.oid = CASE WHEN d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass THEN d.objoid
        ELSE coalesce(k.conrelid, g.tgrelid) END
LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE d.objoid >= 16384
    AND d.classoid IN (
        'pg_catalog.pg_class'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass,
        'pg_catalog.pg_type'::pg_catalog.regclass, 'pg_catalog.pg_constraint'::pg_catalog.regclass,
        'pg_catalog.pg_trigger'::pg_catalog.regclass)
    AND coalesce(n.nspname, i.schema) = ANY (%(schemas)s::pg_catalog.name[])
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS e
        WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e'
    )
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
