CREATE OR REPLACE TRIGGER f_readiness
    AFTER INSERT ON governance_readinesspolicy
    FOR EACH STATEMENT EXECUTE FUNCTION governance.readiness_policy();
