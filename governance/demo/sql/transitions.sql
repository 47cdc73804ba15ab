-- How each company came to stand where it stands, over the 90 days before the population's last moment.
-- Promises: the last step of a company ends in its row of readiness; each step begins where the one before ended.

CREATE TEMP TABLE demo_stage ON COMMIT DROP AS
WITH stands AS (
    SELECT r.outreach_id, r.tier, r.reason, r.promotable, r.ct_status, r.dol_done, s.created_at AS born,
        p.latest_error - interval '6 days' - s.created_at AS room, p.latest_error,
        pg_temp.chance('done' || r.outreach_id) AS done,
        pg_temp.chance('filed' || r.outreach_id) AS filed,
        pg_temp.chance('settled' || r.outreach_id) AS settled
    FROM governance_readiness r JOIN governance_outreach s USING (outreach_id), demo_plan p),
timed AS (
    SELECT *, born + room * (0.05 + 0.4 * done) AS done_at,
        born + room * (0.5 + 0.25 * filed) AS filed_at,
        born + room * (0.75 + 0.25 * settled) AS settled_at,
        -- the errors of January came when everything else was done
        latest_error - interval '12 hours' * settled AS error_at
    FROM stands)
SELECT outreach_id, 1 AS step, born AS at, 'NOT_READY' AS tier, 'CT_MISSING' AS reason, false AS promotable FROM timed
UNION ALL
SELECT outreach_id, 2, born + room * 0.04, 'NOT_READY', 'CT_PENDING', false FROM timed WHERE ct_status IS NOT NULL
UNION ALL
SELECT outreach_id, 3, done_at, 'TIER_0_ANCHOR_DONE', 'DOL_MISSING', false FROM timed WHERE ct_status = 'ready'
UNION ALL
SELECT outreach_id, 4, filed_at, 'TIER_0_ANCHOR_DONE', 'PEOPLE_MISSING', false FROM timed WHERE ct_status = 'ready' AND dol_done
UNION ALL
SELECT outreach_id, 5, CASE WHEN reason IN ('CT_ERROR', 'PEOPLE_ERROR') THEN error_at ELSE settled_at END, tier, reason, promotable
FROM timed WHERE ct_status IS NOT NULL AND ct_status <> 'pending';

INSERT INTO governance_tiertransition (at, txid, outreach_id, from_tier, to_tier, from_reason, to_reason, was_promotable, is_promotable, actor)
SELECT at, pg_current_xact_id()::text::bigint, outreach_id, was_tier, tier, was_reason, reason, was_promotable, promotable,
    CASE WHEN step = 1 THEN 'company-pipeline' WHEN step < 4 THEN 'company-target-pipeline'
        WHEN step = 4 THEN 'dol-pipeline' ELSE 'people-pipeline' END
FROM (
    SELECT *, lag(tier) OVER each AS was_tier, lag(reason) OVER each AS was_reason, lag(promotable) OVER each AS was_promotable
    FROM demo_stage WINDOW each AS (PARTITION BY outreach_id ORDER BY step)) steps, demo_plan p
WHERE (tier, reason, promotable) IS DISTINCT FROM (was_tier, was_reason, was_promotable)
    AND at >= p.latest_error - interval '90 days'
ORDER BY at, outreach_id, step;
