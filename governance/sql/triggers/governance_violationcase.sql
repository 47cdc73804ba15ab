CREATE OR REPLACE TRIGGER a_file
    BEFORE INSERT ON governance_violationcase
    FOR EACH ROW EXECUTE FUNCTION governance.file_case();

CREATE OR REPLACE TRIGGER a_guard
    BEFORE UPDATE ON governance_violationcase
    FOR EACH ROW EXECUTE FUNCTION governance.guard_case();
