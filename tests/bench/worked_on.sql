-- A tenth of the errors after some weeks of work: parked for many reasons by many owners, resolved, tried again, with other times to live.
UPDATE governance_huberror e SET
    disposition = CASE WHEN e.error_table = 'company.url_discovery_failures' THEN 'RETRY' WHEN d.n % 4 = 0 THEN 'RESOLVED' WHEN d.n % 4 = 1 THEN 'RETRY' ELSE 'PARKED' END,
    resolved_at = CASE WHEN e.error_table <> 'company.url_discovery_failures' AND d.n % 4 = 0 THEN now() END,
    parked_at = CASE WHEN d.is_parked THEN now() END,
    parked_by = CASE WHEN d.is_parked THEN 'ops' END,
    park_reason = CASE WHEN d.is_parked THEN (ARRAY['DATA_QUALITY', 'EXTERNAL_DEPENDENCY', 'NON_RETRYABLE_ERROR', 'MAX_RETRIES_EXCEEDED', 'ESCALATION_REQUIRED'])[1 + d.n / 5 % 5] END,
    escalation_level = CASE WHEN d.is_parked AND d.n % 50 = 2 THEN 1 + d.n / 50 % 3 ELSE 0 END,
    escalated_at = CASE WHEN d.is_parked AND d.n % 50 = 2 THEN now() END,
    retry_count = e.retry_count + d.n / 7 % 3,
    ttl_tier = CASE WHEN d.n % 40 < 4 THEN (ARRAY['SHORT', 'MEDIUM', 'LONG', 'INFINITE'])[1 + d.n % 4] ELSE e.ttl_tier END,
    owner = CASE WHEN d.n % 30 = 0 THEN (ARRAY['jane', 'ravi', 'mo', 'lena'])[1 + d.n / 30 % 4] ELSE e.owner END
FROM (
    SELECT x.id, x.n, x.error_table <> 'company.url_discovery_failures' AND x.n % 4 >= 2 AS is_parked
    FROM (SELECT id, error_table, abs(hashtext(id::text)::bigint) / 10 AS n FROM governance_huberror WHERE abs(hashtext(id::text)::bigint) % 10 = 0) x
) d WHERE d.id = e.id;
