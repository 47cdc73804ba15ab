CREATE OR REPLACE TRIGGER a_file
    BEFORE INSERT ON governance_huberror
    FOR EACH ROW EXECUTE FUNCTION governance.file_error();

CREATE OR REPLACE TRIGGER a_guard
    BEFORE UPDATE ON governance_huberror
    FOR EACH ROW WHEN (
        (governance.is_in_order(OLD, NEW)
            AND governance.may_become(OLD.disposition, NEW.disposition)) IS NOT TRUE)
    EXECUTE FUNCTION governance.guard_error();

CREATE OR REPLACE TRIGGER b_allowed_insert
    AFTER INSERT ON governance_huberror
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.refuse_disallowed_dispositions();

CREATE OR REPLACE TRIGGER b_allowed_update
    AFTER UPDATE ON governance_huberror
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.refuse_disallowed_dispositions();

CREATE OR REPLACE TRIGGER c_index
    AFTER INSERT ON governance_huberror
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.index_new_errors();

CREATE OR REPLACE TRIGGER c_unindex
    AFTER DELETE ON governance_huberror
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.unindex_gone_errors();

CREATE OR REPLACE TRIGGER a_held
    BEFORE UPDATE OF held_at, held_by, hold_reason ON governance_huberror
    FOR EACH ROW WHEN (OLD.held_at IS NOT NULL
        AND (NEW.held_at IS DISTINCT FROM OLD.held_at
            OR NEW.held_by IS DISTINCT FROM OLD.held_by
            OR NEW.hold_reason IS DISTINCT FROM OLD.hold_reason))
    EXECUTE FUNCTION governance.refuse_lifting();

CREATE OR REPLACE TRIGGER b_held
    AFTER DELETE ON governance_huberror
    FOR EACH ROW WHEN (OLD.held_at IS NOT NULL)
    EXECUTE FUNCTION governance.refuse_deleting_held();
