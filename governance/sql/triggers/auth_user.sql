CREATE OR REPLACE TRIGGER a_account_kept
    BEFORE DELETE ON auth_user
    FOR EACH ROW EXECUTE FUNCTION governance.guard_account();

CREATE OR REPLACE TRIGGER a_account_name_kept
    BEFORE UPDATE OF id, username ON auth_user
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.username <> OLD.username)
    EXECUTE FUNCTION governance.guard_account();

CREATE OR REPLACE TRIGGER b_account_name_free
    BEFORE INSERT OR UPDATE OF username ON auth_user
    FOR EACH ROW EXECUTE FUNCTION governance.guard_account_name();

CREATE OR REPLACE TRIGGER never_emptied
    BEFORE TRUNCATE ON auth_user
    FOR EACH STATEMENT EXECUTE FUNCTION outreach_admin.refuse_change('is never emptied at once');

CREATE OR REPLACE TRIGGER c_pipeline_kept
    BEFORE UPDATE OF password ON auth_user
    FOR EACH ROW WHEN (governance.is_pipeline(OLD.password) AND NEW.password <> OLD.password)
    EXECUTE FUNCTION governance.guard_pipeline();
