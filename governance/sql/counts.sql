-- Facet counters: every statement appends how it changed the number of live errors per combination of facet values.
-- Promises: the sum of rows over a filter on facet columns is the exact count, at any isolation level, and two
-- writers never wait for each other. fold_error_counts() merges the changes without altering any sum.

CREATE OR REPLACE FUNCTION governance.count_errors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO governance_errorcount (error_table, code, message_key, disposition, severity, category, stage, owner, park_reason,
            ttl_tier, escalation_level, retry_count, retry_exhausted, blocks, rows)
        SELECT error_table, code, message_key, disposition, severity, category, stage, owner, park_reason,
            ttl_tier, escalation_level, retry_count, retry_exhausted, blocks, sum(d)
        FROM (
            SELECT error_table, code, message_key, disposition, severity, category, stage, owner, park_reason,
                ttl_tier, escalation_level, retry_count, retry_exhausted, blocks, 1 AS d FROM new_rows
            UNION ALL
            SELECT error_table, code, message_key, disposition, severity, category, stage, owner, park_reason,
                ttl_tier, escalation_level, retry_count, retry_exhausted, blocks, -1 FROM old_rows
        ) changes
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 HAVING sum(d) <> 0;
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO governance_errorcount (error_table, code, message_key, disposition, severity, category, stage, owner, park_reason,
            ttl_tier, escalation_level, retry_count, retry_exhausted, blocks, rows)
        SELECT error_table, code, message_key, disposition, severity, category, stage, owner, park_reason,
            ttl_tier, escalation_level, retry_count, retry_exhausted, blocks, count(*)
        FROM new_rows GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO governance_errorcount (error_table, code, message_key, disposition, severity, category, stage, owner, park_reason,
            ttl_tier, escalation_level, retry_count, retry_exhausted, blocks, rows)
        SELECT error_table, code, message_key, disposition, severity, category, stage, owner, park_reason,
            ttl_tier, escalation_level, retry_count, retry_exhausted, blocks, -count(*)
        FROM old_rows GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14;
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION governance.fold_error_counts() RETURNS bigint LANGUAGE sql AS $$
    WITH gone AS (DELETE FROM governance_errorcount RETURNING *),
    kept AS (
        INSERT INTO governance_errorcount (error_table, code, message_key, disposition, severity, category, stage, owner, park_reason,
            ttl_tier, escalation_level, retry_count, retry_exhausted, blocks, rows)
        SELECT error_table, code, message_key, disposition, severity, category, stage, owner, park_reason,
            ttl_tier, escalation_level, retry_count, retry_exhausted, blocks, sum(rows)
        FROM gone GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 HAVING sum(rows) <> 0
        RETURNING 1)
    SELECT count(*) FROM kept
$$;

CREATE OR REPLACE TRIGGER d_count_insert AFTER INSERT ON governance_huberror REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.count_errors();
CREATE OR REPLACE TRIGGER d_count_update AFTER UPDATE ON governance_huberror REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.count_errors();
CREATE OR REPLACE TRIGGER d_count_delete AFTER DELETE ON governance_huberror REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.count_errors();
