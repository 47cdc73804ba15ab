CREATE OR REPLACE TRIGGER a_guard
    BEFORE UPDATE ON governance_archivederror
    FOR EACH ROW EXECUTE FUNCTION governance.guard_archived();

CREATE OR REPLACE TRIGGER c_unindex
    AFTER DELETE ON governance_archivederror
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.unindex_gone_errors();
