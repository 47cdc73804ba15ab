-- Staged rows of imports.
-- Promises: what was approved cannot be edited: rows of a file that has become an operation change
-- only after it has ended.

CREATE OR REPLACE FUNCTION governance.guard_staged_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM governance_importfile f JOIN governance_operation o ON o.id = f.operation_id
        WHERE f.id = OLD.file_id
          AND o.state IN ('planned', 'awaiting', 'approved', 'running', 'paused')) THEN
        RAISE EXCEPTION 'row % belongs to a planned import and cannot change', OLD.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'staged_row_frozen',
                TABLE = 'governance_importrow';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
