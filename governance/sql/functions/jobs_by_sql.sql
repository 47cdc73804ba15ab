-- The governance jobs for who has SQL alone: what jobs.sql selects, changed set by set, by the database
-- user. The console runs the same selections as operations.
-- Promises: never beside another run of these jobs; each run is stored with its counts, and with the
-- companies whose gate it opened; one step that fails undoes no other; a row that somebody changes
-- between its selection and its turn is left alone.

CREATE OR REPLACE FUNCTION governance.begin_run_by_sql(job text, at timestamptz) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    made bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(governance.jobs_lock('governance')) THEN
        RAISE EXCEPTION 'the governance jobs run already'
            USING ERRCODE = 'lock_not_available', HINT = 'Ask again when that run has ended.';
    END IF;
    INSERT INTO governance_jobrun (job, is_dry, as_of, trigger, started_by, state, fault, started_at)
    VALUES (job, false, at, 'command', session_user, 'running', '', clock_timestamp())
    RETURNING id INTO made;
    PERFORM set_config('outreach.run', made::text, true);
    RETURN made;
END
$$;

-- The run by SQL under way in this transaction, which events and manifests name. The setting by
-- itself is nobody's word: such a run begins and ends within one call of whoever is signed in.
CREATE OR REPLACE FUNCTION governance.run_under_way() RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
DECLARE
    told text := current_setting('outreach.run', true);
BEGIN
    IF told ~ '^[0-9]{1,18}$' THEN
        RETURN (
            SELECT r.id FROM public.governance_jobrun r
            WHERE r.id = told::bigint AND r.finished_at IS NULL
              AND r.trigger = 'command' AND r.started_by = session_user);
    END IF;
    RETURN NULL;
END
$$;

-- The reason of what such a run changes: its number and its job.
CREATE OR REPLACE FUNCTION governance.reason_by_run() RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT format('JR-%s, %s', r.id, r.job) FROM public.governance_jobrun r
        WHERE r.id = governance.run_under_way());
END
$$;

CREATE OR REPLACE FUNCTION governance.end_run_by_sql(run bigint) RETURNS void
LANGUAGE sql AS $$
    SELECT set_config('outreach.run', '', true);
    UPDATE governance_jobrun r
    SET state = CASE
            WHEN s.failed = 0 THEN 'done' WHEN s.failed = s.steps THEN 'failed'
            ELSE 'done_in_part' END,
        fault = left(s.faults, 300), finished_at = clock_timestamp()
    FROM (
        SELECT count(*) AS steps, count(*) FILTER (WHERE state = 'failed') AS failed,
            coalesce(string_agg(nullif(fault, ''), ' '), '') AS faults
        FROM governance_jobstep WHERE run_id = run) s
    WHERE r.id = run
$$;

CREATE OR REPLACE FUNCTION governance.note_step_by_sql(
    run bigint, job text, counts jsonb, levels jsonb, began timestamptz, fault text) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO governance_jobstep (run_id, position, job, verb, state, counts, levels, seconds, fault)
    VALUES (run, (SELECT count(*) FROM governance_jobstep s WHERE s.run_id = run), job, '',
        CASE WHEN fault = '' THEN 'done' ELSE 'failed' END, counts, levels,
        extract(epoch FROM clock_timestamp() - began), left(fault, 300))
$$;

-- Companies that expiry lets go on are listed on the run until somebody has looked at them.
CREATE OR REPLACE FUNCTION governance.archive_expired_by_sql(run bigint, at timestamptz)
RETURNS TABLE (source_table text, archived_count bigint)
LANGUAGE plpgsql AS $$
DECLARE
    keys uuid[];
    versions integer[];
    behind uuid[] := ARRAY(
        SELECT DISTINCT e.outreach_id FROM governance.expired_errors(at) x
        JOIN governance_huberror e ON e.id = x.id
        WHERE e.outreach_id IS NOT NULL AND governance.error_is_blocking(e.blocks, e.disposition));
    held uuid[] := ARRAY(
        SELECT r.outreach_id FROM governance_readiness r
        WHERE r.outreach_id = ANY (behind) AND NOT r.promotable);
    stopped uuid[] := ARRAY(
        SELECT r.outreach_id FROM governance_readiness r
        WHERE r.outreach_id = ANY (behind) AND r.ct_done AND r.ct_blocking > 0);
BEGIN
    FOR source_table, keys, versions IN
        SELECT t.name, array_agg(e.id), array_agg(e.version)
        FROM governance_errortable t
        LEFT JOIN governance.expired_errors(at) x ON x.error_table = t.name
        LEFT JOIN governance_huberror e ON e.id = x.id
        GROUP BY t.name ORDER BY t.name
    LOOP
        archived_count := governance.archive_errors(keys, versions, 'TTL_EXPIRED');
        RETURN NEXT;
    END LOOP;
    INSERT INTO governance_openedgate (run_id, outreach_id, opens_outreach)
    SELECT run, r.outreach_id, r.promotable
    FROM governance_readiness r
    WHERE r.outreach_id = ANY (behind) AND (
        r.outreach_id = ANY (held) AND r.promotable
        OR r.outreach_id = ANY (stopped) AND r.ct_blocking = 0 AND r.ct_violations = 0);
END
$$;

CREATE OR REPLACE FUNCTION governance.park_exhausted_by_sql(at timestamptz)
RETURNS TABLE (source_table text, parked_count bigint)
LANGUAGE plpgsql AS $$
DECLARE
    parking uuid[];
    parking_as integer[];
    leaving uuid[];
    leaving_as integer[];
BEGIN
    FOR source_table, parking, parking_as, leaving, leaving_as IN
        SELECT t.name,
            array_agg(e.id) FILTER (WHERE x.becomes = 'PARKED'),
            array_agg(e.version) FILTER (WHERE x.becomes = 'PARKED'),
            array_agg(e.id) FILTER (WHERE x.becomes = 'ARCHIVED'),
            array_agg(e.version) FILTER (WHERE x.becomes = 'ARCHIVED')
        FROM governance_errortable t
        LEFT JOIN governance.exhausted_errors(at) x ON x.error_table = t.name
        LEFT JOIN governance_huberror e ON e.id = x.id
        GROUP BY t.name ORDER BY t.name
    LOOP
        UPDATE governance_huberror e SET disposition = 'PARKED', parked_at = at,
            parked_by = coalesce(governance.setting('actor'), session_user),
            park_reason = 'MAX_RETRIES_EXCEEDED', escalation_level = 1, escalated_at = at
        FROM unnest(parking, parking_as) k (id, version) WHERE e.id = k.id AND e.version = k.version;
        GET DIAGNOSTICS parked_count = ROW_COUNT;
        parked_count := parked_count + governance.archive_errors(leaving, leaving_as, 'SUPERSEDED');
        RETURN NEXT;
    END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION governance.escalate_stale_by_sql(at timestamptz)
RETURNS TABLE (source_table text, tier_1 bigint, tier_2 bigint, tier_3 bigint)
LANGUAGE sql AS $$
    WITH stale AS MATERIALIZED (
        SELECT s.id, s.level, e.version
        FROM governance.stale_parked_errors(at) s JOIN governance_huberror e ON e.id = s.id),
    raised AS (
        UPDATE governance_huberror e SET escalation_level = s.level, escalated_at = at
        FROM stale s WHERE e.id = s.id AND e.version = s.version
        RETURNING e.error_table, e.escalation_level AS level)
    SELECT t.name, count(*) FILTER (WHERE r.level = 1), count(*) FILTER (WHERE r.level = 2),
        count(*) FILTER (WHERE r.level = 3)
    FROM governance_errortable t LEFT JOIN raised r ON r.error_table = t.name
    GROUP BY t.name ORDER BY t.name
$$;

-- One step of a run: its counts by error table, its levels where it escalates.
CREATE OR REPLACE FUNCTION governance.do_step_by_sql(
    run bigint, job text, at timestamptz, OUT counts jsonb, OUT levels jsonb)
LANGUAGE plpgsql AS $$
BEGIN
    levels := '{}';
    CASE job
        WHEN 'archive_expired_errors' THEN
            SELECT jsonb_object_agg(source_table, archived_count) INTO counts
            FROM governance.archive_expired_by_sql(run, at);
        WHEN 'auto_park_exhausted_retries' THEN
            SELECT jsonb_object_agg(source_table, parked_count) INTO counts
            FROM governance.park_exhausted_by_sql(at);
        ELSE
            SELECT jsonb_object_agg(source_table, tier_1 + tier_2 + tier_3),
                jsonb_object_agg(source_table,
                    jsonb_build_object('1', tier_1, '2', tier_2, '3', tier_3))
            INTO counts, levels
            FROM governance.escalate_stale_by_sql(at);
    END CASE;
END
$$;

-- One job by itself: when it fails, nothing of it stays.
CREATE OR REPLACE FUNCTION governance.run_job_by_sql(job text, OUT counts jsonb, OUT levels jsonb)
LANGUAGE plpgsql AS $$
DECLARE
    run bigint := governance.begin_run_by_sql(job, now());
    began timestamptz := clock_timestamp();
BEGIN
    SELECT s.counts, s.levels INTO counts, levels FROM governance.do_step_by_sql(run, job, now()) s;
    PERFORM governance.note_step_by_sql(run, job, counts, levels, began, '');
    PERFORM governance.end_run_by_sql(run);
END
$$;

-- The daily three in the seed's order, each in a transaction of its own within this one.
CREATE OR REPLACE FUNCTION governance.run_daily_by_sql()
RETURNS TABLE (job_name text, result_summary jsonb)
LANGUAGE plpgsql AS $$
DECLARE
    run bigint := governance.begin_run_by_sql('daily', now());
    began timestamptz;
    counts jsonb;
    levels jsonb;
    fault text;
BEGIN
    FOREACH job_name IN ARRAY ARRAY[
        'archive_expired_errors', 'auto_park_exhausted_retries', 'escalate_stale_parked_errors']
    LOOP
        began := clock_timestamp();
        fault := '';
        BEGIN
            SELECT s.counts, s.levels INTO counts, levels
            FROM governance.do_step_by_sql(run, job_name, now()) s;
            result_summary := jsonb_build_object('state', 'done', 'rows', (
                SELECT sum(n::bigint) FROM jsonb_each_text(counts) c (t, n)), 'tables', counts);
        EXCEPTION WHEN OTHERS THEN
            fault := SQLERRM;
            counts := '{}';
            levels := '{}';
            result_summary := jsonb_build_object('state', 'failed', 'fault', fault);
        END;
        PERFORM governance.note_step_by_sql(run, job_name, counts, levels, began, fault);
        RETURN NEXT;
    END LOOP;
    PERFORM governance.end_run_by_sql(run);
END
$$;
