-- Coverage is counted over entities: each that has a state is one.
CREATE OR REPLACE TRIGGER g_entities AFTER INSERT ON enrichment_state
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION enrichment.know_entities();

-- What writes a state without being a trigger itself is plain SQL, or keeps figures that no run has.
CREATE OR REPLACE TRIGGER a_read BEFORE INSERT ON enrichment_state
FOR EACH ROW WHEN (pg_trigger_depth() = 0)
EXECUTE FUNCTION enrichment.read_state();

CREATE OR REPLACE TRIGGER b_keeps_key BEFORE UPDATE OF id, workflow_name, entity_type, entity_key ON enrichment_state
FOR EACH ROW WHEN (
    pg_trigger_depth() = 0
    AND (NEW.id, NEW.workflow_name, NEW.entity_type, NEW.entity_key)
        IS DISTINCT FROM (OLD.id, OLD.workflow_name, OLD.entity_type, OLD.entity_key))
EXECUTE FUNCTION enrichment.refuse_other_state('another key');

CREATE OR REPLACE TRIGGER b_stays BEFORE DELETE ON enrichment_state
FOR EACH ROW WHEN (pg_trigger_depth() = 0)
EXECUTE FUNCTION enrichment.refuse_other_state('DELETE');

CREATE OR REPLACE TRIGGER b_stays_all BEFORE TRUNCATE ON enrichment_state
FOR EACH STATEMENT EXECUTE FUNCTION enrichment.refuse_other_state('TRUNCATE');

CREATE OR REPLACE TRIGGER h_run_insert AFTER INSERT ON enrichment_state
FOR EACH ROW WHEN (pg_trigger_depth() = 0)
EXECUTE FUNCTION enrichment.run_from_state();

CREATE OR REPLACE TRIGGER h_run_update AFTER UPDATE ON enrichment_state
FOR EACH ROW WHEN (
    pg_trigger_depth() = 0
    AND (NEW.status, NEW.records_processed, NEW.started_at, NEW.completed_at, NEW.source)
        IS DISTINCT FROM (OLD.status, OLD.records_processed, OLD.started_at, OLD.completed_at, OLD.source))
EXECUTE FUNCTION enrichment.run_from_state();
