-- The latest state of each entity, from its runs: the newest that is neither skipped nor cancelled.
-- Whatever the order in which openings, heartbeats and results arrive, the state is the same.

-- Keep the state of one run's entity: what keep_states does for many, without its joins, which cost
-- a single row more than all else.
CREATE OR REPLACE FUNCTION enrichment.keep_state(n enrichment_run) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    of_name text := (SELECT w.workflow_name FROM enrichment_workflow w WHERE w.id = n.workflow_id);
    stands enrichment_state;
    latest record;
    success record;
    newer boolean;
BEGIN
    LOOP
        SELECT s.* INTO stands
        FROM enrichment_state s
        WHERE s.workflow_name = of_name AND s.entity_key = n.entity_key
        FOR UPDATE;
        EXIT WHEN FOUND OR n.status IN ('skipped', 'cancelled');
        INSERT INTO enrichment_state (
            workflow_name, entity_type, entity_key, status, run_id, source, records_processed,
            started_at, heartbeat_at, completed_at, success_id, succeeded_at,
            records_in_extracted, records_in_core, as_of)
        SELECT of_name, n.entity_type, n.entity_key, n.status, n.id, n.source,
            coalesce(n.records_out, n.records_in), n.started_at, n.heartbeat_at, n.completed_at,
            CASE WHEN done THEN n.id END,
            CASE WHEN done THEN n.completed_at END,
            CASE WHEN done THEN n.records_in_extracted END,
            CASE WHEN done AND n.records_in_extracted IS NOT NULL THEN n.records_in_core END,
            CASE WHEN done AND n.records_in_extracted IS NOT NULL THEN n.completed_at END
        FROM (VALUES (n.status = 'completed')) AS v (done)
        ON CONFLICT (workflow_name, entity_key) DO NOTHING;
        IF FOUND THEN
            RETURN;
        END IF;
        -- somebody else brought it meanwhile
    END LOOP;

    SELECT r.id, r.status, r.source, r.started_at, r.heartbeat_at, r.completed_at,
        coalesce(r.records_out, r.records_in) AS records_processed,
        r.records_in_extracted, r.records_in_core
    INTO latest
    FROM enrichment_run r
    WHERE (r.workflow_id, r.entity_type, r.entity_key) = (n.workflow_id, n.entity_type, n.entity_key)
        AND r.status NOT IN ('skipped', 'cancelled')
    ORDER BY r.ran_at DESC, r.id DESC
    LIMIT 1;
    IF NOT FOUND THEN
        DELETE FROM enrichment_state s WHERE s.id = stands.id;
        RETURN;
    END IF;
    IF latest.status = 'completed' THEN
        success := latest;
    ELSE
        SELECT r.id, r.completed_at, r.records_in_extracted, r.records_in_core
        INTO success
        FROM enrichment_run r
        WHERE (r.workflow_id, r.entity_type, r.entity_key) = (n.workflow_id, n.entity_type, n.entity_key)
            AND r.status = 'completed'
        ORDER BY r.ran_at DESC, r.id DESC
        LIMIT 1;
    END IF;
    IF (stands.status, stands.run_id, stands.source, stands.records_processed, stands.started_at,
        stands.heartbeat_at, stands.completed_at, stands.success_id, stands.succeeded_at)
        IS NOT DISTINCT FROM
        (latest.status, latest.id, latest.source, latest.records_processed, latest.started_at,
         latest.heartbeat_at, latest.completed_at, success.id, success.completed_at) THEN
        RETURN;
    END IF;

    newer := success.records_in_extracted IS NOT NULL
        AND success.completed_at > coalesce(stands.as_of, '-infinity');
    UPDATE enrichment_state s
    SET status = latest.status,
        run_id = latest.id,
        source = latest.source,
        records_processed = latest.records_processed,
        started_at = latest.started_at,
        heartbeat_at = latest.heartbeat_at,
        completed_at = latest.completed_at,
        success_id = success.id,
        succeeded_at = success.completed_at,
        records_in_extracted = CASE WHEN newer THEN success.records_in_extracted ELSE s.records_in_extracted END,
        records_in_core = CASE WHEN newer THEN success.records_in_core ELSE s.records_in_core END,
        as_of = CASE WHEN newer THEN success.completed_at ELSE s.as_of END,
        updated_at = now()
    WHERE s.id = stands.id;
END
$$;

-- Keep the states of the entities whose runs a statement wrote. Two writers about one entity take
-- turns: the second reads the runs again once it holds the row.
CREATE OR REPLACE FUNCTION enrichment.keep_states() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    alone enrichment_run;
    made bigint;
    says boolean := EXISTS (SELECT FROM new_rows n WHERE n.status NOT IN ('skipped', 'cancelled'));
BEGIN
    IF TG_OP = 'INSERT' AND NOT says THEN
        RETURN NULL;
    END IF;
    IF (SELECT count(*) FROM new_rows) = 1 THEN
        SELECT n.* INTO alone FROM new_rows n;
        PERFORM enrichment.keep_state(alone);
        RETURN NULL;
    END IF;

    PERFORM 1
    FROM enrichment_state s
    WHERE (s.workflow_name, s.entity_key) IN (
        SELECT w.workflow_name, n.entity_key
        FROM new_rows n
        JOIN enrichment_workflow w ON w.id = n.workflow_id)
    ORDER BY s.workflow_name, s.entity_key
    FOR UPDATE;

    -- statements that would change nothing have triggers of their own, which cost more than to look
    IF says AND EXISTS (
        SELECT FROM new_rows n
        JOIN enrichment_workflow w ON w.id = n.workflow_id
        WHERE NOT EXISTS (
            SELECT FROM enrichment_state s
            WHERE s.workflow_name = w.workflow_name AND s.entity_key = n.entity_key))
    THEN
        INSERT INTO enrichment_state (
            workflow_name, entity_type, entity_key, status, run_id, source, records_processed,
            started_at, heartbeat_at, completed_at, success_id, succeeded_at,
            records_in_extracted, records_in_core, as_of)
        SELECT DISTINCT ON (w.workflow_name, n.entity_key)
            w.workflow_name, n.entity_type, n.entity_key, n.status, n.id, n.source,
            coalesce(n.records_out, n.records_in), n.started_at, n.heartbeat_at, n.completed_at,
            CASE WHEN n.status = 'completed' THEN n.id END,
            CASE WHEN n.status = 'completed' THEN n.completed_at END,
            CASE WHEN n.status = 'completed' THEN n.records_in_extracted END,
            CASE WHEN n.status = 'completed' AND n.records_in_extracted IS NOT NULL THEN n.records_in_core END,
            CASE WHEN n.status = 'completed' AND n.records_in_extracted IS NOT NULL THEN n.completed_at END
        FROM new_rows n
        JOIN enrichment_workflow w ON w.id = n.workflow_id
        WHERE n.status NOT IN ('skipped', 'cancelled')
        ORDER BY w.workflow_name, n.entity_key, n.ran_at DESC, n.id DESC
        ON CONFLICT (workflow_name, entity_key) DO NOTHING;
        GET DIAGNOSTICS made = ROW_COUNT;
        -- the first run of each: there is nothing that it could stand behind
        IF made = (SELECT count(*) FROM new_rows) THEN
            RETURN NULL;
        END IF;
        -- somebody else brought one of them meanwhile
        PERFORM 1
        FROM enrichment_state s
        WHERE (s.workflow_name, s.entity_key) IN (
            SELECT w.workflow_name, n.entity_key
            FROM new_rows n
            JOIN enrichment_workflow w ON w.id = n.workflow_id)
        ORDER BY s.workflow_name, s.entity_key
        FOR UPDATE;
    END IF;

    IF EXISTS (SELECT FROM new_rows n WHERE n.status IN ('skipped', 'cancelled')) THEN
        DELETE FROM enrichment_state s
        USING new_rows n
        JOIN enrichment_workflow w ON w.id = n.workflow_id
        WHERE s.workflow_name = w.workflow_name
            AND s.entity_key = n.entity_key
            AND NOT EXISTS (
                SELECT FROM enrichment_run r
                WHERE (r.workflow_id, r.entity_type, r.entity_key) = (n.workflow_id, n.entity_type, n.entity_key)
                    AND r.status NOT IN ('skipped', 'cancelled'));
    END IF;

    WITH touched AS (
        SELECT DISTINCT w.workflow_name, n.workflow_id, n.entity_type, n.entity_key
        FROM new_rows n
        JOIN enrichment_workflow w ON w.id = n.workflow_id)
    UPDATE enrichment_state s
    SET status = latest.status,
        run_id = latest.id,
        source = latest.source,
        records_processed = latest.records_processed,
        started_at = latest.started_at,
        heartbeat_at = latest.heartbeat_at,
        completed_at = latest.completed_at,
        success_id = success.id,
        succeeded_at = success.completed_at,
        (records_in_extracted, records_in_core, as_of) = (
            SELECT
                CASE WHEN newer THEN success.records_in_extracted ELSE s.records_in_extracted END,
                CASE WHEN newer THEN success.records_in_core ELSE s.records_in_core END,
                CASE WHEN newer THEN success.completed_at ELSE s.as_of END
            FROM (VALUES (coalesce(
                success.records_in_extracted IS NOT NULL
                AND success.completed_at > coalesce(s.as_of, '-infinity'), false))) AS v (newer)),
        updated_at = now()
    FROM touched t
    CROSS JOIN LATERAL (
        SELECT r.id, r.status, r.source, r.started_at, r.heartbeat_at, r.completed_at,
            coalesce(r.records_out, r.records_in) AS records_processed
        FROM enrichment_run r
        WHERE (r.workflow_id, r.entity_type, r.entity_key) = (t.workflow_id, t.entity_type, t.entity_key)
            AND r.status NOT IN ('skipped', 'cancelled')
        ORDER BY r.ran_at DESC, r.id DESC
        LIMIT 1
    ) latest
    LEFT JOIN LATERAL (
        SELECT r.id, r.completed_at, r.records_in_extracted, r.records_in_core
        FROM enrichment_run r
        WHERE (r.workflow_id, r.entity_type, r.entity_key) = (t.workflow_id, t.entity_type, t.entity_key)
            AND r.status = 'completed'
        ORDER BY r.ran_at DESC, r.id DESC
        LIMIT 1
    ) success ON true
    WHERE s.workflow_name = t.workflow_name
        AND s.entity_key = t.entity_key
        AND (s.status, s.run_id, s.source, s.records_processed, s.started_at, s.heartbeat_at,
             s.completed_at, s.success_id, s.succeeded_at)
            IS DISTINCT FROM
            (latest.status, latest.id, latest.source, latest.records_processed, latest.started_at,
             latest.heartbeat_at, latest.completed_at, success.id, success.completed_at);
    RETURN NULL;
END
$$;

-- An entity is known as soon as a state is about it, whoever has the right to write the state.
CREATE OR REPLACE FUNCTION enrichment.know_entities() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    -- a statement that brings none has triggers of its own, which cost more than to look
    IF NOT EXISTS (
        SELECT FROM new_rows n
        WHERE NOT EXISTS (
            SELECT FROM enrichment_entity e
            WHERE e.entity_type = n.entity_type AND e.entity_key = n.entity_key))
    THEN
        RETURN NULL;
    END IF;
    INSERT INTO enrichment_entity (entity_type, entity_key, name, in_warehouse)
    SELECT DISTINCT entity_type, entity_key, '', false
    FROM new_rows
    ORDER BY entity_type, entity_key
    ON CONFLICT (entity_type, entity_key) DO NOTHING;
    RETURN NULL;
END
$$;
