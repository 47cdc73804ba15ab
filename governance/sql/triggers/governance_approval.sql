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

CREATE OR REPLACE TRIGGER b_call
    BEFORE INSERT ON governance_approval
    FOR EACH ROW WHEN (NEW.asked_call_id IS NOT NULL)
    EXECUTE FUNCTION governance.guard_request_of_call();

CREATE OR REPLACE TRIGGER e_call_history
    AFTER INSERT OR UPDATE ON governance_approval
    FOR EACH ROW WHEN (NEW.asked_call_id IS NOT NULL)
    EXECUTE FUNCTION governance.record_request_of_call();
