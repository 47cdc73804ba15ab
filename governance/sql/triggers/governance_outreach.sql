CREATE OR REPLACE TRIGGER f_readiness
    AFTER INSERT ON governance_outreach
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.readiness_new_ids();

CREATE OR REPLACE TRIGGER f_readiness_domain
    AFTER UPDATE ON governance_outreach
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.readiness_domain();

CREATE OR REPLACE TRIGGER f_readiness_gone
    BEFORE DELETE ON governance_outreach
    FOR EACH ROW EXECUTE FUNCTION governance.readiness_gone();
