-- Facet counters of the archive: every statement appends how it changed the number of archived errors per combination
-- of facet values. Promises: the sum of rows over a filter on these columns is the exact count; writers never wait
-- for each other. fold_archive_counts() merges the changes without altering any sum.

CREATE OR REPLACE FUNCTION governance.count_archived_errors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO governance_archivecount (error_table, code, archive_reason, final_disposition, archived_by, category, severity, stage, rows)
        SELECT error_table, code, archive_reason, final_disposition, archived_by, category, severity, stage, count(*)
        FROM new_rows GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO governance_archivecount (error_table, code, archive_reason, final_disposition, archived_by, category, severity, stage, rows)
        SELECT error_table, code, archive_reason, final_disposition, archived_by, category, severity, stage, -count(*)
        FROM old_rows GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
    ELSE
        INSERT INTO governance_archivecount (error_table, code, archive_reason, final_disposition, archived_by, category, severity, stage, rows)
        SELECT error_table, code, archive_reason, final_disposition, archived_by, category, severity, stage, sum(d)
        FROM (
            SELECT error_table, code, archive_reason, final_disposition, archived_by, category, severity, stage, 1 AS d FROM new_rows
            UNION ALL
            SELECT error_table, code, archive_reason, final_disposition, archived_by, category, severity, stage, -1 FROM old_rows
        ) changes
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING sum(d) <> 0;
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION governance.fold_archive_counts() RETURNS bigint LANGUAGE sql AS $$
    WITH gone AS (DELETE FROM governance_archivecount RETURNING *),
    kept AS (
        INSERT INTO governance_archivecount (error_table, code, archive_reason, final_disposition, archived_by, category, severity, stage, rows)
        SELECT error_table, code, archive_reason, final_disposition, archived_by, category, severity, stage, sum(rows)
        FROM gone GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING sum(rows) <> 0
        RETURNING 1)
    SELECT count(*) FROM kept
$$;

CREATE OR REPLACE TRIGGER d_count_insert AFTER INSERT ON governance_archivederror REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.count_archived_errors();
CREATE OR REPLACE TRIGGER d_count_update AFTER UPDATE ON governance_archivederror REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.count_archived_errors();
CREATE OR REPLACE TRIGGER d_count_delete AFTER DELETE ON governance_archivederror REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.count_archived_errors();

-- What was archived before anybody counted.
INSERT INTO governance_archivecount (error_table, code, archive_reason, final_disposition, archived_by, category, severity, stage, rows)
SELECT error_table, code, archive_reason, final_disposition, archived_by, category, severity, stage, count(*)
FROM governance_archivederror WHERE NOT EXISTS (SELECT FROM governance_archivecount) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
