-- Text on its way into a spreadsheet and back.
-- Promises: spreadsheet_safe() never returns text that a spreadsheet would run as a formula, and
-- spreadsheet_read() gives back exactly what spreadsheet_safe() was given.

-- A leading apostrophe tells spreadsheets "this is text"; one that stands before such a sign gets
-- another, so that reading is exact. Whoever opens the file with another separator sees cells
-- begin inside of this one: after comma, semicolon, tab, line break and quote.
CREATE OR REPLACE FUNCTION governance.spreadsheet_safe(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        -- most texts hold no sign at all, and begin neither with a tab, a line break nor an
        -- apostrophe: cheaper than a pattern
        WHEN ascii(value) NOT IN (9, 10, 13, 39) AND strpos(value, '=') = 0
            AND strpos(value, '+') = 0 AND strpos(value, '-') = 0 AND strpos(value, '@') = 0
            THEN value
        WHEN value !~ '^''*[-=+@\t\n\r]|[,;\t\n\r"]''*[-=+@]' THEN value
        ELSE regexp_replace(
            value, '^(?=''*[-=+@\t\n\r])|(?<=[,;\t\n\r"])(?=''*[-=+@])', '''', 'g')
        END
$$;

CREATE OR REPLACE FUNCTION governance.spreadsheet_read(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(
        value, '^''(?=''*[-=+@\t\n\r])|(?<=[,;\t\n\r"])''(?=''*[-=+@])', '', 'g')
$$;

-- What an audit entry says beside who, what and when; an outside change is the database user's.
-- Source: seed 'Ops Backlog Cleanup Report', audit sample.
CREATE OR REPLACE FUNCTION governance.audit_details(e governance_event) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE (e).action
        WHEN 'PARK' THEN json_build_object(
            'outreach_id', (e).outreach_id, 'operation_id', (e).operation_id,
            'actor', coalesce((e).actor, (e).db_user),
            'reason', (e).park_reason, 'retry_count', (e).retry_count)
        WHEN 'RETRY' THEN json_build_object(
            'outreach_id', (e).outreach_id, 'operation_id', (e).operation_id,
            'actor', coalesce((e).actor, (e).db_user),
            'new_retry_count', (e).retry_count, 'next_retry_at', (e).next_retry_at)
        WHEN 'ESCALATE' THEN json_build_object(
            'outreach_id', (e).outreach_id, 'operation_id', (e).operation_id,
            'actor', coalesce((e).actor, (e).db_user),
            'escalation_level', (e).escalation_level)
        WHEN 'ASSIGN' THEN json_build_object(
            'outreach_id', (e).outreach_id, 'operation_id', (e).operation_id,
            'actor', coalesce((e).actor, (e).db_user),
            'owner', (e).owner)
        WHEN 'SET_TTL' THEN json_build_object(
            'outreach_id', (e).outreach_id, 'operation_id', (e).operation_id,
            'actor', coalesce((e).actor, (e).db_user),
            'ttl_tier', (e).ttl_tier)
        WHEN 'RESET' THEN json_build_object(
            'outreach_id', (e).outreach_id, 'operation_id', (e).operation_id,
            'actor', coalesce((e).actor, (e).db_user),
            'from', (e).from_state, 'to', (e).to_state)
        ELSE json_build_object(
            'outreach_id', (e).outreach_id, 'operation_id', (e).operation_id,
            'actor', coalesce((e).actor, (e).db_user),
            'from', (e).from_state, 'to', (e).to_state, 'reason', (e).reason) END
$$;

CREATE OR REPLACE FUNCTION governance.held_in_words(hub text, errors integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN errors > 0
        THEN hub || ' held by ' || errors || CASE errors WHEN 1 THEN ' error' ELSE ' errors' END
        END
$$;

CREATE OR REPLACE FUNCTION governance.violated_in_words(r governance_readiness) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE v.n WHEN 0 THEN NULL WHEN 1 THEN '1 open violation' ELSE v.n || ' open violations' END
    FROM (SELECT r.ct_violations + r.dol_violations + r.people_violations + r.other_violations) v (n)
$$;

-- What keeps a company from promotion, the worst first; empty where nothing does.
CREATE OR REPLACE FUNCTION governance.blockers_in_words(r governance_readiness) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT concat_ws('; ',
        CASE WHEN NOT r.ct_done
            THEN 'company target not done (' || coalesce(r.ct_status, 'no record') || ')' END,
        governance.held_in_words('company target', r.ct_blocking),
        governance.held_in_words('DOL', r.dol_blocking),
        governance.held_in_words('people', r.people_blocking),
        governance.violated_in_words(r),
        CASE WHEN NOT r.dol_done THEN 'DOL not done' END,
        CASE WHEN NOT r.people_done
            THEN 'people not done (' || r.filled_slots || ' of ' || r.required_slots
                || ' slots filled)' END)
$$;
