-- So many runs of 53 workflows for 50,000 companies in 60 days, in the shares that are usual.
INSERT INTO enrichment_workflow (workflow_name, key_type, intent, core_table)
SELECT 'workflow_' || n, 'company',
    (ARRAY['should', 'by_design_not', 'legacy', NULL])[1 + n %% 4],
    CASE WHEN n %% 4 = 0 THEN 'core.companies' END
FROM generate_series(1, 53) n;

INSERT INTO enrichment_run (
    workflow_id, entity_type, entity_key, raw_key, source, trigger, layers, error_class, error_text,
    status, ran_at, started_at, completed_at,
    records_in_extracted, records_in_core)
SELECT w.id, 'company', 'company' || (n * 7 %% 50000) || '.example', '', 'clay', 'request', '{}', '', '',
    kind.status, kind.at, kind.at,
    CASE WHEN kind.status NOT IN ('pending', 'running') THEN kind.at + interval '40 seconds' END,
    n %% 3, n %% 2
FROM generate_series(1, %(runs)s) n
JOIN enrichment_workflow w ON w.workflow_name = 'workflow_' || (1 + n %% 53)
CROSS JOIN LATERAL (
    SELECT now() - n * interval '60 days' / %(runs)s AS at,
        CASE WHEN n <= 100 THEN 'running'
            WHEN n <= 200 THEN 'pending'
            WHEN n %% 100 < 80 THEN 'completed'
            WHEN n %% 100 < 92 THEN 'failed'
            WHEN n %% 100 < 97 THEN 'skipped'
            ELSE 'stale' END AS status
) kind;
