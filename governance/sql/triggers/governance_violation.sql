CREATE OR REPLACE TRIGGER g_open
    AFTER INSERT ON governance_violation
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.open_cases();
