-- Comments on the given objects; those of a view's columns stand with the view.
SELECT
    d.classoid::pg_catalog.regclass::pg_catalog.text AS class_,
    d.objoid AS object,
    CASE WHEN c.relkind = 'v' THEN 0 ELSE d.objsubid END AS number,
    pg_catalog.format('COMMENT ON %%s %%s IS %%L',
        CASE WHEN i.type IN ('table column', 'view column') THEN 'COLUMN'
            WHEN i.type = 'table constraint' THEN 'CONSTRAINT'
            WHEN i.type = 'statistics object' THEN 'STATISTICS'
            ELSE pg_catalog.upper(i.type) END,
        i.identity, d.description) AS definition
FROM ROWS FROM (pg_catalog.unnest(%(classes)s::pg_catalog.text[]), pg_catalog.unnest(%(objects)s::pg_catalog.oid[]), pg_catalog.unnest(%(numbers)s::pg_catalog.int4[]))
    AS o (class, object, number)
JOIN pg_catalog.pg_description AS d ON d.classoid = o.class::pg_catalog.regclass AND d.objoid = o.object
LEFT JOIN pg_catalog.pg_class AS c ON o.class = 'pg_class' AND c.oid = o.object
CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classoid, d.objoid, d.objsubid) AS i
WHERE c.relkind = 'v' OR d.objsubid = o.number
ORDER BY 1, 2, d.objsubid
