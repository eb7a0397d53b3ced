-- Row level security: the switch of each table, and its policies.
SELECT
    'row level security' AS kind,
    pg_catalog.format('%%s.%%s', n.nspname, c.relname) AS name,
    pg_catalog.format('%%s.%%s', n.nspname, c.relname) AS table_name,
    pg_catalog.format('ALTER TABLE %%I.%%I ENABLE ROW LEVEL SECURITY%%s', n.nspname, c.relname,
        CASE WHEN c.relforcerowsecurity THEN ', FORCE ROW LEVEL SECURITY' ELSE '' END) AS definition,
    ARRAY['row level security'] AS why
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = ANY (%(schemas)s::pg_catalog.name[])
    AND c.relrowsecurity
    AND NOT c.relispartition
UNION ALL
SELECT
    'policy',
    pg_catalog.format('%%s.%%s.%%s', n.nspname, c.relname, p.polname),
    pg_catalog.format('%%s.%%s', n.nspname, c.relname),
    pg_catalog.format('CREATE POLICY %%I ON %%I.%%I AS %%s FOR %%s TO %%s%%s%%s', p.polname, n.nspname, c.relname,
        CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
        CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
        coalesce((SELECT pg_catalog.string_agg(pg_catalog.quote_ident(r.rolname), ', ' ORDER BY r.rolname)
                  FROM pg_catalog.pg_roles AS r WHERE r.oid = ANY (p.polroles)), 'PUBLIC'),
        ' USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')',
        ' WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')'),
    ARRAY['policy']
FROM pg_catalog.pg_policy AS p
JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = ANY (%(schemas)s::pg_catalog.name[])
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
