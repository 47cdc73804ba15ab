-- Coverage is counted over entities: each that has a state is one.
CREATE OR REPLACE TRIGGER g_entities AFTER INSERT ON enrichment_state
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION enrichment.know_entities();
