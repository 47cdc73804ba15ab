-- Indexes, unique constraints and foreign keys of the given tables: how to make each, how to take it away; keys last.
SELECT definition, removal FROM (
    SELECT 1 AS turn, pg_get_indexdef(i.indexrelid) AS definition, format('DROP INDEX %%s', i.indexrelid::regclass) AS removal
    FROM pg_index i
    WHERE i.indrelid = ANY (%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
    UNION ALL
    SELECT CASE contype WHEN 'u' THEN 2 ELSE 3 END, format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid)),
        format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname)
    FROM pg_constraint
    WHERE conrelid = ANY (%s::regclass[]) AND contype IN ('u', 'f')) rules
ORDER BY turn, definition
