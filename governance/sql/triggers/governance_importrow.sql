CREATE OR REPLACE TRIGGER a_guard
    BEFORE UPDATE OR DELETE ON governance_importrow
    FOR EACH ROW EXECUTE FUNCTION governance.guard_staged_row();
