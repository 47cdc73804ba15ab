CREATE OR REPLACE TRIGGER a_guard
    BEFORE UPDATE ON governance_operation
    FOR EACH ROW EXECUTE FUNCTION governance.guard_operation();

CREATE OR REPLACE TRIGGER a_guard_new
    BEFORE INSERT ON governance_operation
    FOR EACH ROW WHEN (NEW.gate IS NOT NULL AND NEW.state IN ('approved', 'running', 'paused'))
    EXECUTE FUNCTION governance.guard_new_operation();

CREATE OR REPLACE TRIGGER a_guard_run
    BEFORE INSERT ON governance_operation
    FOR EACH ROW WHEN (NEW.playbook_run_id IS NOT NULL)
    EXECUTE FUNCTION governance.guard_run_members();
