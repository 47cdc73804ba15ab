-- The account of every error there was (declarations/accounted.py).
-- Promises: live + archived + purged = ever created, for each error table; counted by counters or,
-- where asked, from the rows.

CREATE OR REPLACE FUNCTION governance.fold_errortally() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path TO public, pg_temp AS $$
    WITH found AS (
        SELECT ctid AS tid, count(*) OVER (PARTITION BY error_table) AS rows_of_it
        FROM governance_errortally),
    gone AS (
        DELETE FROM governance_errortally
        WHERE ctid = ANY (ARRAY(SELECT tid FROM found WHERE rows_of_it > 1))
        RETURNING *),
    kept AS (
        INSERT INTO governance_errortally (error_table, created, purged)
        SELECT error_table, sum(created), sum(purged) FROM gone GROUP BY error_table
        RETURNING 1)
    SELECT (SELECT count(*) FROM found) - (SELECT count(*) FROM gone) + (SELECT count(*) FROM kept)
$$;

-- Begin anew from the rows and the manifests: for who has filled the tables with triggers off.
CREATE OR REPLACE FUNCTION governance.recount_errortally() RETURNS bigint
LANGUAGE plpgsql SET search_path TO public, pg_temp AS $$
DECLARE
    found bigint;
BEGIN
    LOCK TABLE governance_huberror, governance_archivederror IN SHARE MODE;
    DELETE FROM governance_errortally;
    INSERT INTO governance_errortally (error_table, created, purged)
    SELECT error_table, sum(stands + went), sum(went)
    FROM (
        SELECT error_table, count(*) AS stands, 0 AS went FROM governance_huberror GROUP BY 1
        UNION ALL
        SELECT error_table, count(*), 0 FROM governance_archivederror GROUP BY 1
        UNION ALL
        SELECT error_table, 0, sum(rows) FROM governance_purgemanifest GROUP BY 1) parts
    GROUP BY error_table;
    GET DIAGNOSTICS found = ROW_COUNT;
    RETURN found;
END
$$;

-- One line for each error table there is or was.
CREATE OR REPLACE FUNCTION governance.reconciliation(is_exact boolean)
RETURNS TABLE (error_table text, live bigint, archived bigint, purged bigint, created bigint)
LANGUAGE sql STABLE SET search_path TO public, pg_temp AS $$
    SELECT p.error_table, sum(p.live)::bigint, sum(p.archived)::bigint, sum(p.purged)::bigint,
        sum(p.created)::bigint
    FROM (
        SELECT name AS error_table, 0 AS live, 0 AS archived, 0 AS purged, 0 AS created
        FROM governance_errortable
        UNION ALL
        SELECT c.error_table, sum(c.rows), 0, 0, 0 FROM governance_errorcount c
        WHERE NOT is_exact GROUP BY 1
        UNION ALL
        SELECT c.error_table, 0, sum(c.rows), 0, 0 FROM governance_archivecount c
        WHERE NOT is_exact GROUP BY 1
        UNION ALL
        SELECT e.error_table, count(*), 0, 0, 0 FROM governance_huberror e
        WHERE is_exact GROUP BY 1
        UNION ALL
        SELECT a.error_table, 0, count(*), 0, 0 FROM governance_archivederror a
        WHERE is_exact GROUP BY 1
        UNION ALL
        SELECT t.error_table, 0, 0, sum(t.purged), sum(t.created) FROM governance_errortally t
        GROUP BY 1) p
    GROUP BY p.error_table
$$;
