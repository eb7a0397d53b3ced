-- What the given objects are, of kinds that have no query of their own.
SELECT o.class AS class_, o.object, o.number, i.type AS kind, i.identity AS name
FROM ROWS FROM (pg_catalog.unnest(%(classes)s::pg_catalog.text[]), pg_catalog.unnest(%(objects)s::pg_catalog.oid[]), pg_catalog.unnest(%(numbers)s::pg_catalog.int4[]))
    AS o (class, object, number)
CROSS JOIN LATERAL pg_catalog.pg_identify_object(o.class::pg_catalog.regclass, o.object, o.number) AS i
