-- An alias is no workflow's name.
CREATE OR REPLACE TRIGGER b_name BEFORE INSERT OR UPDATE ON enrichment_workflowalias
FOR EACH ROW EXECUTE FUNCTION enrichment.refuse_taken_alias();
