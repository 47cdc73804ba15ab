-- A million runs of 53 workflows for 50,000 companies in 60 days, in the shares that are usual.
INSERT INTO enrichment_workflow (workflow_name, provider, platform, payload_type, description, key_type, owner, source_file)
SELECT 'workflow_' || n, 'clay', 'modal', 'enrichment', '', 'company', '', ''
FROM generate_series(1, 53) n
ON CONFLICT DO NOTHING;

INSERT INTO enrichment_run (
    workflow_id, entity_type, entity_key, raw_key, status, source, trigger, layers,
    ran_at, started_at, heartbeat_at, completed_at, records_out, error_class, error_text)
SELECT w.id, 'company', 'company' || (n * 7 %% 50000) || '.example', '', kind.status,
    (ARRAY['clay', 'apollo', 'leadmagic', 'manual'])[1 + n %% 4],
    (ARRAY['request', 'schedule', 'request', 'manual', 'inferred'])[1 + n %% 5], '{}',
    kind.at, kind.at, CASE WHEN kind.status = 'running' THEN kind.at END,
    CASE WHEN kind.status <> 'running' THEN kind.at + interval '40 seconds' END, n %% 3,
    CASE WHEN kind.status = 'failed' THEN (ARRAY['Timeout', 'RateLimit', 'KeyError'])[1 + n %% 3] ELSE '' END, ''
FROM generate_series(1, %(runs)s) n
JOIN enrichment_workflow w ON w.workflow_name = 'workflow_' || (1 + n %% 53)
CROSS JOIN LATERAL (
    SELECT now() - n * interval '60 days' / %(runs)s AS at,
        CASE WHEN n <= 200 THEN 'running'
            WHEN n %% 100 < 80 THEN 'completed'
            WHEN n %% 100 < 92 THEN 'failed'
            WHEN n %% 100 < 97 THEN 'skipped'
            WHEN n %% 100 < 99 THEN 'cancelled'
            ELSE 'stale' END AS status
) kind;
