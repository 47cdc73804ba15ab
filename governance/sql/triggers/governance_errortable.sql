CREATE OR REPLACE TRIGGER f_readiness
    AFTER UPDATE OF hub_id ON governance_errortable
    FOR EACH ROW WHEN (NEW.hub_id IS DISTINCT FROM OLD.hub_id)
    EXECUTE FUNCTION governance.readiness_hub();

CREATE OR REPLACE TRIGGER f_purge_consent
    AFTER UPDATE OF retention ON governance_errortable
    FOR EACH ROW WHEN (NEW.retention IS DISTINCT FROM OLD.retention)
    EXECUTE FUNCTION governance.void_consents();
