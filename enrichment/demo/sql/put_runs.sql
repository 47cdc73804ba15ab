-- The runs of one copy, oldest first; states and entities follow by trigger. Parameter: the copy.
INSERT INTO enrichment_run (id, workflow_id, entity_type, entity_key, raw_key, status, attempt, source, trigger,
    ran_at, queued_at, started_at, heartbeat_at, completed_at, records_in, records_out, records_skipped, records_failed,
    records_in_extracted, records_in_core, layers, credits, error_class, error_text, refused_for_id, credits_saved,
    created_at, updated_at)
SELECT r.id, r.workflow_id, r.key_type, r.entity_key, r.raw_key, r.status, r.attempt, r.provider, r.trigger,
    r.ran_at, r.ran_at - interval '2 seconds',
    CASE WHEN r.status NOT IN ('pending', 'skipped') THEN r.ran_at END,
    CASE r.status WHEN 'running' THEN p.latest - interval '5 seconds' WHEN 'stale' THEN r.ended_at WHEN 'completed' THEN r.ended_at END,
    CASE WHEN r.status NOT IN ('pending', 'running') THEN r.ended_at END,
    CASE WHEN r.status IN ('completed', 'failed') THEN 1 END, CASE r.status WHEN 'completed' THEN r.found END,
    CASE r.status WHEN 'completed' THEN 0 END, CASE r.status WHEN 'completed' THEN 0 WHEN 'failed' THEN 1 END,
    CASE r.status WHEN 'completed' THEN r.found END, CASE r.status WHEN 'completed' THEN r.in_core END,
    CASE r.status WHEN 'completed' THEN jsonb_build_object(
        'raw', jsonb_build_object('in', 1, 'out', 1, 'skipped', 0, 'failed', 0),
        'extracted', jsonb_build_object('in', 1, 'out', r.found, 'skipped', 0, 'failed', 0)) ELSE '{}' END,
    CASE WHEN r.status IN ('completed', 'failed', 'stale') AND r.trigger <> 'inferred' THEN r.credits_per_run END,
    CASE WHEN r.status <> 'failed' THEN '' ELSE pg_temp.one_of('RateLimited,TimedOut,ProviderError,NoMatch,BadPayload', 'class' || r.seed) END,
    CASE WHEN r.status <> 'failed' THEN '' ELSE r.provider || ' ' || pg_temp.one_of('answered with 429,answered with 502,gave no answer in 30 s,sent a payload without its key', 'text' || r.seed) END,
    s.id, CASE WHEN s.id IS NOT NULL THEN r.credits_per_run END, r.ran_at, coalesce(r.ended_at, r.ran_at)
FROM demo_ran r
CROSS JOIN demo_plan p
LEFT JOIN demo_ran s ON r.status = 'skipped' AND s.status = 'completed'
    AND s.workflow_name = r.workflow_name AND s.entity_key = r.entity_key
WHERE r.copy = %s
ORDER BY r.ran_at, r.id;
