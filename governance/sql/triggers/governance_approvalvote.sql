CREATE OR REPLACE TRIGGER a_four_eyes
    BEFORE INSERT ON governance_approvalvote
    FOR EACH ROW EXECUTE FUNCTION governance.refuse_own_vote();

CREATE OR REPLACE TRIGGER b_people_vote
    BEFORE INSERT OR UPDATE OF voter_id ON governance_approvalvote
    FOR EACH ROW EXECUTE FUNCTION governance.refuse_vote_of_pipeline();
