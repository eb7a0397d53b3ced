-- Every operator class: indexes name theirs by number.
SELECT o.oid AS oid, o.opcname AS name, o.opcdefault AS is_default
FROM pg_catalog.pg_opclass AS o
