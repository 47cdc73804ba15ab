CREATE OR REPLACE TRIGGER a_guard
    BEFORE UPDATE ON governance_archivederror
    FOR EACH ROW EXECUTE FUNCTION governance.guard_archived();

CREATE OR REPLACE TRIGGER c_unindex
    AFTER DELETE ON governance_archivederror
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.unindex_gone_errors();

CREATE OR REPLACE TRIGGER a_held
    BEFORE UPDATE OF held_at, held_by, hold_reason ON governance_archivederror
    FOR EACH ROW WHEN (OLD.held_at IS NOT NULL
        AND (NEW.held_at IS DISTINCT FROM OLD.held_at
            OR NEW.held_by IS DISTINCT FROM OLD.held_by
            OR NEW.hold_reason IS DISTINCT FROM OLD.hold_reason))
    EXECUTE FUNCTION governance.refuse_lifting();

CREATE OR REPLACE TRIGGER b_held
    AFTER DELETE ON governance_archivederror
    FOR EACH ROW WHEN (OLD.held_at IS NOT NULL)
    EXECUTE FUNCTION governance.refuse_deleting_held();
