-- The names of the seed, for pipelines and people with psql. Source: seed 'Data Cleanup TODO', phase 2.

-- The latest state of each workflow and entity. INSERT, UPDATE and the upsert by (workflow_name,
-- entity_key) write runs: what is here follows them. A key is normalised or refused; rows stay.
CREATE OR REPLACE VIEW reference.enrichment_runs AS
SELECT
    id,
    workflow_name,
    entity_key,
    entity_type,
    status,
    records_processed,
    started_at,
    completed_at,
    source
FROM enrichment_state;
