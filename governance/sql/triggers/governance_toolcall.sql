CREATE OR REPLACE TRIGGER a_guard
    BEFORE UPDATE ON governance_toolcall
    FOR EACH ROW EXECUTE FUNCTION governance.guard_toolcall();

CREATE OR REPLACE TRIGGER b_count_new
    AFTER INSERT ON governance_toolcall
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.count_new_calls();

CREATE OR REPLACE TRIGGER c_count_settled
    AFTER UPDATE ON governance_toolcall
    FOR EACH ROW EXECUTE FUNCTION governance.count_settled_call();
