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

-- Open a run where no other one answers the request; returns which attempt it is, NULL where nothing
-- was written. One statement for holding, asking and writing: what stands against it is told by held_entity.
CREATE OR REPLACE FUNCTION enrichment.open_run(
    of_name text, fresh_since timestamptz, empty_since timestamptz, forced boolean,
    of_run uuid, of_workflow bigint, of_type text, of_key text, as_asked text, becomes text,
    from_source text, by_trigger text, of_request text, ran timestamptz, queued timestamptz,
    started timestamptz, beaten timestamptz, of_account integer, at timestamptz)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    stands record;
BEGIN
    SELECT * INTO stands
    FROM enrichment.held_entity(
        of_workflow, of_name, of_type, of_key, of_run, of_request, fresh_since, empty_since);
    IF coalesce(stands.same, stands.replayed, stands.opened) IS NOT NULL
        OR stands.fresh IS NOT NULL AND NOT forced THEN
        RETURN NULL;
    END IF;
    INSERT INTO enrichment_run (
        id, workflow_id, entity_type, entity_key, raw_key, status, attempt, source, trigger,
        idempotency_key, ran_at, queued_at, started_at, heartbeat_at, layers, error_class, error_text,
        by_id, created_at, updated_at)
    VALUES (
        of_run, of_workflow, of_type, of_key, as_asked, becomes, stands.tries + 1, from_source, by_trigger,
        of_request, ran, queued, started, beaten, '{}', '', '',
        of_account, at, at);
    RETURN stands.tries + 1;
END
$$;

-- End a run that is open and has begun; returns it as it is then, no row where it is another case:
-- also where a workflow and a key are told that are not, letter by letter, those of the run.
CREATE OR REPLACE FUNCTION enrichment.end_run(
    of_run uuid, of_name text, as_asked text, becomes text, ended timestamptz, at timestamptz,
    was_in integer, was_out integer, was_skipped integer, was_failed integer,
    of_extracted integer, of_core integer, by_layer jsonb, cost numeric, class text, said text)
RETURNS SETOF enrichment_run LANGUAGE plpgsql AS $$
BEGIN
    PERFORM enrichment.hold_entity(r.workflow_id, w.workflow_name, r.entity_key)
    FROM enrichment_run r
    JOIN enrichment_workflow w ON w.id = r.workflow_id
    WHERE r.id = of_run
        AND (of_name IS NULL OR w.workflow_name = of_name AND as_asked IN (r.raw_key, r.entity_key));
    IF NOT FOUND THEN
        RETURN;
    END IF;
    RETURN QUERY
    UPDATE enrichment_run r
    SET status = becomes,
        completed_at = greatest(ended, r.started_at),
        records_in = was_in,
        records_out = was_out,
        records_skipped = was_skipped,
        records_failed = was_failed,
        records_in_extracted = of_extracted,
        records_in_core = of_core,
        layers = by_layer,
        credits = cost,
        error_class = class,
        error_text = said,
        updated_at = at
    WHERE r.id = of_run AND r.status IN ('pending', 'running') AND r.started_at IS NOT NULL
    RETURNING r.*;
END
$$;

-- The state of the entity that a run left would stay behind: a run is of one entity for good.
CREATE OR REPLACE FUNCTION enrichment.refuse_moved_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.workflow_id, OLD.entity_type, OLD.entity_key)
        IS DISTINCT FROM (NEW.id, NEW.workflow_id, NEW.entity_type, NEW.entity_key) THEN
        RAISE EXCEPTION 'a run stays one of its workflow and entity: another one refused'
            USING ERRCODE = 'insufficient_privilege', HINT = 'Insert the run that you mean.';
    END IF;
    RETURN NEW;
END
$$;

-- Of whom a run is its workflow says, where its entry says it: a run for the other kind would be counted
-- nowhere. What stands from before the entry said so stays.
CREATE OR REPLACE FUNCTION enrichment.refuse_other_type() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    SELECT w.workflow_name, w.key_type, n.entity_type
    INTO wrong
    FROM new_rows n
    JOIN enrichment_workflow w ON w.id = n.workflow_id
    WHERE n.entity_type <> w.key_type
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the workflow “%” is about a %: a run for a % refused',
            wrong.workflow_name, wrong.key_type, wrong.entity_type
            USING ERRCODE = 'check_violation', HINT = 'Name the workflow that you mean, or its key type.';
    END IF;
    RETURN NULL;
END
$$;
