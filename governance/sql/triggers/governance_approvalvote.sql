CREATE OR REPLACE TRIGGER a_four_eyes
    BEFORE INSERT ON governance_approvalvote
    FOR EACH ROW EXECUTE FUNCTION governance.refuse_own_vote();
