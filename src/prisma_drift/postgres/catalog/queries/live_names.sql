-- How SQL names the objects that reports name without quotes: what DROP takes, by kind and the reports' name.
SELECT 'relation' AS kind, pg_catalog.format('%%s.%%s', n.nspname, c.relname) AS name,
    pg_catalog.format('%%I.%%I', n.nspname, c.relname) AS identity
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE pg_catalog.format('%%s.%%s', n.nspname, c.relname) = ANY (%(names)s::pg_catalog.text[])
UNION ALL
SELECT 'routine', pg_catalog.format('%%s.%%s(%%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)),
    pg_catalog.format('%%I.%%I(%%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid))
FROM pg_catalog.pg_proc AS p
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
WHERE pg_catalog.format('%%s.%%s(%%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid))
    = ANY (%(names)s::pg_catalog.text[])
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
UNION ALL
SELECT 'type', pg_catalog.format('%%s.%%s', n.nspname, t.typname), pg_catalog.format('%%I.%%I', n.nspname, t.typname)
FROM pg_catalog.pg_type AS t
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
WHERE pg_catalog.format('%%s.%%s', n.nspname, t.typname) = ANY (%(names)s::pg_catalog.text[])
UNION ALL
SELECT 'statistics', pg_catalog.format('%%s.%%s', n.nspname, s.stxname), pg_catalog.format('%%I.%%I', n.nspname, s.stxname)
FROM pg_catalog.pg_statistic_ext AS s
JOIN pg_catalog.pg_namespace AS n ON n.oid = s.stxnamespace
WHERE pg_catalog.format('%%s.%%s', n.nspname, s.stxname) = ANY (%(names)s::pg_catalog.text[])
UNION ALL
SELECT 'policy', pg_catalog.format('%%s.%%s.%%s', n.nspname, c.relname, p.polname),
    pg_catalog.format('%%I ON %%I.%%I', p.polname, n.nspname, c.relname)
FROM pg_catalog.pg_policy AS p
JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE pg_catalog.format('%%s.%%s.%%s', n.nspname, c.relname, p.polname) = ANY (%(names)s::pg_catalog.text[])
UNION ALL
SELECT 'rule', pg_catalog.format('%%s.%%s.%%s', n.nspname, c.relname, r.rulename),
    pg_catalog.format('%%I ON %%I.%%I', r.rulename, n.nspname, c.relname)
FROM pg_catalog.pg_rewrite AS r
JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE pg_catalog.format('%%s.%%s.%%s', n.nspname, c.relname, r.rulename) = ANY (%(names)s::pg_catalog.text[])
UNION ALL
SELECT 'event trigger', g.evtname::pg_catalog.text, pg_catalog.quote_ident(g.evtname)
FROM pg_catalog.pg_event_trigger AS g
WHERE g.evtname::pg_catalog.text = ANY (%(names)s::pg_catalog.text[])
