-- The registry under the seed's name: SELECT, INSERT, UPDATE and the upsert by workflow_name work
-- on it as on a table; flows, intent, earlier names and history follow by trigger.
CREATE OR REPLACE VIEW reference.enrichment_workflow_registry AS
SELECT workflow_name, raw_table, extracted_table, core_table, key_column, key_type,
    coalesces_to_core, is_active, provider, platform, payload_type, description
FROM enrichment_workflow;
