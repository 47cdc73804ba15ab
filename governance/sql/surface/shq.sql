-- Promotion and readiness under the names of the seed: thin names over the maintained readiness and
-- over the rules that the console asks. Source: seed 'Enforcement Implementation Summary' 1.3, 1.4.
-- The functions run as the owner, so that whoever may use the schema needs no right on a table; asked
-- for thousands of ids by one query, those in plpgsql keep their plan.

-- How long an error of that tier lives from its creation; NULL for INFINITE, which never expires.
CREATE OR REPLACE FUNCTION shq.fn_get_ttl_interval(tier public.ttl_tier) RETURNS interval
LANGUAGE sql STABLE STRICT SECURITY DEFINER AS $$
    SELECT CASE WHEN $1 <> 'INFINITE' THEN
        governance.expiry('2000-01-01 00:00:00+00', $1) - timestamptz '2000-01-01 00:00:00+00' END
$$;

-- Whether the company target is ready and has its method, its confidence and its time of completion.
CREATE OR REPLACE FUNCTION shq.fn_check_company_target_done(outreach_id uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN EXISTS (SELECT FROM governance_readiness r WHERE r.outreach_id = $1 AND r.ct_done);
END
$$;

-- Whether there is a filing with an EIN.
CREATE OR REPLACE FUNCTION shq.fn_check_dol_done(outreach_id uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN EXISTS (SELECT FROM governance_readiness r WHERE r.outreach_id = $1 AND r.dol_done);
END
$$;

-- Whether at least that many slots are filled. Tiers and promotion count by the policy of readiness.
CREATE OR REPLACE FUNCTION shq.fn_check_people_done(outreach_id uuid, min_slots integer DEFAULT 3)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM governance_readiness r WHERE r.outreach_id = $1 AND r.filled_slots >= $2);
END
$$;

-- Whether the blog hub has a row.
CREATE OR REPLACE FUNCTION shq.fn_check_blog_done(outreach_id uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN EXISTS (SELECT FROM governance_readiness r WHERE r.outreach_id = $1 AND r.blog_done);
END
$$;

-- Whether there is a score with at least one signal.
CREATE OR REPLACE FUNCTION shq.fn_check_bit_done(outreach_id uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN EXISTS (SELECT FROM governance_readiness r WHERE r.outreach_id = $1 AND r.bit_done);
END
$$;

-- Whether a blocking error of the DOL hub is RETRY or PARKED.
CREATE OR REPLACE FUNCTION shq.fn_has_blocking_dol_errors(outreach_id uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN EXISTS (SELECT FROM governance_readiness r WHERE r.outreach_id = $1 AND r.dol_blocking > 0);
END
$$;

-- Whether a blocking error of the company target is RETRY or PARKED.
CREATE OR REPLACE FUNCTION shq.fn_has_blocking_company_target_errors(outreach_id uuid)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN EXISTS (SELECT FROM governance_readiness r WHERE r.outreach_id = $1 AND r.ct_blocking > 0);
END
$$;

-- Whether a blocking error of the people hub is RETRY or PARKED.
CREATE OR REPLACE FUNCTION shq.fn_has_blocking_people_errors(outreach_id uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM governance_readiness r WHERE r.outreach_id = $1 AND r.people_blocking > 0);
END
$$;

-- Whether the target is ready, with a method, at a confidence of 0.8 or more.
CREATE OR REPLACE FUNCTION shq.fn_is_tier1_marketing_ready(outreach_id uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM governance_readiness r WHERE r.outreach_id = $1 AND r.ct_marketing_rows > 0);
END
$$;

-- Whether company target, blog, DOL and BIT are done.
CREATE OR REPLACE FUNCTION shq.fn_is_tier2_enrichment_complete(outreach_id uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM governance_readiness r
        WHERE r.outreach_id = $1 AND r.ct_done AND r.blog_done AND r.dol_done AND r.bit_done);
END
$$;

-- Whether company target and people are done, and somebody's address is verified.
CREATE OR REPLACE FUNCTION shq.fn_is_tier3_campaign_ready(outreach_id uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM governance_readiness r
        WHERE r.outreach_id = $1 AND r.ct_done AND r.people_done AND r.verified_people > 0);
END
$$;

-- Whether the company may go on to DOL, PEOPLE, BLOG, BIT or OUTREACH, in any case, or by hub id. Any
-- other name raises invalid_parameter_value; an id that is not known, or is being counted anew, may not.
CREATE OR REPLACE FUNCTION shq.fn_can_promote_to_hub(outreach_id uuid, target_hub text)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN governance.can_promote($1, $2);
END
$$;

-- All that stands in the way: DONE_STATE or BLOCKING_ERROR, the reason, CRITICAL, HIGH or MEDIUM, and
-- the hub that it blocks, ALL or OUTREACH. An open violation of the tool canon blocks as an error does;
-- a company that is being counted anew has that as a reason.
CREATE OR REPLACE FUNCTION shq.fn_get_promotion_blockers(outreach_id uuid)
RETURNS TABLE (blocker_type text, blocker_reason text, blocker_severity text, blocks_hub text)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
    SELECT b.blocker_type, b.blocker_reason, b.blocker_severity, b.blocks_hub
    FROM governance.promotion_blockers($1) b
$$;

-- Move errors whose TTL has run out to their archives (TTL_EXPIRED, by the database user), unless their
-- table holds expired blockers or the schedule leaves it out; a line for each error table. Stored as a
-- run; refused while these jobs run elsewhere.
CREATE OR REPLACE FUNCTION shq.fn_archive_expired_errors()
RETURNS TABLE (source_table text, archived_count bigint)
LANGUAGE sql SECURITY DEFINER AS $$
    SELECT c.source_table, c.rows::bigint
    FROM governance.run_job_by_sql('archive_expired_errors') r,
        jsonb_each_text(r.counts) c (source_table, rows)
    ORDER BY 1
$$;

-- Park errors that have used up their tries (MAX_RETRIES_EXCEEDED), or archive them as SUPERSEDED where
-- their table knows no parking, once a queued attempt has had its time; a line for each error table.
-- Stored as a run; refused while these jobs run elsewhere.
CREATE OR REPLACE FUNCTION shq.fn_auto_park_exhausted_retries()
RETURNS TABLE (source_table text, parked_count bigint)
LANGUAGE sql SECURITY DEFINER AS $$
    SELECT c.source_table, c.rows::bigint
    FROM governance.run_job_by_sql('auto_park_exhausted_retries') r,
        jsonb_each_text(r.counts) c (source_table, rows)
    ORDER BY 1
$$;

-- Raise parked errors to the level that the time since asks for, each once; a line for each error
-- table with how many reached which level. Stored as a run; refused while these jobs run elsewhere.
CREATE OR REPLACE FUNCTION shq.fn_escalate_stale_parked_errors()
RETURNS TABLE (source_table text, tier_1_escalated bigint, tier_2_escalated bigint,
    tier_3_escalated bigint)
LANGUAGE sql SECURITY DEFINER AS $$
    SELECT c.source_table, (c.levels ->> '1')::bigint, (c.levels ->> '2')::bigint,
        (c.levels ->> '3')::bigint
    FROM governance.run_job_by_sql('escalate_stale_parked_errors') r,
        jsonb_each(r.levels) c (source_table, levels)
    ORDER BY 1
$$;

-- Delete archived errors past their retention, where a standing approval covers it and nothing is held;
-- a line for each archive. A table that fails undoes no other. Stored as a run with its manifests;
-- refused while these jobs run elsewhere.
CREATE OR REPLACE FUNCTION shq.fn_cleanup_expired_archives()
RETURNS TABLE (archive_table text, deleted_count bigint)
LANGUAGE sql SECURITY DEFINER AS $$
    SELECT t.archive_name, p.deleted
    FROM governance.purge_archives(now()) p JOIN governance_errortable t ON t.name = p.error_table
    ORDER BY 1
$$;

-- The daily three in their order: archive, park, escalate. One that fails says so and undoes no other;
-- the run is stored with its counts. Refused while these jobs run elsewhere.
CREATE OR REPLACE FUNCTION shq.fn_run_error_governance_jobs()
RETURNS TABLE (job_name text, result_summary jsonb)
LANGUAGE sql SECURITY DEFINER AS $$
    SELECT d.job_name, d.result_summary FROM governance.run_daily_by_sql() d
$$;

-- Each id with what is done, what blocks, whether it may be promoted to Outreach, and its tier. Who
-- waits to be counted anew may not, until its count is right again.
CREATE OR REPLACE VIEW shq.vw_promotion_readiness AS
SELECT outreach_id,
    ct_done AS company_target_done,
    dol_done,
    people_done,
    blog_done,
    bit_done,
    ct_blocking > 0 AS has_ct_blocking_errors,
    dol_blocking > 0 AS has_dol_blocking_errors,
    people_blocking > 0 AS has_people_blocking_errors,
    promotable AND outreach_id NOT IN (SELECT unnest(d.ids) FROM governance.readiness_due d)
        AS can_promote_to_outreach,
    tier AS readiness_tier
FROM governance_readiness;

CREATE OR REPLACE TRIGGER kept INSTEAD OF INSERT OR UPDATE OR DELETE ON shq.vw_promotion_readiness
    FOR EACH ROW EXECUTE FUNCTION governance.refuse_view_change(
        'readiness follows hub rows and errors', 'Change what it is counted from.');

-- How many ids are of each tier, and their share in percent; counted from maintained sums.
CREATE OR REPLACE VIEW shq.vw_promotion_readiness_summary AS
SELECT tier AS readiness_tier,
    sum(rows)::bigint AS count,
    round(100 * sum(rows) / sum(sum(rows)) OVER (), 2) AS percentage
FROM governance_readinesscount
GROUP BY tier
HAVING sum(rows) <> 0;

-- Live errors by table, disposition, TTL tier and escalation level: how many, since when, how many
-- have expired.
CREATE OR REPLACE VIEW shq.vw_error_governance_summary AS
SELECT error_table,
    disposition::public.error_disposition AS disposition,
    ttl_tier::public.ttl_tier AS ttl_tier,
    escalation_level::integer AS escalation_level,
    count(*) AS error_count,
    min(created_at) AS oldest_error,
    max(created_at) AS newest_error,
    count(*) FILTER (WHERE expires_at <= now()) AS ttl_expired_count
FROM governance_huberror
GROUP BY error_table, disposition, ttl_tier, escalation_level;

-- The ids that blocking errors hold back, with the tables of these errors and how many they are.
CREATE OR REPLACE VIEW shq.vw_blocking_errors_by_outreach AS
SELECT outreach_id,
    array_agg(DISTINCT error_table ORDER BY error_table) AS blocking_tables,
    count(*) AS total_blocking_errors
FROM governance_huberror
WHERE outreach_id IS NOT NULL AND governance.error_is_blocking(blocks, disposition)
GROUP BY outreach_id;
