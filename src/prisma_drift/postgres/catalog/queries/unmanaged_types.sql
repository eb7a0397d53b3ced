-- Domains, composite types, ranges and enums without labels, except those of extensions.
SELECT
    CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END AS kind,
    pg_catalog.format('%%s.%%s', n.nspname, t.typname) AS name,
    '' AS table_name,
    CASE t.typtype
        WHEN 'd' THEN pg_catalog.format('CREATE DOMAIN %%I.%%I AS %%s%%s%%s%%s', n.nspname, t.typname,
            pg_catalog.format_type(t.typbasetype, t.typtypmod),
            ' DEFAULT ' || t.typdefault,
            CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END,
            (SELECT pg_catalog.string_agg(
                pg_catalog.format(' CONSTRAINT %%I %%s', k.conname, pg_catalog.pg_get_constraintdef(k.oid)), '' ORDER BY k.conname)
             FROM pg_catalog.pg_constraint AS k WHERE k.contypid = t.oid AND k.contype = 'c'))
        WHEN 'c' THEN pg_catalog.format('CREATE TYPE %%I.%%I AS (%%s)', n.nspname, t.typname,
            (SELECT pg_catalog.string_agg(
                pg_catalog.format('%%I %%s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
             FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped))
        WHEN 'e' THEN pg_catalog.format('CREATE TYPE %%I.%%I AS ENUM ()', n.nspname, t.typname)
        ELSE pg_catalog.format('CREATE TYPE %%I.%%I AS RANGE (SUBTYPE = %%s)', n.nspname, t.typname,
            (SELECT pg_catalog.format_type(r.rngsubtype, NULL) FROM pg_catalog.pg_range AS r WHERE r.rngtypid = t.oid))
    END AS definition,
    ARRAY[CASE t.typtype WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite type' WHEN 'e' THEN 'enum without labels'
        ELSE 'range type' END] AS why
FROM pg_catalog.pg_type AS t
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid
WHERE n.nspname = ANY (%(schemas)s::pg_catalog.name[])
    AND (t.typtype IN ('d', 'r')
        OR (t.typtype = 'c' AND c.relkind = 'c')
        OR (t.typtype = 'e' AND NOT EXISTS (SELECT FROM pg_catalog.pg_enum AS l WHERE l.enumtypid = t.oid)))
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS e
        WHERE e.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND e.objid = t.oid AND e.deptype = 'e'
    )
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
