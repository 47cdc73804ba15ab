-- Each block of SQL for these schemas in the seed's documents, as it stands there.
-- Source: seed 'Enforcement Implementation Summary' 4, 5, 6; 'Ops Backlog Cleanup Report', recommendations

-- Run daily via scheduler
SELECT * FROM shq.fn_run_error_governance_jobs();

-- Run weekly
SELECT * FROM shq.fn_cleanup_expired_archives();

-- Overall error state
SELECT * FROM shq.vw_error_governance_summary;

-- Outreach IDs blocked by errors
SELECT * FROM shq.vw_blocking_errors_by_outreach;

-- Individual readiness
SELECT * FROM shq.vw_promotion_readiness WHERE outreach_id = 'uuid-here';

-- Summary by tier
SELECT * FROM shq.vw_promotion_readiness_summary;

-- Schedule daily governance job
SELECT * FROM shq.fn_run_error_governance_jobs();

-- Set disposition based on resolved status
UPDATE outreach.dol_errors SET disposition = 'RETRY' WHERE resolved_at IS NULL AND disposition IS NULL;
UPDATE outreach.dol_errors SET disposition = 'RESOLVED' WHERE resolved_at IS NOT NULL AND disposition IS NULL;

-- Set TTL tier based on error type (customize per hub)
UPDATE outreach.dol_errors SET ttl_tier = 'SHORT' WHERE failure_code IN ('RATE_LIMIT', 'TIMEOUT');
UPDATE outreach.dol_errors SET ttl_tier = 'MEDIUM' WHERE failure_code IN ('VALIDATION_ERROR', 'MISSING_DATA');

-- Mark exhausted retries
UPDATE outreach.dol_errors
SET retry_exhausted = TRUE,
    disposition = 'PARKED',
    parked_at = NOW(),
    parked_by = 'backfill',
    park_reason = 'MAX_RETRIES_EXCEEDED'
WHERE retry_count >= max_retries AND disposition = 'RETRY';
