-- The hub tables under the names of the seed, for pipelines and people with psql: auto-updatable, so
-- that constraints, versions, history and readiness are those of the console's own tables.

-- The spine. The sovereign id is taken when a row comes in and never shown: the column reads NULL.
CREATE OR REPLACE VIEW outreach.outreach AS
SELECT outreach_id, NULL::uuid AS sovereign_id, domain, ein, created_at, updated_at
FROM governance_outreach;

CREATE OR REPLACE RULE filed AS ON INSERT TO outreach.outreach DO INSTEAD
INSERT INTO governance_outreach (outreach_id, sovereign_id, domain, ein, created_at, updated_at)
VALUES (coalesce(NEW.outreach_id, gen_random_uuid()), NEW.sovereign_id, coalesce(NEW.domain, ''),
    NEW.ein, coalesce(NEW.created_at, now()), coalesce(NEW.updated_at, now()))
RETURNING outreach_id, NULL::uuid, domain, ein, created_at, updated_at;

CREATE OR REPLACE TRIGGER gather INSTEAD OF INSERT ON outreach.outreach
    FOR EACH ROW EXECUTE FUNCTION governance.gather_row();

CREATE OR REPLACE TRIGGER gathered AFTER INSERT ON outreach.outreach
    FOR EACH STATEMENT EXECUTE FUNCTION governance.file_gathered();

-- The anchor hub, one row per id: how mail reaches a company.
CREATE OR REPLACE VIEW outreach.company_target AS
SELECT target_id, outreach_id, company_unique_id, email_method, method_type, confidence_score,
    execution_status, imo_completed_at, is_catchall
FROM governance_companytarget;

-- Form 5500 filings; several rows per id are normal.
CREATE OR REPLACE VIEW outreach.dol AS
SELECT dol_id, outreach_id, ein, filing_present, funding_type, broker_or_advisor, carrier
FROM governance_dolfiling;

-- What the blog hub read about a company.
CREATE OR REPLACE VIEW outreach.blog AS
SELECT blog_id, outreach_id, context_summary, source_type, source_url, context_timestamp
FROM governance_blogcontent;

-- Buyer intent, one row per id.
CREATE OR REPLACE VIEW outreach.bit_scores AS
SELECT outreach_id, score, score_tier, signal_count, people_score, dol_score, blog_score,
    talent_flow_score
FROM governance_bitscore;

-- People at a company who can be written to.
CREATE OR REPLACE VIEW outreach.people AS
SELECT person_id, outreach_id, email, email_verified, contact_status, slot_type
FROM governance_person;

-- Where each id stands in the waterfall, read-only, one row per id. The first that holds is its state:
-- PENDING_CT (no target, or pending), BLOCKED_CT (failed or blocked), PENDING_DOL (no filing with an
-- EIN), PENDING_PEOPLE (nobody to write to), READY.
CREATE OR REPLACE VIEW outreach.v_context_current AS
SELECT s.outreach_id,
    s.domain,
    t.execution_status AS ct_status,
    t.email_method AS ct_email_method,
    t.method_type AS ct_method_type,
    t.confidence_score AS ct_confidence,
    t.is_catchall AS ct_is_catchall,
    t.imo_completed_at AS ct_completed_at,
    d.ein AS dol_ein,
    coalesce(p.found, 0) AS people_count,
    coalesce(p.verified, 0) AS people_verified_count,
    coalesce(b.signals, 0) AS blog_signal_count,
    CASE
        WHEN coalesce(t.execution_status, 'pending') = 'pending' THEN 'PENDING_CT'
        WHEN t.execution_status IN ('failed', 'blocked') THEN 'BLOCKED_CT'
        WHEN d.ein IS NULL THEN 'PENDING_DOL'
        WHEN p.found IS NULL THEN 'PENDING_PEOPLE'
        ELSE 'READY' END AS waterfall_state,
    greatest(s.updated_at, t.imo_completed_at, b.latest) AS last_activity_at
FROM governance_outreach s
LEFT JOIN governance_companytarget t ON t.outreach_id = s.outreach_id
LEFT JOIN (
    SELECT f.outreach_id, min(f.ein) AS ein
    FROM governance_dolfiling f
    WHERE governance.dol_is_done(f.ein, f.filing_present)
    GROUP BY f.outreach_id) d ON d.outreach_id = s.outreach_id
LEFT JOIN (
    SELECT n.outreach_id, count(*)::int AS found,
        (count(*) FILTER (WHERE n.email_verified))::int AS verified
    FROM governance_person n
    GROUP BY n.outreach_id) p ON p.outreach_id = s.outreach_id
LEFT JOIN (
    SELECT c.outreach_id, count(*)::int AS signals, max(c.context_timestamp) AS latest
    FROM governance_blogcontent c
    GROUP BY c.outreach_id) b ON b.outreach_id = s.outreach_id;
