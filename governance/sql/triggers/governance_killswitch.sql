CREATE OR REPLACE TRIGGER g_guard
    BEFORE UPDATE ON governance_killswitch
    FOR EACH ROW EXECUTE FUNCTION governance.guard_killswitch();
