CREATE OR REPLACE TRIGGER a_guard
    BEFORE UPDATE ON governance_playbookrun
    FOR EACH ROW EXECUTE FUNCTION governance.guard_run();
