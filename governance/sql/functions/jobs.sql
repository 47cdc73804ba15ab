-- What the governance jobs select, said once: console, schedule, command line and SQL read the same.
-- Promises: policies of the error tables decide, and which of them the schedule in force leaves out; a row belongs to one job at a time, to the first of
-- archive, park, escalate that asks for it; what is selected follows from `at` alone, so that the
-- same moment selects the same rows again.
-- Source: spec "TTL, retry, escalation", "Jobs", "Settled" 2, 5, 10.

-- The advisory lock of jobs that must never run at once: sessions hold it for a run, plain SQL takes
-- it for its transaction.
CREATE OR REPLACE FUNCTION governance.jobs_lock(family text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT hashtextextended('outreach job ' || family, 0)
$$;

-- An attempt that is queued has its time from when it may start, and five minutes at least: until
-- then nobody can have looked it up.
CREATE OR REPLACE FUNCTION governance.attempt_waits(
    next_retry timestamptz, last_retry timestamptz, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(next_retry > at OR last_retry + interval '5 minutes' > at, false)
$$;

-- The level that the time parked asks for: a row rises to it in one step.
CREATE OR REPLACE FUNCTION governance.level_asked(
    parked timestamptz, exhausted boolean, at timestamptz) RETURNS integer
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN parked + interval '168 hours' < at THEN 3
        WHEN parked + interval '48 hours' < at THEN 2
        WHEN parked + interval '24 hours' < at OR exhausted THEN 1
        ELSE 0 END
$$;

-- The error tables that a schedule in force leaves out: none where there is no schedule.
CREATE OR REPLACE FUNCTION governance.tables_left_out(job text) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce((
        SELECT s.leaves_out FROM public.governance_schedule s
        WHERE s.job = tables_left_out.job AND s.enforced_at IS NOT NULL AND s.ended_at IS NULL), '{}')
$$;

-- Whether the TTL of a row has run out and its table lets it go: one that holds expired blockers
-- keeps those that block somebody.
CREATE OR REPLACE FUNCTION governance.expires_by(
    error governance_huberror, policy governance_errortable, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT error.expires_at <= at AND error.ttl_tier <> 'INFINITE'
       AND 'ARCHIVED' = ANY (policy.allowed_dispositions)
       AND NOT (policy.holds_expired AND error.outreach_id IS NOT NULL
           AND governance.error_is_blocking(error.blocks, error.disposition))
$$;

CREATE OR REPLACE FUNCTION governance.expired_errors(at timestamptz)
RETURNS TABLE (id uuid, error_table text) LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT e.id, e.error_table
    FROM governance_huberror e JOIN governance_errortable t ON t.name = e.error_table
    WHERE e.expires_at <= at AND governance.expires_by(e, t, at)
      AND t.name <> ALL (governance.tables_left_out('daily'))
$$;

-- What has used up its tries: parked where its table allows that, else superseded.
CREATE OR REPLACE FUNCTION governance.exhausted_errors(at timestamptz)
RETURNS TABLE (id uuid, error_table text, becomes text) LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT e.id, e.error_table,
        CASE WHEN 'PARKED' = ANY (t.allowed_dispositions) THEN 'PARKED' ELSE 'ARCHIVED' END
    FROM governance_huberror e JOIN governance_errortable t ON t.name = e.error_table
    WHERE e.disposition = 'RETRY' AND e.retry_exhausted
      AND NOT governance.attempt_waits(e.next_retry_at, e.last_retry_at, at)
      AND t.allowed_dispositions && ARRAY['PARKED', 'ARCHIVED']
      AND t.name <> ALL (governance.tables_left_out('daily'))
      AND NOT governance.expires_by(e, t, at)
$$;

CREATE OR REPLACE FUNCTION governance.stale_parked_errors(at timestamptz)
RETURNS TABLE (id uuid, error_table text, level integer) LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT e.id, e.error_table, governance.level_asked(e.parked_at, e.retry_exhausted, at)
    FROM governance_huberror e JOIN governance_errortable t ON t.name = e.error_table
    WHERE e.disposition = 'PARKED' AND e.escalation_level < 3
      AND 'PARKED' = ANY (t.allowed_dispositions)
      AND governance.level_asked(e.parked_at, e.retry_exhausted, at) > e.escalation_level
      AND t.name <> ALL (governance.tables_left_out('daily'))
      AND NOT governance.expires_by(e, t, at)
$$;
