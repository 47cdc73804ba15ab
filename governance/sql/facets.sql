-- One number for a combination of facet values; the counters know every combination that there is.
-- Promises: two errors with the same facet values have the same key. Different values may share a key (once in
-- 2^64), so whoever looks rows up by key filters by the values as well.

CREATE OR REPLACE FUNCTION governance.facet_key(error_table text, code text, disposition text, ttl_tier text, owner text, park_reason text,
    retry_count int, category text, severity text, escalation_level int, stage text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT hash_array_extended(ARRAY[error_table, code, disposition, ttl_tier, owner, park_reason,
        retry_count::text, category, severity, escalation_level::text, stage], 0)
$$;
