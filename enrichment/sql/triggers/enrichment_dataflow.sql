-- One flow of each layer leads; the seed's columns name it.
CREATE OR REPLACE TRIGGER b_primary BEFORE INSERT ON enrichment_dataflow
FOR EACH ROW EXECUTE FUNCTION enrichment.choose_primary();

CREATE OR REPLACE TRIGGER f_columns AFTER INSERT OR UPDATE OR DELETE ON enrichment_dataflow
FOR EACH ROW EXECUTE FUNCTION enrichment.keep_flow_columns();
