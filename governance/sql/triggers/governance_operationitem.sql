CREATE OR REPLACE TRIGGER a_facts
    BEFORE UPDATE OF plan_key, subject_id, version ON governance_operationitem
    FOR EACH ROW EXECUTE FUNCTION governance.guard_item_facts();

CREATE OR REPLACE TRIGGER a_frozen
    AFTER INSERT ON governance_operationitem
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.guard_new_items();

CREATE OR REPLACE TRIGGER a_guard
    BEFORE UPDATE ON governance_operationitem
    FOR EACH ROW WHEN (OLD.outcome <> 'planned')
    EXECUTE FUNCTION governance.guard_items();
