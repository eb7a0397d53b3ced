-- The given parts of tables and views: rules, policies, triggers, constraints, indexes, extended statistics.
SELECT
    'pg_rewrite' AS class_,
    r.oid AS object,
    0 AS number,
    'rule' AS kind,
    pg_catalog.format('%%s.%%s.%%s', n.nspname, c.relname, r.rulename) AS name,
    n.nspname::pg_catalog.text AS schema,
    c.relname::pg_catalog.text AS table_name,
    '' AS column_name,
    pg_catalog.format('DROP RULE %%I ON %%I.%%I', r.rulename, n.nspname, c.relname) AS drop,
    pg_catalog.rtrim(pg_catalog.pg_get_ruledef(r.oid), ';') AS definition,
    pg_catalog.array_remove(ARRAY[CASE WHEN r.ev_enabled <> 'O' THEN pg_catalog.format('ALTER TABLE %%I.%%I %%s RULE %%I', n.nspname, c.relname,
        CASE r.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, r.rulename) END], NULL)
        AS after,
    '' AS owner
FROM pg_catalog.pg_rewrite AS r
JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE r.oid = ANY (%(objects)s::pg_catalog.oid[])
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
UNION ALL
SELECT
    'pg_policy',
    p.oid,
    0,
    'policy',
    pg_catalog.format('%%s.%%s.%%s', n.nspname, c.relname, p.polname),
    n.nspname::pg_catalog.text,
    c.relname::pg_catalog.text,
    '',
    pg_catalog.format('DROP POLICY %%I ON %%I.%%I', p.polname, n.nspname, c.relname),
    pg_catalog.format('CREATE POLICY %%I ON %%I.%%I AS %%s FOR %%s TO %%s%%s%%s', p.polname, n.nspname, c.relname,
        CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
        CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
        coalesce((SELECT pg_catalog.string_agg(pg_catalog.quote_ident(r.rolname), ', ' ORDER BY r.rolname)
                  FROM pg_catalog.pg_roles AS r WHERE r.oid = ANY (p.polroles)), 'PUBLIC'),
        ' USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')',
        ' WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')'),
    ARRAY[]::pg_catalog.text[],
    ''
FROM pg_catalog.pg_policy AS p
JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE p.oid = ANY (%(objects)s::pg_catalog.oid[])
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
UNION ALL
SELECT
    'pg_trigger',
    g.oid,
    0,
    'trigger',
    pg_catalog.format('%%s.%%s.%%s', n.nspname, c.relname, g.tgname),
    n.nspname::pg_catalog.text,
    c.relname::pg_catalog.text,
    '',
    pg_catalog.format('DROP TRIGGER %%I ON %%I.%%I', g.tgname, n.nspname, c.relname),
    pg_catalog.pg_get_triggerdef(g.oid),
    pg_catalog.array_remove(ARRAY[CASE WHEN g.tgenabled <> 'O' THEN pg_catalog.format('ALTER TABLE %%I.%%I %%s TRIGGER %%I', n.nspname, c.relname,
        CASE g.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, g.tgname) END], NULL),
    ''
FROM pg_catalog.pg_trigger AS g
JOIN pg_catalog.pg_class AS c ON c.oid = g.tgrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE g.oid = ANY (%(objects)s::pg_catalog.oid[])
    AND NOT g.tgisinternal
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
UNION ALL
SELECT
    'pg_constraint',
    k.oid,
    0,
    CASE k.contype WHEN 'c' THEN 'check' WHEN 'x' THEN 'exclusion' WHEN 'f' THEN 'foreign key' WHEN 'u' THEN 'unique' ELSE 'primary key' END,
    pg_catalog.format('%%s.%%s.%%s', n.nspname, c.relname, k.conname),
    n.nspname::pg_catalog.text,
    c.relname::pg_catalog.text,
    '',
    pg_catalog.format('ALTER TABLE %%I.%%I DROP CONSTRAINT %%I', n.nspname, c.relname, k.conname),
    pg_catalog.format('ALTER TABLE %%I.%%I ADD CONSTRAINT %%I %%s', n.nspname, c.relname, k.conname, pg_catalog.pg_get_constraintdef(k.oid)),
    pg_catalog.array_remove(ARRAY[
        CASE WHEN i.indisclustered THEN pg_catalog.format('ALTER TABLE %%I.%%I CLUSTER ON %%I', n.nspname, c.relname, ic.relname) END,
        CASE WHEN i.indisreplident
            THEN pg_catalog.format('ALTER TABLE %%I.%%I REPLICA IDENTITY USING INDEX %%I', n.nspname, c.relname, ic.relname) END
    ], NULL),
    ''
FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_catalog.pg_class AS ic ON ic.oid = i.indexrelid
WHERE k.oid = ANY (%(objects)s::pg_catalog.oid[])
    AND k.contype IN ('c', 'x', 'f', 'u', 'p')
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
UNION ALL
SELECT
    'pg_class',
    x.oid,
    0,
    'index',
    pg_catalog.format('%%s.%%s', xn.nspname, x.relname),
    n.nspname::pg_catalog.text,
    c.relname::pg_catalog.text,
    '',
    pg_catalog.format('DROP INDEX %%I.%%I', xn.nspname, x.relname),
    pg_catalog.pg_get_indexdef(x.oid),
    pg_catalog.array_remove(ARRAY[
        CASE WHEN i.indisclustered THEN pg_catalog.format('ALTER TABLE %%I.%%I CLUSTER ON %%I', n.nspname, c.relname, x.relname) END,
        CASE WHEN i.indisreplident
            THEN pg_catalog.format('ALTER TABLE %%I.%%I REPLICA IDENTITY USING INDEX %%I', n.nspname, c.relname, x.relname) END
    ], NULL),
    ''
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
JOIN pg_catalog.pg_namespace AS xn ON xn.oid = x.relnamespace
JOIN pg_catalog.pg_class AS c ON c.oid = i.indrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE x.oid = ANY (%(objects)s::pg_catalog.oid[])
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
UNION ALL
SELECT
    'pg_statistic_ext',
    s.oid,
    0,
    'statistics',
    pg_catalog.format('%%s.%%s', sn.nspname, s.stxname),
    n.nspname::pg_catalog.text,
    c.relname::pg_catalog.text,
    '',
    pg_catalog.format('DROP STATISTICS %%I.%%I', sn.nspname, s.stxname),
    pg_catalog.pg_get_statisticsobjdef(s.oid),
    -- by name: Postgres 12 has no such column
    pg_catalog.array_remove(ARRAY[
        CASE WHEN (pg_catalog.to_jsonb(s) ->> 'stxstattarget')::pg_catalog.int4 >= 0
            THEN pg_catalog.format('ALTER STATISTICS %%I.%%I SET STATISTICS %%s', sn.nspname, s.stxname, pg_catalog.to_jsonb(s) ->> 'stxstattarget') END
    ], NULL),
    CASE WHEN pg_catalog.pg_get_userbyid(s.stxowner) <> current_user
        THEN pg_catalog.format('ALTER STATISTICS %%I.%%I OWNER TO %%I', sn.nspname, s.stxname, pg_catalog.pg_get_userbyid(s.stxowner))
        ELSE '' END
FROM pg_catalog.pg_statistic_ext AS s
JOIN pg_catalog.pg_namespace AS sn ON sn.oid = s.stxnamespace
JOIN pg_catalog.pg_class AS c ON c.oid = s.stxrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE s.oid = ANY (%(objects)s::pg_catalog.oid[])
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
