-- Readiness the way of the seed: a function for each question, asked for each company, called by others again.
CREATE FUNCTION pg_temp.ct_done(id uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM governance_companytarget WHERE outreach_id = id
        AND execution_status = 'ready' AND email_method IS NOT NULL
        AND confidence_score IS NOT NULL AND imo_completed_at IS NOT NULL);
END $$;

CREATE FUNCTION pg_temp.dol_done(id uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM governance_dolfiling
        WHERE outreach_id = id AND nullif(ein, '') IS NOT NULL AND filing_present);
END $$;

CREATE FUNCTION pg_temp.people_done(id uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT count(*) FROM governance_companyslot WHERE outreach_id = id AND is_filled) >= 3;
END $$;

CREATE FUNCTION pg_temp.blog_done(id uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM governance_blogcontent WHERE outreach_id = id);
END $$;

CREATE FUNCTION pg_temp.bit_done(id uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM governance_bitscore
        WHERE outreach_id = id AND score IS NOT NULL AND signal_count > 0);
END $$;

CREATE FUNCTION pg_temp.blocked(id uuid, source text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM governance_huberror WHERE outreach_id = id
        AND error_table = source AND blocks AND disposition IN ('RETRY', 'PARKED'));
END $$;

CREATE FUNCTION pg_temp.is_tier1(id uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM governance_companytarget WHERE outreach_id = id
        AND execution_status = 'ready' AND email_method IS NOT NULL AND confidence_score >= 0.8);
END $$;

CREATE FUNCTION pg_temp.is_tier2(id uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN pg_temp.ct_done(id) AND pg_temp.blog_done(id) AND pg_temp.dol_done(id)
        AND pg_temp.bit_done(id);
END $$;

CREATE FUNCTION pg_temp.is_tier3(id uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN pg_temp.ct_done(id) AND pg_temp.people_done(id)
        AND EXISTS (SELECT FROM governance_person WHERE outreach_id = id AND email_verified);
END $$;

CREATE FUNCTION pg_temp.may_promote(id uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN pg_temp.ct_done(id) AND NOT pg_temp.blocked(id, 'outreach.company_target_errors')
        AND pg_temp.dol_done(id) AND NOT pg_temp.blocked(id, 'outreach.dol_errors')
        AND pg_temp.people_done(id) AND NOT pg_temp.blocked(id, 'people.people_errors');
END $$;

CREATE FUNCTION pg_temp.tier(id uuid) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN CASE
        WHEN pg_temp.is_tier3(id) THEN 'TIER_3_CAMPAIGN_READY'
        WHEN pg_temp.is_tier2(id) THEN 'TIER_2_ENRICHMENT_COMPLETE'
        WHEN pg_temp.is_tier1(id) THEN 'TIER_1_MARKETING_READY'
        WHEN pg_temp.ct_done(id) THEN 'TIER_0_ANCHOR_DONE'
        ELSE 'NOT_READY' END;
END $$;

CREATE TEMP VIEW seeds_readiness AS
SELECT outreach_id, pg_temp.ct_done(outreach_id) AS ct, pg_temp.dol_done(outreach_id) AS dol,
    pg_temp.people_done(outreach_id) AS people, pg_temp.blog_done(outreach_id) AS blog,
    pg_temp.bit_done(outreach_id) AS bit,
    pg_temp.blocked(outreach_id, 'outreach.company_target_errors') AS ct_blocked,
    pg_temp.blocked(outreach_id, 'outreach.dol_errors') AS dol_blocked,
    pg_temp.blocked(outreach_id, 'people.people_errors') AS people_blocked,
    pg_temp.may_promote(outreach_id) AS promotable, pg_temp.tier(outreach_id) AS tier
FROM governance_outreach;
