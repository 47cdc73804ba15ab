CREATE OR REPLACE TRIGGER a_guard
    BEFORE INSERT OR UPDATE OF account_id, kind, digest, prefix, revoked_at,
        revoked_by_id, renews_id
    ON governance_token
    FOR EACH ROW EXECUTE FUNCTION governance.guard_token();

CREATE OR REPLACE TRIGGER b_use
    BEFORE UPDATE ON governance_token
    FOR EACH ROW WHEN (NEW.last_used_at IS DISTINCT FROM OLD.last_used_at
        OR NEW.last_used_from IS DISTINCT FROM OLD.last_used_from)
    EXECUTE FUNCTION governance.pass_over_use();
