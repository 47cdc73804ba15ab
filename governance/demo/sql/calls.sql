-- Calls of four weeks. Promises: no tool exceeds its day or month, a call of tier 2 is about a company of its
-- own, whom calls are about is not promotable, and what the audit finds is what is named below.

CREATE OR REPLACE FUNCTION pg_temp.chance(seed text) RETURNS double precision
LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || left(md5(seed), 8))::bit(32)::bigint / 4294967296.0 $$;

-- calls on a weekday, milliseconds of one, and what is said of whom it is about
CREATE TEMP TABLE demo_pace ON COMMIT DROP AS
SELECT * FROM (VALUES
    ('mx-lookup', 84, 40, '{}'::jsonb),
    ('smtp-check', 38, 900, '{}'),
    ('linkedin-check', 56, 600, '{}'),
    ('firecrawl', 44, 2400, '{}'),
    ('scraper-api', 48, 1800, '{}'),
    ('google-places', 36, 300, '{}'),
    ('composio-router', 7, 700, '{}'),
    ('hunter-enricher', 30, 420, '{"domain_verified": true, "mx_present": true, "pattern_attempts": 0}'),
    ('apollo-enricher', 28, 510, '{"slot_unfilled": true, "company_target_pass": true, "enrichment_attempts": 0}'),
    ('email-verifier', 42, 350, '{"email_generated": true, "email_format_valid": true, "verification_attempts": 0}')
) p (slug, a_weekday, ms, facts);

CREATE TEMP TABLE demo_about ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY outreach_id) AS n, outreach_id::text AS entity, domain
FROM (SELECT outreach_id, domain FROM governance_readiness
      WHERE ct_done AND NOT promotable ORDER BY outreach_id LIMIT 2000) r;

CREATE TEMP TABLE demo_call ON COMMIT DROP AS
WITH chosen AS (
    SELECT t.*, p.ms, p.facts AS told, d.ago,
        date_trunc('day', u.at, 'UTC') - make_interval(days => d.ago)
            + interval '1 second' * floor(86400 * pg_temp.chance(concat_ws(':', t.slug, d.ago, i))) AS reserved_at
    FROM demo_until u
    CROSS JOIN demo_tool t
    JOIN demo_pace p USING (slug)
    CROSS JOIN generate_series(0, 27) d (ago)
    CROSS JOIN LATERAL generate_series(1, round(p.a_weekday * (0.7 + 0.6 * pg_temp.chance(t.slug || d.ago))
        * CASE WHEN extract(isodow FROM u.at AT TIME ZONE 'UTC' - make_interval(days => d.ago)) > 5
            THEN 0.3 ELSE 1 END)::int) i),
placed AS (
    SELECT c.*, row_number() OVER (PARTITION BY c.slug ORDER BY c.reserved_at) AS k,
        row_number() OVER (PARTITION BY c.slug, date_trunc('month', c.reserved_at, 'UTC')
            ORDER BY c.reserved_at) AS of_month
    FROM chosen c, demo_until u WHERE c.reserved_at < u.at - interval '2 minutes')
SELECT p.*, a.entity, a.domain, p.hubs[1 + p.k % cardinality(p.hubs)] AS hub,
    CASE WHEN pg_temp.chance(p.slug || p.k || ' ended') < 0.01 THEN 'given_back'
        WHEN pg_temp.chance(p.slug || p.k || ' ended') < 0.015 THEN 'called_off'
        WHEN pg_temp.chance(p.slug || p.k || ' ended') < 0.06 THEN 'failed' ELSE 'succeeded' END AS status,
    round(p.ms * (0.6 + 1.1 * pg_temp.chance(p.slug || p.k || ' took')))::int AS duration
FROM placed p JOIN demo_about a ON a.n = p.k
WHERE p.of_month <= coalesce(p.a_month * 0.94, p.of_month);

INSERT INTO governance_toolcall (correlation_id, tool_id, tool, tier, canon_version, hub, interaction, entity,
    domain, facts, passed, channel, reserved_at, status, settled_at, duration, cost, is_stored, fault)
SELECT md5(c.slug || c.k), c.id, c.slug, c.tier, c.version, c.hub, c.interaction, c.entity,
    CASE c.slug WHEN 'smtp-check' THEN c.domain ELSE '' END, c.told, true, 'code', c.reserved_at, c.status,
    c.reserved_at + interval '1 ms' * c.duration,
    CASE WHEN c.status NOT IN ('given_back', 'called_off') THEN c.duration END,
    CASE WHEN c.status <> 'given_back' THEN c.cost ELSE 0 END,
    c.status = 'succeeded',
    CASE WHEN c.status = 'failed' THEN (ARRAY['timed out after 10 s', 'HTTP 500', 'connection reset'])[1 + c.k % 3]
        ELSE '' END
FROM demo_call c
ORDER BY c.reserved_at, c.slug;

-- Calls under way, which no rule of the audit is about.
INSERT INTO governance_toolcall (correlation_id, tool_id, tool, tier, canon_version, hub, interaction, entity,
    domain, facts, passed, channel, reserved_at, status, cost, is_stored, fault)
SELECT md5('under way' || n), t.id, t.slug, t.tier, t.version, t.hubs[1], t.interaction, a.entity, '', '{}', true,
    'code', u.at - interval '37 seconds' * n, 'reserved', t.cost, false, ''
FROM demo_until u, demo_tool t, demo_about a
WHERE t.slug = 'scraper-api' AND a.n <= 3
ORDER BY n DESC;

-- What the audit finds, about companies without a company target: calls without the guard's word, left open,
-- settled too late, and answers that nobody stored.
INSERT INTO governance_toolcall (correlation_id, tool_id, tool, tier, canon_version, hub, interaction, entity,
    domain, facts, passed, channel, reserved_at, status, settled_at, duration, cost, is_stored, fault)
SELECT md5('breach' || b.n), t.id, t.slug, t.tier, t.version, t.hubs[1], t.interaction, r.outreach_id::text, '',
    p.facts, b.passed, 'code', began.at, CASE WHEN b.took IS NULL THEN 'reserved' ELSE 'succeeded' END,
    began.at + b.took, extract(epoch FROM b.took) * 1000, t.cost, b.stored, ''
FROM (VALUES
    (1, 'hunter-enricher', interval '3 hours 12 minutes', NULL::interval, true, false),
    (2, 'hunter-enricher', interval '27 hours', NULL, true, false),
    (3, 'hunter-enricher', interval '74 hours', interval '14 minutes', true, true),
    (4, 'apollo-enricher', interval '30 hours', interval '1 second', false, true),
    (5, 'apollo-enricher', interval '101 hours', interval '1 second', false, true),
    (6, 'mx-lookup', interval '5 hours', interval '60 ms', true, false),
    (7, 'mx-lookup', interval '9 hours', interval '41 ms', true, false),
    (8, 'google-places', interval '33 hours', interval '290 ms', true, false),
    (9, 'mx-lookup', interval '52 hours', interval '38 ms', true, false),
    (10, 'smtp-check', interval '120 hours', interval '1 second', true, false),
    (11, 'linkedin-check', interval '201 hours', interval '2 seconds', true, false)
) b (n, slug, ago, took, passed, stored)
CROSS JOIN demo_until u
JOIN demo_tool t USING (slug)
JOIN demo_pace p USING (slug)
CROSS JOIN LATERAL (SELECT u.at - b.ago AS at) began
JOIN (SELECT outreach_id, row_number() OVER (ORDER BY outreach_id DESC) AS n FROM governance_readiness
      WHERE ct_status IS NULL AND open_errors = 0) r ON r.n = b.n
ORDER BY began.at;

ANALYZE governance_toolcall;
