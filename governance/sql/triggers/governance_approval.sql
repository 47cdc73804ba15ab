CREATE OR REPLACE TRIGGER a_guard
    BEFORE UPDATE ON governance_approval
    FOR EACH ROW EXECUTE FUNCTION governance.guard_approval();

CREATE OR REPLACE TRIGGER a_guard_new
    BEFORE INSERT ON governance_approval
    FOR EACH ROW WHEN (NEW.state IN ('approved', 'used'))
    EXECUTE FUNCTION governance.guard_new_approval();

CREATE OR REPLACE TRIGGER a_policy
    BEFORE INSERT ON governance_approval
    FOR EACH ROW EXECUTE FUNCTION governance.guard_request();
