-- The given functions and procedures; aggregates and window functions have no statement of their own here.
SELECT
    'pg_proc' AS class_,
    p.oid AS object,
    0 AS number,
    CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END AS kind,
    pg_catalog.format('%%s.%%s(%%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)) AS name,
    '' AS schema,
    '' AS table_name,
    '' AS column_name,
    pg_catalog.format('DROP %%s %%I.%%I(%%s)', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, n.nspname, p.proname,
        pg_catalog.pg_get_function_identity_arguments(p.oid)) AS drop,
    pg_catalog.rtrim(pg_catalog.pg_get_functiondef(p.oid), E'\n') AS definition,
    ARRAY[]::pg_catalog.text[] AS after,
    CASE WHEN pg_catalog.pg_get_userbyid(p.proowner) <> current_user
        THEN pg_catalog.format('ALTER %%s %%I.%%I(%%s) OWNER TO %%I', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
            n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid), pg_catalog.pg_get_userbyid(p.proowner))
        ELSE '' END AS owner
FROM pg_catalog.pg_proc AS p
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
WHERE p.oid = ANY (%(objects)s::pg_catalog.oid[])
    AND p.prokind IN ('f', 'p')
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
