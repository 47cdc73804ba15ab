-- The errors, filed under the policies of their tables and codes; every one is as the pipelines left it.

CREATE TEMP TABLE demo_error ON COMMIT DROP AS
SELECT pg_temp.key('dol', c.copy, c.i) AS id, 'outreach.dol_errors' AS error_table, c.outreach_id, NULL::text AS company_unique_id, c.domain, c.dol AS code,
    CASE c.dol WHEN 'NO_MATCH' THEN format('No federal filing matches "%s" in "%s"', upper(replace(c.name, '&', 'and')), c.state)
        ELSE format('No state on file for "%s", so no look-up was made', upper(replace(c.name, '&', 'and'))) END AS message,
    0 AS retry_count, timestamptz '2026-01-01 00:00+00' + pg_temp.chance('dol' || c.outreach_id) * interval '6 days' AS created_at,
    jsonb_build_object('raw_input', jsonb_build_object('company_name', c.name, 'state', c.state, 'form', '5500', 'plan_year', 2024),
        'blocking_reason', 'no filing could be tied to the company', 'retry_allowed', false, 'stack_trace', NULL) AS details
FROM demo_company c WHERE c.dol IN ('NO_MATCH', 'NO_STATE')
UNION ALL
SELECT c.ct_error_id, 'outreach.company_target_errors', c.outreach_id, NULL, c.domain, 'CT-M-NO-MX', format('%s has no mail server', c.domain), c.tries,
    CASE WHEN c.copy = 0 AND c.i = 841 THEN timestamptz '2026-01-08 08:00+00'
        ELSE timestamptz '2026-01-07 00:10+00' + pg_temp.chance('ct' || c.outreach_id) * interval '31 hours' END,
    jsonb_build_object('raw_input', jsonb_build_object('domain', c.domain, 'stage', 'M1', 'mx', '[]'::jsonb, 'a', '[]'::jsonb, 'resolver', '192.0.2.53',
            'rcode', pg_temp.one_of('NXDOMAIN,NOERROR', 'rcode' || c.outreach_id), 'ms', 8 + floor(90 * pg_temp.chance('ms' || c.outreach_id))::int),
        'blocking_reason', 'mail cannot reach the company', 'retry_allowed', true, 'imo_stage', 'M1',
        'stack_trace', format('imo.stages.mx:88 NoMailServer: %s', c.domain))
FROM demo_company c WHERE c.tries IS NOT NULL
UNION ALL
SELECT pg_temp.key('people', s.copy, s.i, s.slot_type), 'people.people_errors', s.outreach_id, NULL, s.domain, 'PI-E001',
    format('Slot "%s" has no resolvable outreach id', s.slot_type),
    mod(row_number() OVER (PARTITION BY s.copy ORDER BY s.i, s.slot_type), 2),
    timestamptz '2026-01-07 00:10+00' + pg_temp.chance('people' || s.slot_id) * interval '31 hours',
    jsonb_build_object('person_id', NULL, 'slot_id', s.slot_id, 'error_type', 'validation', 'retry_strategy', 'auto_retry', 'status', 'open',
        'raw_payload', jsonb_build_object('slot_type', s.slot_type, 'company_domain', s.domain), 'source_hints_used', '["company_slot"]'::jsonb)
FROM demo_slot s WHERE s.is_in_error
UNION ALL
SELECT pg_temp.key('url', p.copy, u.i), 'company.url_discovery_failures', c.outreach_id, coalesce(c.company_unique_id, 'CO-' || lpad((9000000 + p.copy * 1000 + u.i - 42191)::text, 7, '0')),
    d.domain, u.code,
    CASE u.code WHEN 'dns_error' THEN format('No address record for %s', d.domain)
        WHEN 'base_url_timeout' THEN format('https://%s/ did not answer within 20 seconds', d.domain)
        WHEN 'no_pages_discovered' THEN format('No readable page was found below https://%s/', d.domain)
        WHEN 'blocked' THEN format('https://%s/ refused the crawler with status 403', d.domain)
        ELSE format('https://%s/ redirected 20 times without an end', d.domain) END,
    0, timestamptz '2025-12-18 00:00+00' + pg_temp.chance('url' || p.copy || ':' || u.i) * interval '14 days',
    jsonb_build_object('website_url', 'https://' || d.domain || '/')
FROM (SELECT generate_series(0, copies - 1) AS copy FROM demo_plan) p
CROSS JOIN demo_url u
LEFT JOIN demo_company c ON c.copy = p.copy AND c.i = u.i
CROSS JOIN LATERAL (SELECT coalesce(c.domain, format('outside-%s-%s.example', p.copy + 1, u.i - 42191)) AS domain) d;

INSERT INTO governance_huberror (id, error_table, outreach_id, company_unique_id, domain, code, message, message_key, stage, severity, category, blocks, disposition,
    retry_count, max_retries, retry_exhausted, last_retry_at, ttl_tier, expires_at, owner, details, created_at, updated_at)
SELECT e.id, e.error_table, e.outreach_id, e.company_unique_id, e.domain, e.code, e.message, governance.message_key(e.message), c.stage, c.severity, c.category,
    f.blocks, t.default_disposition, e.retry_count, f.max_retries, e.retry_count >= f.max_retries,
    CASE WHEN e.retry_count > 0 THEN f.at + pg_temp.chance('tried' || e.id) * (p.latest_error - f.at) END,
    f.ttl_tier, governance.expiry(f.at, f.ttl_tier), t.owner, e.details, f.at, f.at
FROM demo_error e
JOIN governance_errortable t ON t.name = e.error_table
JOIN governance_errorcode c ON c.code = e.code
CROSS JOIN demo_plan p
CROSS JOIN LATERAL (
    SELECT date_trunc('milliseconds', e.created_at + p.shift) AS at, coalesce(c.blocking, t.blocks_promotion) AS blocks, coalesce(c.ttl_tier, t.ttl_tier) AS ttl_tier,
        coalesce(c.max_retries, t.max_retries) AS max_retries) f
ORDER BY f.at;
