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
