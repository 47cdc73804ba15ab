CREATE OR REPLACE TRIGGER g_guard
    BEFORE INSERT OR UPDATE ON governance_canonversion
    FOR EACH ROW EXECUTE FUNCTION governance.guard_canonversion();
