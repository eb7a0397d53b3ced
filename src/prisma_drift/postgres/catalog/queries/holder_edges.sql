-- Who depends on the given tables and their columns (and on those that inherit from them) or on the given enums, directly or
-- through one another: one row for each dependency. An object stands for its parts: a view for its rule and its row type, a
-- constraint for its index and its triggers, an enum for its list type. What Postgres copies to partitions is left out.
WITH RECURSIVE
wanted AS (
    SELECT n.oid AS namespace, w.name
    FROM ROWS FROM (pg_catalog.unnest(%(schemas)s::pg_catalog.name[]), pg_catalog.unnest(%(names)s::pg_catalog.name[])) AS w (schema, name)
    JOIN pg_catalog.pg_namespace AS n ON n.nspname = w.schema
),
family (root, relation) AS (
    SELECT c.oid, c.oid
    FROM wanted AS w
    JOIN pg_catalog.pg_class AS c ON c.relnamespace = w.namespace AND c.relname = w.name AND c.relkind IN ('r', 'p')
    UNION
    SELECT f.root, h.inhrelid
    FROM family AS f
    JOIN pg_catalog.pg_inherits AS h ON h.inhparent = f.relation
),
enums AS (
    SELECT t.oid AS type
    FROM wanted AS w
    JOIN pg_catalog.pg_type AS t ON t.typnamespace = w.namespace AND t.typname = w.name AND t.typtype = 'e'
),
alias (part_class, part, class, object, number) AS (
    SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass::pg_catalog.oid, r.oid,
        'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, r.ev_class, 0
    FROM pg_catalog.pg_rewrite AS r
    WHERE r.rulename = '_RETURN'
    UNION ALL
    SELECT 'pg_catalog.pg_attrdef'::pg_catalog.regclass, d.oid, 'pg_catalog.pg_class'::pg_catalog.regclass, d.adrelid, d.adnum
    FROM pg_catalog.pg_attrdef AS d
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE a.attgenerated <> ''
    UNION ALL
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, k.conindid, 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid, 0
    FROM pg_catalog.pg_constraint AS k
    WHERE k.contype IN ('p', 'u', 'x')
    UNION ALL
    SELECT 'pg_catalog.pg_trigger'::pg_catalog.regclass, g.oid, 'pg_catalog.pg_constraint'::pg_catalog.regclass, g.tgconstraint, 0
    FROM pg_catalog.pg_trigger AS g
    WHERE g.tgisinternal AND g.tgconstraint <> 0
    UNION ALL
    SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, 'pg_catalog.pg_class'::pg_catalog.regclass, t.typrelid, 0
    FROM pg_catalog.pg_type AS t
    WHERE t.typrelid <> 0
    UNION ALL
    SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.typarray,
        CASE WHEN t.typrelid = 0 THEN 'pg_catalog.pg_type'::pg_catalog.regclass ELSE 'pg_catalog.pg_class'::pg_catalog.regclass END,
        CASE WHEN t.typrelid = 0 THEN t.oid ELSE t.typrelid END, 0
    FROM pg_catalog.pg_type AS t
    WHERE t.typarray <> 0
),
passed_over (class, object) AS (
    -- What goes its own way: sequences, TOAST, indexes of partitions, copies of constraints and triggers, NOT NULL.
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, c.oid
    FROM pg_catalog.pg_class AS c
    WHERE c.relkind IN ('S', 't') OR (c.relkind IN ('i', 'I') AND c.relispartition)
    UNION ALL
    SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid
    FROM pg_catalog.pg_constraint AS k
    WHERE k.contype IN ('n', 't') OR k.conparentid <> 0 OR (k.conrelid <> 0 AND NOT k.conislocal)
    UNION ALL
    SELECT 'pg_catalog.pg_trigger'::pg_catalog.regclass, g.oid
    FROM pg_catalog.pg_trigger AS g
    WHERE (g.tgisinternal AND g.tgconstraint = 0)
        OR coalesce((pg_catalog.to_jsonb(g) ->> 'tgparentid')::pg_catalog.oid, 0) <> 0
),
edge AS MATERIALIZED (
    SELECT
        coalesce(a.class, d.classid) AS class,
        coalesce(a.object, d.objid) AS object,
        coalesce(a.number, CASE WHEN c.relkind IN ('r', 'p', 'f') THEN d.objsubid ELSE 0 END) AS number,
        coalesce(ra.class, d.refclassid) AS needed_class,
        coalesce(ra.object, d.refobjid) AS needed,
        coalesce(ra.number, CASE WHEN rc.relkind IN ('r', 'p', 'f') THEN d.refobjsubid ELSE 0 END) AS needed_number,
        pg_catalog.bool_or(d.deptype IN ('a', 'i')) AS falls
    FROM pg_catalog.pg_depend AS d
    LEFT JOIN alias AS a ON a.part_class = d.classid AND a.part = d.objid
    LEFT JOIN alias AS ra ON ra.part_class = d.refclassid AND ra.part = d.refobjid
    LEFT JOIN pg_catalog.pg_class AS c ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND c.oid = d.objid
    LEFT JOIN pg_catalog.pg_class AS rc ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND rc.oid = d.refobjid
    WHERE d.objid >= 16384
        AND d.deptype IN ('n', 'a', 'i')
    GROUP BY 1, 2, 3, 4, 5, 6
),
step AS MATERIALIZED (
    SELECT e.*
    FROM edge AS e
    LEFT JOIN pg_catalog.pg_attribute AS a
        ON e.class = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.number > 0 AND a.attrelid = e.object AND a.attnum = e.number
    WHERE (e.class, e.object, e.number) IS DISTINCT FROM (e.needed_class, e.needed, e.needed_number)
        AND NOT EXISTS (SELECT FROM passed_over AS p WHERE p.class = e.class AND p.object = e.object)
        -- A column's own default, an inherited generated column, and a column that merely has an enum's type.
        AND NOT (e.class = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND e.falls AND e.needed_number > 0)
        AND (a.attgenerated <> '' AND NOT a.attislocal) IS NOT TRUE
        AND (a.attgenerated = '' AND e.needed_class = 'pg_catalog.pg_type'::pg_catalog.regclass) IS NOT TRUE
),
reached (class, object, number) AS (
    SELECT s.class, s.object, s.number
    FROM step AS s
    WHERE (s.needed_class = 'pg_catalog.pg_class'::pg_catalog.regclass AND s.needed IN (SELECT f.relation FROM family AS f))
        OR (s.needed_class = 'pg_catalog.pg_type'::pg_catalog.regclass AND s.needed IN (SELECT t.type FROM enums AS t))
    UNION
    SELECT s.class, s.object, s.number
    FROM reached AS r
    JOIN step AS s ON s.needed_class = r.class AND s.needed = r.object AND s.needed_number = r.number
)
SELECT DISTINCT
    s.class::pg_catalog.regclass::pg_catalog.text AS class_,
    s.object,
    s.number,
    s.needed_class::pg_catalog.regclass::pg_catalog.text AS needed_class,
    s.needed,
    s.needed_number,
    s.falls,
    coalesce(fn.nspname, tn.nspname, '')::pg_catalog.text AS schema,
    coalesce(fc.relname, t.typname, '')::pg_catalog.text AS name,
    coalesce(a.attname, '')::pg_catalog.text AS column_name,
    coalesce((
        SELECT x.extname::pg_catalog.text
        FROM pg_catalog.pg_depend AS d
        JOIN pg_catalog.pg_extension AS x ON x.oid = d.refobjid
        WHERE d.classid = s.class AND d.objid = s.object AND d.deptype = 'e'
    ), '') AS extension
FROM reached AS r
JOIN step AS s ON s.class = r.class AND s.object = r.object AND s.number = r.number
LEFT JOIN family AS f
    ON s.needed_class = 'pg_catalog.pg_class'::pg_catalog.regclass AND f.relation = s.needed
LEFT JOIN pg_catalog.pg_class AS fc ON fc.oid = f.root
LEFT JOIN pg_catalog.pg_namespace AS fn ON fn.oid = fc.relnamespace
LEFT JOIN pg_catalog.pg_attribute AS a ON f.root IS NOT NULL AND a.attrelid = s.needed AND a.attnum = s.needed_number
LEFT JOIN pg_catalog.pg_type AS t
    ON s.needed_class = 'pg_catalog.pg_type'::pg_catalog.regclass AND t.oid = s.needed AND t.oid IN (SELECT e.type FROM enums AS e)
LEFT JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.typnamespace
