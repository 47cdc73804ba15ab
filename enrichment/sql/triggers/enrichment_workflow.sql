-- What the seed's columns say, flows, intent and earlier names say as well.
CREATE OR REPLACE TRIGGER b_intent BEFORE INSERT OR UPDATE OF intent, coalesces_to_core ON enrichment_workflow
FOR EACH ROW EXECUTE FUNCTION enrichment.keep_intent();

-- in this order: all tables, then those that the columns name; the name, then the other names
CREATE OR REPLACE TRIGGER e_tables AFTER INSERT OR UPDATE OF all_tables ON enrichment_workflow
FOR EACH ROW EXECUTE FUNCTION enrichment.keep_tables();

CREATE OR REPLACE TRIGGER f_flows AFTER INSERT OR UPDATE OF raw_table, extracted_table, core_table, key_column, all_tables ON enrichment_workflow
FOR EACH ROW EXECUTE FUNCTION enrichment.keep_flows();

CREATE OR REPLACE TRIGGER f_name AFTER INSERT ON enrichment_workflow
FOR EACH ROW EXECUTE FUNCTION enrichment.keep_names();

CREATE OR REPLACE TRIGGER f_renamed AFTER UPDATE OF workflow_name ON enrichment_workflow
FOR EACH ROW WHEN (NEW.workflow_name <> OLD.workflow_name) EXECUTE FUNCTION enrichment.keep_names();

CREATE OR REPLACE TRIGGER g_names AFTER INSERT OR UPDATE OF other_names ON enrichment_workflow
FOR EACH ROW EXECUTE FUNCTION enrichment.keep_aliases();

CREATE OR REPLACE TRIGGER b_parts BEFORE DELETE ON enrichment_workflow
FOR EACH ROW EXECUTE FUNCTION enrichment.drop_parts();

CREATE OR REPLACE TRIGGER b_tables BEFORE INSERT OR UPDATE OF raw_table, extracted_table, core_table, key_column, all_tables, other_names ON enrichment_workflow
FOR EACH ROW EXECUTE FUNCTION enrichment.read_tables();
