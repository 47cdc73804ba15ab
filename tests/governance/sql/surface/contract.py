"""The names of the seed, as scripts that exist already know them: columns in their order, with their types."""

UUID, TEXT, INT, BIGINT = "uuid", "text", "integer", "bigint"
MOMENT, FLAG, SHARE = "timestamp with time zone", "boolean", "numeric(5,4)"
SCORE, DISPOSITION, TIER = "numeric(6,2)", "error_disposition", "ttl_tier"
SHARE_OF_ALL = "numeric"

HUBS = {
    "outreach.outreach": {
        "outreach_id": UUID,
        "sovereign_id": UUID,
        "domain": TEXT,
        "ein": TEXT,
        "created_at": MOMENT,
        "updated_at": MOMENT,
    },
    "outreach.company_target": {
        "target_id": UUID,
        "outreach_id": UUID,
        "company_unique_id": TEXT,
        "email_method": TEXT,
        "method_type": TEXT,
        "confidence_score": SHARE,
        "execution_status": TEXT,
        "imo_completed_at": MOMENT,
        "is_catchall": FLAG,
    },
    "outreach.dol": {
        "dol_id": UUID,
        "outreach_id": UUID,
        "ein": TEXT,
        "filing_present": FLAG,
        "funding_type": TEXT,
        "broker_or_advisor": TEXT,
        "carrier": TEXT,
    },
    "outreach.blog": {
        "blog_id": UUID,
        "outreach_id": UUID,
        "context_summary": TEXT,
        "source_type": TEXT,
        "source_url": TEXT,
        "context_timestamp": MOMENT,
    },
    "outreach.bit_scores": {
        "outreach_id": UUID,
        "score": SCORE,
        "score_tier": TEXT,
        "signal_count": INT,
        "people_score": SCORE,
        "dol_score": SCORE,
        "blog_score": SCORE,
        "talent_flow_score": SCORE,
    },
    "outreach.people": {
        "person_id": UUID,
        "outreach_id": UUID,
        "email": TEXT,
        "email_verified": FLAG,
        "contact_status": TEXT,
        "slot_type": TEXT,
    },
    "people.company_slot": {
        "slot_id": UUID,
        "outreach_id": UUID,
        "slot_type": TEXT,
        "is_filled": FLAG,
        "person_unique_id": TEXT,
        "confidence_score": SHARE,
    },
    "company.company_master": {
        "company_unique_id": TEXT,
        "company_name": TEXT,
        "domain": TEXT,
        "email_pattern": TEXT,
        "address_state": TEXT,
        "source_system": TEXT,
    },
}
VIEWS = {
    "outreach.v_context_current": {
        "outreach_id": UUID,
        "domain": TEXT,
        "ct_status": TEXT,
        "ct_email_method": TEXT,
        "ct_method_type": TEXT,
        "ct_confidence": SHARE,
        "ct_is_catchall": FLAG,
        "ct_completed_at": MOMENT,
        "dol_ein": TEXT,
        "people_count": INT,
        "people_verified_count": INT,
        "blog_signal_count": INT,
        "waterfall_state": TEXT,
        "last_activity_at": MOMENT,
    },
    "shq.vw_promotion_readiness": {
        "outreach_id": UUID,
        "company_target_done": FLAG,
        "dol_done": FLAG,
        "people_done": FLAG,
        "blog_done": FLAG,
        "bit_done": FLAG,
        "has_ct_blocking_errors": FLAG,
        "has_dol_blocking_errors": FLAG,
        "has_people_blocking_errors": FLAG,
        "can_promote_to_outreach": FLAG,
        "readiness_tier": TEXT,
    },
    "shq.vw_promotion_readiness_summary": {
        "readiness_tier": TEXT,
        "count": BIGINT,
        "percentage": SHARE_OF_ALL,
    },
    "shq.vw_error_governance_summary": {
        "error_table": TEXT,
        "disposition": DISPOSITION,
        "ttl_tier": TIER,
        "escalation_level": INT,
        "error_count": BIGINT,
        "oldest_error": MOMENT,
        "newest_error": MOMENT,
        "ttl_expired_count": BIGINT,
    },
    "shq.vw_blocking_errors_by_outreach": {
        "outreach_id": UUID,
        "blocking_tables": "text[]",
        "total_blocking_errors": BIGINT,
    },
}
OF_ONE_ID = (
    "fn_check_company_target_done",
    "fn_check_dol_done",
    "fn_check_blog_done",
    "fn_check_bit_done",
    "fn_has_blocking_dol_errors",
    "fn_has_blocking_company_target_errors",
    "fn_has_blocking_people_errors",
    "fn_is_tier1_marketing_ready",
    "fn_is_tier2_enrichment_complete",
    "fn_is_tier3_campaign_ready",
)
# arguments and result, as pg_get_function_* write them
FUNCTIONS = dict.fromkeys(OF_ONE_ID, ("outreach_id uuid", FLAG)) | {
    "fn_check_people_done": ("outreach_id uuid, min_slots integer DEFAULT 3", FLAG),
    "fn_can_promote_to_hub": ("outreach_id uuid, target_hub text", FLAG),
    "fn_get_promotion_blockers": (
        "outreach_id uuid",
        "TABLE(blocker_type text, blocker_reason text, blocker_severity text, blocks_hub text)",
    ),
    "fn_get_ttl_interval": ("tier ttl_tier", "interval"),
    "fn_archive_expired_errors": ("", "TABLE(source_table text, archived_count bigint)"),
    "fn_auto_park_exhausted_retries": ("", "TABLE(source_table text, parked_count bigint)"),
    "fn_escalate_stale_parked_errors": (
        "",
        (
            "TABLE(source_table text, tier_1_escalated bigint, tier_2_escalated bigint,"
            " tier_3_escalated bigint)"
        ),
    ),
    "fn_cleanup_expired_archives": ("", "TABLE(archive_table text, deleted_count bigint)"),
    "fn_run_error_governance_jobs": ("", "TABLE(job_name text, result_summary jsonb)"),
}
DISPOSITIONS = ("RETRY", "PARKED", "ARCHIVED", "IGNORE", "RESOLVED")
TIERS = ("SHORT", "MEDIUM", "LONG", "INFINITE")
GOVERNED = {
    "disposition": TEXT,
    "retry_count": INT,
    "max_retries": INT,
    "archived_at": MOMENT,
    "parked_at": MOMENT,
    "parked_by": TEXT,
    "park_reason": TEXT,
    "escalation_level": INT,
    "escalated_at": MOMENT,
    "ttl_tier": TEXT,
    "last_retry_at": MOMENT,
    "next_retry_at": MOMENT,
    "retry_exhausted": FLAG,
}
OF_PIPELINES = {
    "failure_code": TEXT,
    "blocking_reason": TEXT,
    "severity": TEXT,
    "retry_allowed": FLAG,
    "raw_input": "jsonb",
    "stack_trace": TEXT,
    "created_at": MOMENT,
    "resolved_at": MOMENT,
    "resolution_note": TEXT,
}
BEFORE = {"error_id": UUID, "outreach_id": UUID, "pipeline_stage": TEXT}
ERRORS = {
    "outreach.dol_errors": BEFORE | OF_PIPELINES,
    "outreach.company_target_errors": BEFORE | {"imo_stage": TEXT} | OF_PIPELINES,
    "people.people_errors": {
        "error_id": UUID,
        "outreach_id": UUID,
        "person_id": UUID,
        "slot_id": UUID,
        "error_stage": TEXT,
        "error_type": TEXT,
        "error_code": TEXT,
        "error_message": TEXT,
        "raw_payload": "jsonb",
        "retry_strategy": TEXT,
        "source_hints_used": "jsonb",
        "status": TEXT,
        "created_at": MOMENT,
        "last_updated_at": MOMENT,
    },
    "company.url_discovery_failures": {
        "failure_id": UUID,
        "company_unique_id": TEXT,
        "website_url": TEXT,
        "domain": TEXT,
        "failure_reason": TEXT,
        "created_at": MOMENT,
    },
    "public.shq_error_log": {
        "error_id": UUID,
        "process_id": TEXT,
        "agent_id": TEXT,
        "severity": TEXT,
        "error_type": TEXT,
        "message": TEXT,
        "company_unique_id": TEXT,
        "outreach_context_id": TEXT,
        "air_event_id": TEXT,
        "context": "jsonb",
        "created_at": MOMENT,
        "resolved_at": MOMENT,
        "resolution_type": TEXT,
    },
}
LIVE = {name: own | GOVERNED for name, own in ERRORS.items()}
# as the seed has them, where nothing is written
TYPED = {
    "disposition": DISPOSITION,
    "retry_count": INT,
    "max_retries": INT,
    "escalation_level": INT,
    "ttl_tier": TIER,
}
ARCHIVES = {
    f"{name}_archive": columns
    | TYPED
    | {
        "archived_by": TEXT,
        "archive_reason": TEXT,
        "final_disposition": DISPOSITION,
        "retention_expires_at": MOMENT,
    }
    for name, columns in LIVE.items()
}
RELATIONS = HUBS | LIVE | ARCHIVES | VIEWS
