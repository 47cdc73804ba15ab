-- What triggers keep when rows come one statement at a time, filled in one go: search text, patterns, history, counters, readiness.

INSERT INTO governance_errortext (error_id, body, message_key)
SELECT id, governance.search_body(message, code, domain), message_key FROM governance_huberror;

INSERT INTO governance_errorpattern (key, body)
SELECT message_key, governance.normal_message(min(message)) FROM governance_huberror GROUP BY message_key
ON CONFLICT DO NOTHING;

INSERT INTO governance_event (at, txid, db_user, action, subject_type, subject_id, outreach_id, actor, channel, to_state, retry_count, owner, ttl_tier, escalation_level)
SELECT e.created_at, pg_current_xact_id()::text::bigint, session_user, 'CREATE', e.error_table, e.id, e.outreach_id,
    CASE e.error_table WHEN 'outreach.dol_errors' THEN 'dol-pipeline' WHEN 'outreach.company_target_errors' THEN 'company-target-pipeline'
        WHEN 'people.people_errors' THEN 'people-pipeline' ELSE 'blog-pipeline' END,
    'pipeline', e.disposition, 0, e.owner, e.ttl_tier, 0
FROM governance_huberror e ORDER BY e.created_at, e.id;

SELECT governance.recount_errorcount();

SELECT governance.recount_errorhour();

SELECT governance.recount_errortally();

SELECT governance.recount_retentionmonth();

SELECT governance.rebuild_readiness();

SELECT governance.recount_readinesscount();
