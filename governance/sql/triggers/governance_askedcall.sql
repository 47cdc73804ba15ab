CREATE OR REPLACE TRIGGER a_guard
    BEFORE INSERT ON governance_askedcall
    FOR EACH ROW EXECUTE FUNCTION governance.guard_asked_call();
