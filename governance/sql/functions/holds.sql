-- Legal holds, whoever deletes or writes.
-- Promises: what is under hold is deleted by nobody, and moves between queue and archive with its
-- hold; a hold goes or changes by an operation alone that somebody else has agreed to.

-- Asked after the statement: a row that moved stands in the other table by then, the same error with
-- the same hold; what else has its id there keeps nothing of it.
CREATE OR REPLACE FUNCTION governance.refuse_deleting_held() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (
            SELECT id, held_at, held_by, hold_reason, created_at, code, message, details
            FROM governance_archivederror WHERE TG_TABLE_NAME = 'governance_huberror'
            UNION ALL
            SELECT id, held_at, held_by, hold_reason, created_at, code, message, details
            FROM governance_huberror WHERE TG_TABLE_NAME = 'governance_archivederror') m
        WHERE m.id = OLD.id
          AND (m.held_at, m.held_by, m.hold_reason) = (OLD.held_at, OLD.held_by, OLD.hold_reason)
          AND (m.created_at, m.code, m.message, m.details)
            = (OLD.created_at, OLD.code, OLD.message, OLD.details)) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'it is under legal hold since % and is not deleted: lift the hold first',
            to_char(OLD.held_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')
        USING ERRCODE = 'check_violation', CONSTRAINT = 'legal_hold', TABLE = TG_TABLE_NAME,
            DETAIL = format('%s: %s', OLD.id, left(OLD.hold_reason, 200));
END
$$;

-- Whether the operation under way may lift the hold on this error: it was planned for it, and
-- somebody else has agreed.
CREATE OR REPLACE FUNCTION governance.may_lift(error uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM governance_operation o
        JOIN governance_operationitem i
            ON i.plan_key = o.plan_key AND i.subject_id = error::text AND i.outcome <> 'skipped'
        WHERE o.id = governance.setting('operation')::bigint
          AND o.state = 'running' AND o.gate IS NOT NULL AND governance.is_approved(o)
          AND (o.kind = 'verb' AND o.verb IN ('lift_hold', 'lift_archived_hold')
            OR o.kind = 'undo' AND o.verb IN ('hold', 'hold_archived')))
$$;

CREATE OR REPLACE FUNCTION governance.refuse_lifting() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF NOT governance.may_lift(OLD.id) THEN
        RAISE EXCEPTION 'a legal hold is lifted by an operation that somebody else has agreed to'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'legal_hold', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$;
