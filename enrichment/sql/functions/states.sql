-- The latest state of each entity, from its runs: the newest that is neither skipped nor cancelled.
-- Whatever the order in which openings, heartbeats and results arrive, the state is the same.

-- Keep the states of the entities whose runs a statement wrote. Two writers about one entity take
-- turns: the second reads the runs again once it holds the row.
CREATE OR REPLACE FUNCTION enrichment.keep_states() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO enrichment_state (workflow_name, entity_type, entity_key, status, run_id)
    SELECT DISTINCT ON (w.workflow_name, n.entity_key)
        w.workflow_name, n.entity_type, n.entity_key, n.status, n.id
    FROM new_rows n
    JOIN enrichment_workflow w ON w.id = n.workflow_id
    WHERE n.status NOT IN ('skipped', 'cancelled')
    ORDER BY w.workflow_name, n.entity_key, n.ran_at DESC, n.id DESC
    ON CONFLICT (workflow_name, entity_key) DO NOTHING;

    PERFORM 1
    FROM enrichment_state s
    WHERE (s.workflow_name, s.entity_key) IN (
        SELECT w.workflow_name, n.entity_key
        FROM new_rows n
        JOIN enrichment_workflow w ON w.id = n.workflow_id)
    ORDER BY s.workflow_name, s.entity_key
    FOR UPDATE;

    WITH touched AS (
        SELECT DISTINCT w.workflow_name, n.workflow_id, n.entity_type, n.entity_key
        FROM new_rows n
        JOIN enrichment_workflow w ON w.id = n.workflow_id),
    found AS (
        SELECT t.workflow_name, t.entity_key, latest.*,
            success.id AS success_id, success.completed_at AS succeeded_at,
            success.records_in_extracted, success.records_in_core
        FROM touched t
        LEFT JOIN LATERAL (
            SELECT r.id, r.status, r.source, r.started_at, r.heartbeat_at, r.completed_at,
                coalesce(r.records_out, r.records_in) AS records_processed
            FROM enrichment_run r
            WHERE (r.workflow_id, r.entity_type, r.entity_key) = (t.workflow_id, t.entity_type, t.entity_key)
                AND r.status NOT IN ('skipped', 'cancelled')
            ORDER BY r.ran_at DESC, r.id DESC
            LIMIT 1
        ) latest ON true
        LEFT JOIN LATERAL (
            SELECT r.id, r.completed_at, r.records_in_extracted, r.records_in_core
            FROM enrichment_run r
            WHERE (r.workflow_id, r.entity_type, r.entity_key) = (t.workflow_id, t.entity_type, t.entity_key)
                AND r.status = 'completed'
            ORDER BY r.ran_at DESC, r.id DESC
            LIMIT 1
        ) success ON true),
    gone AS (
        DELETE FROM enrichment_state s
        USING found f
        WHERE s.workflow_name = f.workflow_name AND s.entity_key = f.entity_key AND f.id IS NULL)
    UPDATE enrichment_state s
    SET status = f.status,
        run_id = f.id,
        source = f.source,
        records_processed = f.records_processed,
        started_at = f.started_at,
        heartbeat_at = f.heartbeat_at,
        completed_at = f.completed_at,
        success_id = f.success_id,
        succeeded_at = f.succeeded_at,
        records_in_extracted = CASE WHEN f.is_newer THEN f.records_in_extracted ELSE s.records_in_extracted END,
        records_in_core = CASE WHEN f.is_newer THEN f.records_in_core ELSE s.records_in_core END,
        as_of = CASE WHEN f.is_newer THEN f.succeeded_at ELSE s.as_of END,
        updated_at = now()
    FROM (
        SELECT f.*, coalesce(f.records_in_extracted IS NOT NULL AND f.succeeded_at > coalesce(k.as_of, '-infinity'), false) AS is_newer
        FROM found f
        JOIN enrichment_state k USING (workflow_name, entity_key)
    ) f
    WHERE s.workflow_name = f.workflow_name
        AND s.entity_key = f.entity_key
        AND f.id IS NOT NULL
        AND (s.status, s.run_id, s.source, s.records_processed, s.started_at, s.heartbeat_at,
             s.completed_at, s.success_id, s.succeeded_at)
            IS DISTINCT FROM
            (f.status, f.id, f.source, f.records_processed, f.started_at, f.heartbeat_at,
             f.completed_at, f.success_id, f.succeeded_at);
    RETURN NULL;
END
$$;

-- An entity is known as soon as a state is about it, whoever has the right to write the state.
CREATE OR REPLACE FUNCTION enrichment.know_entities() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO enrichment_entity (entity_type, entity_key, name, in_warehouse)
    SELECT DISTINCT entity_type, entity_key, '', false
    FROM new_rows
    ORDER BY entity_type, entity_key
    ON CONFLICT (entity_type, entity_key) DO NOTHING;
    RETURN NULL;
END
$$;
