CREATE OR REPLACE TRIGGER c_type AFTER INSERT ON enrichment_run
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION enrichment.refuse_other_type();

-- The states follow the runs.
CREATE OR REPLACE TRIGGER f_states_insert AFTER INSERT ON enrichment_run
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION enrichment.keep_states();

CREATE OR REPLACE TRIGGER f_states_update AFTER UPDATE ON enrichment_run
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION enrichment.keep_states();

CREATE OR REPLACE TRIGGER b_stays BEFORE UPDATE OF id, workflow_id, entity_type, entity_key ON enrichment_run
FOR EACH ROW EXECUTE FUNCTION enrichment.refuse_moved_run();
