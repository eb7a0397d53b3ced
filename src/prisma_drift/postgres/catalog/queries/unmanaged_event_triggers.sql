-- Event triggers, except those of extensions.
SELECT
    'event trigger' AS kind,
    g.evtname::pg_catalog.text AS name,
    '' AS table_name,
    pg_catalog.format('CREATE EVENT TRIGGER %%I ON %%s%%s EXECUTE FUNCTION %%I.%%I()', g.evtname, g.evtevent,
        ' WHEN TAG IN (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(tag), ', ' ORDER BY tag)
                             FROM pg_catalog.unnest(g.evttags) AS tag) || ')',
        n.nspname, p.proname) AS definition,
    ARRAY['event trigger'] AS why
FROM pg_catalog.pg_event_trigger AS g
JOIN pg_catalog.pg_proc AS p ON p.oid = g.evtfoid
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
WHERE n.nspname = ANY (%(schemas)s::pg_catalog.name[])
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS e
        WHERE e.classid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass AND e.objid = g.oid AND e.deptype = 'e'
    )
