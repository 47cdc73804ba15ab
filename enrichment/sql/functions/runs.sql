-- Who writes about one entity of one workflow takes turns: by a lock for the two together, then by
-- the row of its state. Plain SQL over states holds that row first, and takes no lock of ours: one
-- for each row would fill what the server has room for.

CREATE OR REPLACE FUNCTION enrichment.hold_entity(of_workflow bigint, of_name text, of_key text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(of_key, of_workflow));
    PERFORM 1
    FROM enrichment_state s
    WHERE s.workflow_name = of_name AND s.entity_key = of_key
    FOR UPDATE;
END
$$;

-- Hold the entity of a run, then return the run as it is: what was read before may have changed.
CREATE OR REPLACE FUNCTION enrichment.held_run(of_run uuid)
RETURNS SETOF enrichment_run LANGUAGE plpgsql AS $$
BEGIN
    PERFORM enrichment.hold_entity(r.workflow_id, w.workflow_name, r.entity_key)
    FROM enrichment_run r
    JOIN enrichment_workflow w ON w.id = r.workflow_id
    WHERE r.id = of_run;
    RETURN QUERY SELECT r.* FROM enrichment_run r WHERE r.id = of_run;
END
$$;

-- Hold an entity, then tell which of its runs answer a request to run once more: the run of the same
-- id, the newest that holds the same idempotency key (of whatever entity), the open one, and the
-- newest that found something, or nothing, since the moments from which that is fresh. `tries` are
-- those since the last success, counted to a thousand.
CREATE OR REPLACE FUNCTION enrichment.held_entity(
    of_workflow bigint, of_name text, of_type text, of_key text,
    of_run uuid, of_request text, fresh_since timestamptz, empty_since timestamptz,
    OUT same uuid, OUT replayed uuid, OUT opened uuid, OUT fresh uuid, OUT tries integer)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM enrichment.hold_entity(of_workflow, of_name, of_key);
    same := (SELECT r.id FROM enrichment_run r WHERE r.id = of_run);
    IF of_request IS NOT NULL THEN
        replayed := (
            SELECT r.id
            FROM enrichment_run r
            WHERE r.workflow_id = of_workflow
                AND r.idempotency_key = of_request
                AND r.status IN ('pending', 'running', 'completed', 'skipped')
            ORDER BY r.ran_at DESC, r.id DESC
            LIMIT 1);
    END IF;
    opened := (
        SELECT r.id
        FROM enrichment_run r
        WHERE (r.workflow_id, r.entity_type, r.entity_key) = (of_workflow, of_type, of_key)
            AND r.status IN ('pending', 'running'));
    SELECT
        (array_agg(r.id ORDER BY r.completed_at DESC) FILTER (
            WHERE r.status = 'completed'
                AND r.completed_at > CASE WHEN r.records_out = 0 THEN empty_since ELSE fresh_since END))[1],
        count(*) FILTER (WHERE r.ran_at > coalesce(last_success, '-infinity'))
    INTO fresh, tries
    FROM (
        SELECT r.*, max(r.ran_at) FILTER (WHERE r.status = 'completed') OVER () AS last_success
        FROM (
            SELECT r.id, r.status, r.ran_at, r.completed_at, r.records_out
            FROM enrichment_run r
            WHERE (r.workflow_id, r.entity_type, r.entity_key) = (of_workflow, of_type, of_key)
                AND r.status NOT IN ('skipped', 'cancelled')
            ORDER BY r.ran_at DESC, r.id DESC
            LIMIT 1000
        ) r
    ) r;
END
$$;

-- The state of the entity that a run left would stay behind: a run is of one entity for good.
CREATE OR REPLACE FUNCTION enrichment.refuse_moved_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a run stays one of its workflow and entity: another one refused'
        USING ERRCODE = 'insufficient_privilege', HINT = 'Insert the run that you mean.';
END
$$;
