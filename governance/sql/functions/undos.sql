-- Undos: which versions of a row are the same state again.
-- Promises: after OP-1 and OP-2 changed a row and OP-2 was taken back, the row stands where OP-1
-- left it, whatever its version says; changes that nobody took back stay changes.

-- For the rows that later undos took back: the version a row has after it (or had), and each
-- earlier version whose state that is. Versions fall from step to step, so the walk ends.
CREATE OR REPLACE FUNCTION governance.taken_back(original bigint)
RETURNS TABLE (subject_id text, version integer, stands_for integer) LANGUAGE sql STABLE
SET search_path TO public, pg_temp AS $$
    WITH RECURSIVE steps AS MATERIALIZED (
        SELECT u.subject_id, u.version + 1 AS version, coalesce(i.version, 0) AS stands_for
        FROM governance_operation o
        JOIN governance_operation b
            ON b.kind = 'undo' AND b.applied > 0 AND b.started_at >= o.started_at
        JOIN governance_operationitem u ON u.plan_key = b.plan_key AND u.outcome = 'applied'
        JOIN governance_operation undone ON undone.id = b.undoes_id
        JOIN governance_operationitem i
            ON i.plan_key = undone.plan_key AND i.subject_id = u.subject_id
        WHERE o.id = original AND u.version > 0
    ), walk AS (
        SELECT s.subject_id, s.version, s.stands_for FROM steps s
        UNION
        SELECT w.subject_id, w.version, s.stands_for
        FROM walk w JOIN steps s ON s.subject_id = w.subject_id AND s.version = w.stands_for
    )
    SELECT w.subject_id, w.version, w.stands_for FROM walk w
$$;
