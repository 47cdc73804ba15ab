CREATE OR REPLACE TRIGGER a_guard_new
    BEFORE INSERT ON governance_purgeconsent
    FOR EACH ROW EXECUTE FUNCTION governance.guard_new_consent();

CREATE OR REPLACE TRIGGER a_guard
    BEFORE UPDATE ON governance_purgeconsent
    FOR EACH ROW EXECUTE FUNCTION governance.guard_consent();
