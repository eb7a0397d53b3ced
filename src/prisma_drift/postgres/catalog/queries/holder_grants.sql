-- Grants on the given views, functions and columns: those that are there, and those that would be there if the object were
-- made anew (ALTER DEFAULT PRIVILEGES). The owner is the empty grantee, whoever that is.
WITH me AS (SELECT r.oid FROM pg_catalog.pg_roles AS r WHERE r.rolname = current_user),
things (class, object, number, kind, namespace, owner, acl) AS (
    SELECT 'pg_class', c.oid, 0, 'r'::pg_catalog."char", c.relnamespace, c.relowner, c.relacl
    FROM pg_catalog.pg_class AS c
    WHERE c.oid = ANY (%(objects)s::pg_catalog.oid[]) AND c.relkind = 'v'
    UNION ALL
    SELECT 'pg_proc', p.oid, 0, 'f', p.pronamespace, p.proowner, p.proacl
    FROM pg_catalog.pg_proc AS p
    WHERE p.oid = ANY (%(objects)s::pg_catalog.oid[])
),
lists (class, object, number, kind, anew, column_name, owner, acl) AS (
    SELECT t.class, t.object, t.number, t.kind, false, '', t.owner, coalesce(t.acl, pg_catalog.acldefault(t.kind, t.owner))
    FROM things AS t
    UNION ALL
    SELECT t.class, t.object, t.number, t.kind, true, '', me.oid,
        coalesce((
            SELECT p.defaclacl FROM pg_catalog.pg_default_acl AS p
            WHERE p.defaclrole = me.oid AND p.defaclnamespace = 0 AND p.defaclobjtype = t.kind
        ), pg_catalog.acldefault(t.kind, me.oid))
    FROM things AS t
    CROSS JOIN me
    UNION ALL
    SELECT t.class, t.object, t.number, t.kind, true, '', me.oid, p.defaclacl
    FROM things AS t
    CROSS JOIN me
    JOIN pg_catalog.pg_default_acl AS p
        ON p.defaclrole = me.oid AND p.defaclnamespace = t.namespace AND p.defaclobjtype = t.kind
    UNION ALL
    -- A view's columns belong to the view, a generated column is one itself.
    SELECT 'pg_class', a.attrelid, CASE c.relkind WHEN 'v' THEN 0 ELSE a.attnum END, 'c', false, a.attname::pg_catalog.text, c.relowner, a.attacl
    FROM pg_catalog.pg_attribute AS a
    JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
    WHERE a.attrelid = ANY (%(objects)s::pg_catalog.oid[])
        AND a.attacl IS NOT NULL
        AND (c.relkind = 'v' OR a.attgenerated <> '')
)
SELECT DISTINCT
    l.class AS class_,
    l.object,
    l.number,
    l.anew,
    CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.pg_get_userbyid(x.grantee)::pg_catalog.text END AS role,
    l.column_name,
    CASE x.grantee WHEN l.owner THEN '' WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END AS grantee,
    x.privilege_type AS privilege,
    x.is_grantable AS grantable
FROM lists AS l
CROSS JOIN LATERAL pg_catalog.aclexplode(l.acl) AS x
