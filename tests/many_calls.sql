-- calls as a console of some months has them: few tools make most, hubs have their own, few fail, one account made few
INSERT INTO governance_toolcall (correlation_id, tool_id, tool, tier, canon_version, hub, interaction, entity,
    domain, facts, passed, by_id, channel, reserved_at, status, settled_at, duration, cost, is_stored, fault)
SELECT md5(n::text), t.id, t.slug, 1, 2, t.hubs[1 + n %% cardinality(t.hubs)], 'READ', 'company ' || n %% 4000,
    '', '{"mx_present": true}', true,
    CASE WHEN n %% 10 = 0 THEN NULL WHEN n %% 5000 = 1 THEN %(rare)s ELSE %(often)s END,
    'api', now() - n * interval '20 seconds',
    CASE WHEN n %% 500 = 0 THEN 'failed' WHEN n %% 5000 = 7 THEN 'reserved' ELSE 'succeeded' END,
    CASE WHEN n %% 500 = 0 OR n %% 5000 <> 7 THEN now() END, 100, 0.001, true, ''
FROM generate_series(1, %(rows)s) n
JOIN (VALUES
    (0, 60, 'TOOL-001', 'mx-lookup', ARRAY['HUB-COMPANY-TARGET', 'HUB-PEOPLE']),
    (60, 80, 'TOOL-002', 'smtp-check', ARRAY['HUB-PEOPLE', 'HUB-COMPANY-TARGET']),
    (80, 96, 'TOOL-005', 'scraper-api', ARRAY['HUB-BLOG-001']),
    (96, 100, 'TOOL-008', 'hunter-enricher', ARRAY['HUB-PEOPLE'])) t (least, most, id, slug, hubs)
    ON n::bigint * 7919 %% 100 >= t.least AND n::bigint * 7919 %% 100 < t.most
