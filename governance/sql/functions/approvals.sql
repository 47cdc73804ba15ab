-- Four eyes in the database.
-- Promises: who asked may not vote, a gated plan runs only with the agreement of enough others on
-- exactly this plan, votes count while the voters may vote, and what was agreed to cannot be edited.

-- Who planned what a request is about: a new request for work that is held may come from somebody
-- else, yet it stays the plan of who made it. A call of a tool is planned by who asks.
CREATE OR REPLACE FUNCTION governance.planner_of(asked governance_approval) RETURNS integer
LANGUAGE sql STABLE SET search_path TO public, pg_temp AS $$
    SELECT coalesce(
        (SELECT requester_id FROM governance_operation WHERE id = asked.operation_id),
        (SELECT requester_id FROM governance_playbookrun WHERE id = asked.playbook_run_id),
        asked.requester_id)
$$;

CREATE OR REPLACE FUNCTION governance.votes_that_count(asked governance_approval) RETURNS bigint
LANGUAGE sql STABLE SET search_path TO public, pg_temp AS $$
    SELECT count(*) FROM governance_approvalvote v
    WHERE v.approval_id = asked.id AND v.decision = 'approve' AND v.plan_hash = asked.plan_hash
      AND v.voter_id NOT IN (asked.requester_id, governance.planner_of(asked))
      AND governance.has_right(v.voter_id, 'governance.vote_approval')
$$;

-- Whether the next chunk may run: in whose name it runs has all of these rights, and where a gate
-- stands, an approval in use holds. What Python's policies say at length, in one look.
CREATE OR REPLACE FUNCTION governance.may_go_on(operation bigint, rights text[]) RETURNS boolean
LANGUAGE sql STABLE SET search_path TO public, pg_temp AS $$
    SELECT (SELECT bool_and(governance.has_right(coalesce(o.actor_id, o.requester_id), wanted))
            FROM unnest(rights) wanted)
       AND (o.gate IS NULL OR EXISTS (
            SELECT FROM governance_approval a
            LEFT JOIN governance_playbookrun r ON r.id = o.playbook_run_id
            WHERE a.state = 'used' AND a.plan_hash = coalesce(r.plan_hash, o.plan_hash)
              AND (a.operation_id = o.id OR a.playbook_run_id = o.playbook_run_id)
              AND governance.votes_that_count(a) >= (a.policy ->> 'quorum')::int))
    FROM governance_operation o WHERE o.id = operation
$$;

CREATE OR REPLACE FUNCTION governance.refuse_own_vote() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked governance_approval;
BEGIN
    SELECT * INTO asked FROM governance_approval WHERE id = NEW.approval_id FOR UPDATE;
    IF NEW.voter_id IN (asked.requester_id, governance.planner_of(asked)) THEN
        RAISE EXCEPTION 'whoever asked for an approval cannot vote on it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'four_eyes';
    END IF;
    IF asked.state <> 'pending' THEN
        RAISE EXCEPTION 'this request is %', asked.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_open';
    END IF;
    IF asked.plan_hash <> NEW.plan_hash THEN
        RAISE EXCEPTION 'the vote is about another plan'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'same_plan';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION governance.guard_new_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a request begins as pending, not as %', NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_machine';
END
$$;

CREATE OR REPLACE FUNCTION governance.guard_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.plan_hash, NEW.requester_id, NEW.operation_id, NEW.playbook_run_id, NEW.asked_call_id,
           NEW.policy)
       IS DISTINCT FROM (OLD.plan_hash, OLD.requester_id, OLD.operation_id, OLD.playbook_run_id,
           OLD.asked_call_id, OLD.policy)
       OR (NEW.expires_at > OLD.expires_at AND NOT governance.may_last_so_long(OLD, NEW)) THEN
        RAISE EXCEPTION 'a request keeps its plan, policy and requester, and is never prolonged'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_frozen';
    END IF;
    IF NEW.state <> OLD.state AND NOT (CASE OLD.state
            WHEN 'pending' THEN
                NEW.state IN ('approved', 'rejected', 'withdrawn', 'expired', 'void')
            WHEN 'approved' THEN NEW.state IN ('used', 'pending', 'withdrawn', 'expired', 'void')
            ELSE false END) THEN
        RAISE EXCEPTION 'an approval that is % cannot become %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_machine';
    END IF;
    IF OLD.state = 'used' AND (NEW.used_at, NEW.used_by_call)
       IS DISTINCT FROM (OLD.used_at, OLD.used_by_call) THEN
        RAISE EXCEPTION 'an approval keeps what it was used for'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_frozen';
    END IF;
    IF NEW.state = 'used' AND OLD.state <> 'used' AND NEW.expires_at <= now() THEN
        RAISE EXCEPTION 'this approval has expired'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_unexpired';
    END IF;
    IF NEW.state <> OLD.state AND NEW.state IN ('approved', 'used')
       AND governance.votes_that_count(NEW) < (NEW.policy ->> 'quorum')::int THEN
        RAISE EXCEPTION 'not enough people have approved this'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'quorum_reached';
    END IF;
    RETURN NEW;
END
$$;

-- Approved means: an approval in use for this plan, or for the playbook run this operation belongs
-- to.
CREATE OR REPLACE FUNCTION governance.is_approved(operation governance_operation) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM governance_approval a
        WHERE a.state = 'used' AND (
            (a.operation_id = operation.id AND a.plan_hash = operation.plan_hash)
            OR (operation.playbook_run_id IS NOT NULL
                AND a.playbook_run_id = operation.playbook_run_id
                AND a.plan_hash = (SELECT r.plan_hash FROM governance_playbookrun r
                    WHERE r.id = operation.playbook_run_id))))
$$;

CREATE OR REPLACE FUNCTION governance.guard_operation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.plan_key, NEW.kind, NEW.verb, NEW.parameters, NEW.filter, NEW.as_of,
           NEW.plan_hash, NEW.requester_id, NEW.planned, NEW.undoes_id, NEW.playbook_run_id,
           NEW.created_at)
       IS DISTINCT FROM (OLD.id, OLD.plan_key, OLD.kind, OLD.verb, OLD.parameters, OLD.filter,
           OLD.as_of, OLD.plan_hash, OLD.requester_id, OLD.planned, OLD.undoes_id,
           OLD.playbook_run_id, OLD.created_at)
       AND OLD.plan_hash <> '' AND OLD.id > 0 THEN
        RAISE EXCEPTION 'a frozen plan cannot be edited: discard it and plan again'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_frozen';
    END IF;
    IF NEW.gate IS DISTINCT FROM OLD.gate AND OLD.gate IS NOT NULL THEN
        RAISE EXCEPTION 'a gate cannot be taken off a plan'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'gate_frozen';
    END IF;
    IF NEW.state <> OLD.state AND NOT (CASE OLD.state
            WHEN 'planned' THEN NEW.state IN ('awaiting', 'running', 'cancelled', 'expired')
            WHEN 'awaiting' THEN
                NEW.state IN ('approved', 'planned', 'rejected', 'cancelled', 'expired')
            WHEN 'approved' THEN
                NEW.state IN ('running', 'awaiting', 'planned', 'cancelled', 'expired')
            WHEN 'running' THEN NEW.state IN ('paused', 'done', 'cancelled', 'failed')
            WHEN 'paused' THEN NEW.state IN ('running', 'cancelled')
            ELSE false END) THEN
        RAISE EXCEPTION 'an operation that is % cannot become %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'operation_machine';
    END IF;
    IF NEW.state = 'running' AND OLD.state <> 'running' AND NEW.gate IS NOT NULL
       AND NOT governance.is_approved(NEW) THEN
        RAISE EXCEPTION 'this plan needs the approval of somebody else'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_required';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION governance.guard_new_operation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT governance.is_approved(NEW) THEN
        RAISE EXCEPTION 'this plan needs the approval of somebody else'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_required';
    END IF;
    RETURN NEW;
END
$$;

-- An outcome is written once.
CREATE OR REPLACE FUNCTION governance.guard_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.outcome <> 'planned' THEN
        RAISE EXCEPTION 'an outcome is written once'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'outcome_once';
    END IF;
    RETURN NEW;
END
$$;

-- A request stands under a policy that exists: nobody asks for nobody's agreement.
CREATE OR REPLACE FUNCTION governance.guard_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM governance_approvalpolicy p
            WHERE p.name = NEW.policy ->> 'name'
              AND p.version = (NEW.policy ->> 'version')::int
              AND p.quorum = (NEW.policy ->> 'quorum')::int) THEN
        RAISE EXCEPTION 'no such approval policy'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_policy_known';
    END IF;
    RETURN NEW;
END
$$;

-- What was counted, hashed and agreed to neither grows nor changes its rows.
CREATE OR REPLACE FUNCTION governance.guard_new_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM governance_operation o
            WHERE o.plan_hash <> '' AND o.plan_key IN (SELECT plan_key FROM new_rows)) THEN
        RAISE EXCEPTION 'a frozen plan takes no further rows'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_frozen';
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION governance.guard_item_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a planned row keeps its subject and version'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_frozen';
END
$$;
