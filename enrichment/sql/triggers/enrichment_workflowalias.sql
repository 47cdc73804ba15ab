-- An alias is no workflow's name.
CREATE OR REPLACE TRIGGER b_name BEFORE INSERT OR UPDATE ON enrichment_workflowalias
FOR EACH ROW EXECUTE FUNCTION enrichment.refuse_taken_alias();

CREATE OR REPLACE TRIGGER f_names AFTER INSERT OR UPDATE OR DELETE ON enrichment_workflowalias
FOR EACH ROW EXECUTE FUNCTION enrichment.note_aliases();
