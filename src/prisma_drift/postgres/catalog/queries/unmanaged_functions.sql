-- Functions, procedures and aggregates, except those of extensions.
SELECT
    CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END AS kind,
    pg_catalog.format('%%s.%%s(%%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)) AS name,
    '' AS table_name,
    CASE WHEN p.prokind = 'a' THEN (
        SELECT pg_catalog.format('CREATE AGGREGATE %%I.%%I(%%s) (%%s)', n.nspname, p.proname,
            pg_catalog.pg_get_function_arguments(p.oid),
            pg_catalog.concat_ws(', ',
                'SFUNC = ' || g.aggtransfn::pg_catalog.text,
                'STYPE = ' || pg_catalog.format_type(g.aggtranstype, NULL),
                'FINALFUNC = ' || nullif(g.aggfinalfn::pg_catalog.text, '-'),
                'COMBINEFUNC = ' || nullif(g.aggcombinefn::pg_catalog.text, '-'),
                'INITCOND = ' || pg_catalog.quote_literal(g.agginitval)))
        FROM pg_catalog.pg_aggregate AS g
        WHERE g.aggfnoid = p.oid
    ) ELSE pg_catalog.rtrim(pg_catalog.pg_get_functiondef(p.oid), E'\n') END AS definition,
    ARRAY[CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END] AS why
FROM pg_catalog.pg_proc AS p
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
WHERE n.nspname = ANY (%(schemas)s::pg_catalog.name[])
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS e
        WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND e.objid = p.oid AND e.deptype IN ('e', 'i')
    )
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
