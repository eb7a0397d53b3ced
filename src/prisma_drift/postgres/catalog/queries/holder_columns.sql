-- Generated columns among the given ones, with their storage, and what else depends on one column alone: its default.
SELECT
    'pg_class' AS class_,
    a.attrelid AS object,
    a.attnum::pg_catalog.int4 AS number,
    'generated column' AS kind,
    pg_catalog.format('%%s.%%s.%%s', n.nspname, c.relname, a.attname) AS name,
    n.nspname::pg_catalog.text AS schema,
    c.relname::pg_catalog.text AS table_name,
    a.attname::pg_catalog.text AS column_name,
    pg_catalog.format('ALTER TABLE %%I.%%I DROP COLUMN %%I', n.nspname, c.relname, a.attname) AS drop,
    pg_catalog.format('ALTER TABLE %%I.%%I ADD COLUMN %%I %%s%%s GENERATED ALWAYS AS (%%s) %%s%%s', n.nspname, c.relname, a.attname,
        pg_catalog.format_type(a.atttypid, a.atttypmod),
        CASE WHEN a.attcollation <> t.typcollation
            THEN (SELECT pg_catalog.format(' COLLATE %%I.%%I', cn.nspname, co.collname)
                  FROM pg_catalog.pg_collation AS co
                  JOIN pg_catalog.pg_namespace AS cn ON cn.oid = co.collnamespace
                  WHERE co.oid = a.attcollation)
            ELSE '' END,
        pg_catalog.pg_get_expr(d.adbin, d.adrelid),
        CASE a.attgenerated WHEN 'v' THEN 'VIRTUAL' ELSE 'STORED' END,
        CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END) AS definition,
    pg_catalog.array_remove(ARRAY[
        CASE WHEN a.attstattarget >= 0 THEN pg_catalog.format('ALTER TABLE %%I.%%I ALTER COLUMN %%I SET STATISTICS %%s',
            n.nspname, c.relname, a.attname, a.attstattarget) END,
        CASE WHEN a.attstorage <> t.typstorage THEN pg_catalog.format('ALTER TABLE %%I.%%I ALTER COLUMN %%I SET STORAGE %%s',
            n.nspname, c.relname, a.attname,
            CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END) END,
        CASE WHEN a.attoptions IS NOT NULL THEN pg_catalog.format('ALTER TABLE %%I.%%I ALTER COLUMN %%I SET (%%s)',
            n.nspname, c.relname, a.attname, pg_catalog.array_to_string(a.attoptions, ', ')) END
    ], NULL) AS after,
    '' AS owner
FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE (a.attrelid, a.attnum::pg_catalog.int4) IN (
        SELECT o.object, o.number
        FROM ROWS FROM (pg_catalog.unnest(%(objects)s::pg_catalog.oid[]), pg_catalog.unnest(%(numbers)s::pg_catalog.int4[])) AS o (object, number)
    )
    AND a.attgenerated <> ''
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
UNION ALL
SELECT
    'pg_attrdef',
    d.oid,
    0,
    'default',
    pg_catalog.format('%%s.%%s.%%s', n.nspname, c.relname, a.attname),
    n.nspname::pg_catalog.text,
    c.relname::pg_catalog.text,
    a.attname::pg_catalog.text,
    pg_catalog.format('ALTER TABLE %%I.%%I ALTER COLUMN %%I DROP DEFAULT', n.nspname, c.relname, a.attname),
    pg_catalog.format('ALTER TABLE %%I.%%I ALTER COLUMN %%I SET DEFAULT %%s', n.nspname, c.relname, a.attname,
        pg_catalog.pg_get_expr(d.adbin, d.adrelid)),
    ARRAY[]::pg_catalog.text[],
    ''
FROM pg_catalog.pg_attrdef AS d
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
JOIN pg_catalog.pg_class AS c ON c.oid = d.adrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE d.oid = ANY (%(objects)s::pg_catalog.oid[])
    AND a.attgenerated = ''
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
