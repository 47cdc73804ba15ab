CREATE OR REPLACE TRIGGER g_transition
    AFTER INSERT OR DELETE ON governance_readiness
    FOR EACH ROW EXECUTE FUNCTION governance.record_transition();

CREATE OR REPLACE TRIGGER g_transition_update
    AFTER UPDATE ON governance_readiness
    FOR EACH ROW WHEN (
        OLD.tier IS DISTINCT FROM NEW.tier OR OLD.reason IS DISTINCT FROM NEW.reason
        OR OLD.promotable IS DISTINCT FROM NEW.promotable)
    EXECUTE FUNCTION governance.record_transition();
