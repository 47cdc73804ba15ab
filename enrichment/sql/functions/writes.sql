-- Plain SQL over states: each write makes a run or ends one, so that the history is whole. These
-- functions run as the owner: whoever has rights on the view alone can write through it.

-- A state that plain SQL brings is of a workflow that there is, under the one form of its key.
CREATE OR REPLACE FUNCTION enrichment.read_state() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    named enrichment_workflow;
BEGIN
    SELECT w.* INTO named
    FROM enrichment_workflow w
    WHERE w.workflow_name = NEW.workflow_name
        OR w.id IN (SELECT a.workflow_id FROM enrichment_workflowalias a WHERE a.alias = NEW.workflow_name)
    ORDER BY w.workflow_name = NEW.workflow_name DESC
    LIMIT 1;
    IF named.id IS NULL THEN
        RAISE EXCEPTION 'there is no workflow “%”', left(NEW.workflow_name, 100)
            USING ERRCODE = 'foreign_key_violation';
    ELSIF named.key_type <> NEW.entity_type THEN
        RAISE EXCEPTION 'the workflow “%” is about a %', named.workflow_name, named.key_type
            USING ERRCODE = 'check_violation';
    END IF;
    NEW.workflow_name := named.workflow_name;
    NEW.entity_type := coalesce(NEW.entity_type, named.key_type);
    IF NOT EXISTS (
        SELECT FROM enrichment_entity e
        WHERE e.entity_type = NEW.entity_type AND e.entity_key = NEW.entity_key)
    THEN
        NEW.entity_key := enrichment.entity_key(NEW.entity_type, NEW.entity_key);
    END IF;
    RETURN NEW;
END
$$;

-- Which run a written state is of: the open one; the stale one that it brings the result of; the one
-- whose figures it corrects. None: another run began, or began and ended.
CREATE OR REPLACE FUNCTION enrichment.run_of_state(was enrichment_state, becomes enrichment_state)
RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT r.id
        FROM enrichment_run r
        JOIN enrichment_workflow w ON w.id = r.workflow_id
        WHERE w.workflow_name = becomes.workflow_name
            AND r.entity_type = becomes.entity_type
            AND r.entity_key = becomes.entity_key
            AND r.status IN ('pending', 'running')),
        CASE
            WHEN was.status = 'stale' AND becomes.status IN ('completed', 'failed') THEN was.run_id
            WHEN was.status = becomes.status AND was.completed_at = becomes.completed_at THEN was.run_id
        END)
$$;

CREATE OR REPLACE FUNCTION enrichment.run_from_state() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    is_open boolean := NEW.status IN ('pending', 'running');
    was enrichment_state := CASE WHEN TG_OP = 'UPDATE' THEN OLD END;
    of_run uuid := enrichment.run_of_state(was, NEW);
    said_start timestamptz := CASE
        WHEN was.started_at IS DISTINCT FROM NEW.started_at THEN NEW.started_at END;
    said_end timestamptz := CASE
        WHEN was.completed_at IS DISTINCT FROM NEW.completed_at THEN NEW.completed_at END;
    ended timestamptz := CASE WHEN NOT is_open THEN least(coalesce(said_end, now()), now()) END;
    started timestamptz := least(coalesce(said_start, ended, now()), ended, now());
BEGIN
    IF of_run IS NOT NULL THEN
        UPDATE enrichment_run r
        SET status = NEW.status,
            source = coalesce(NEW.source, ''),
            records_out = NEW.records_processed,
            started_at = CASE WHEN NEW.status <> 'pending' THEN coalesce(least(said_start, now()), r.started_at, started) END,
            ran_at = coalesce(least(said_start, now()), r.ran_at),
            heartbeat_at = CASE WHEN is_open THEN now() ELSE r.heartbeat_at END,
            completed_at = CASE WHEN is_open THEN NULL
                WHEN said_end IS NULL THEN coalesce(r.completed_at, ended) ELSE ended END,
            updated_at = now()
        WHERE r.id = of_run;
        RETURN NULL;
    END IF;
    INSERT INTO enrichment_run (
        workflow_id, entity_type, entity_key, raw_key, status, source, trigger, layers,
        ran_at, queued_at, started_at, heartbeat_at, completed_at,
        records_out, error_class, error_text)
    SELECT w.id, NEW.entity_type, NEW.entity_key, NEW.entity_key, NEW.status,
        coalesce(NEW.source, ''), 'sql', '{}',
        started, CASE WHEN NEW.status = 'pending' THEN started END,
        CASE WHEN NEW.status <> 'pending' THEN started END,
        CASE WHEN NEW.status = 'running' THEN now() END, ended,
        NEW.records_processed, '', ''
    FROM enrichment_workflow w
    WHERE w.workflow_name = NEW.workflow_name AND (w.is_active OR NOT is_open);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the workflow “%” is inactive: it takes no runs', NEW.workflow_name
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION enrichment.refuse_other_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a state follows the runs of its entity: % refused', TG_ARGV[0]
        USING ERRCODE = 'insufficient_privilege', HINT = 'Write the run that changes it.';
END
$$;
