-- Calls of tools that a person is asked to agree to.
-- Promises: the digest that people agree to is that of the call as it stands here, a request for a
-- call is bound to its digest, and each step of a request is in the history, whoever takes it.

CREATE OR REPLACE FUNCTION governance.digest_of_call(asked governance_askedcall) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(concat_ws(E'\n', asked.tool, asked.hub_id, asked.entity,
        asked.canon_version, asked.price, asked.facts), 'UTF8')), 'hex')
$$;

CREATE OR REPLACE FUNCTION governance.guard_asked_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.digest <> governance.digest_of_call(NEW) OR concat(NEW.tool, NEW.hub_id, NEW.entity,
            NEW.price, NEW.facts) ~ E'\n' THEN
        RAISE EXCEPTION 'the digest of a call is not that of what is asked'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'askedcall_digest';
    END IF;
    RETURN NEW;
END
$$;

-- What people vote on is the digest of the call that the request names.
CREATE OR REPLACE FUNCTION governance.guard_request_of_call() RETURNS trigger
LANGUAGE plpgsql SET search_path TO public, pg_temp AS $$
BEGIN
    IF NEW.plan_hash IS DISTINCT FROM (
            SELECT digest FROM governance_askedcall WHERE id = NEW.asked_call_id) THEN
        RAISE EXCEPTION 'the request is about another call'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'same_call';
    END IF;
    RETURN NEW;
END
$$;

-- Whether the end of a request is put off as it may be: once, when a call is agreed to, for as long
-- as its policy says, and until calling hours are open where it keeps any.
CREATE OR REPLACE FUNCTION governance.may_last_so_long(
    before governance_approval, after governance_approval) RETURNS boolean
LANGUAGE sql STABLE SET search_path TO public, pg_temp AS $$
    SELECT after.asked_call_id IS NOT NULL
       AND before.state = 'pending' AND after.state = 'approved'
       AND after.expires_at <= clock_timestamp()
           + make_interval(hours => (after.policy ->> 'hours_valid')::int)
           + (SELECT CASE WHEN c.contact_zone = '' THEN interval '0' ELSE interval '50 hours' END
              FROM governance_askedcall c WHERE c.id = after.asked_call_id)
$$;

CREATE OR REPLACE FUNCTION governance.record_request_of_call() RETURNS trigger
LANGUAGE plpgsql SET search_path TO public, pg_temp AS $$
DECLARE
    actor_ text := governance.setting('actor');
    before_ text := CASE WHEN TG_OP = 'UPDATE' THEN OLD.state END;
    step text := CASE
        WHEN before_ IS NULL THEN 'requested'
        WHEN NEW.state = 'pending' THEN 'fell_back'
        WHEN NEW.state = 'used' THEN 'spent'
        WHEN NEW.state = 'void' THEN 'voided'
        ELSE NEW.state END;
BEGIN
    IF NEW.state = before_ THEN
        RETURN NULL;
    END IF;
    INSERT INTO governance_event (
        txid, db_user, action, subject_type, subject_key, outreach_id,
        actor, reason, channel, request_id, from_state, to_state, before, after)
    SELECT
        pg_current_xact_id()::text::bigint, session_user, 'approval.' || step, 'approval',
        NEW.id::text, c.outreach_id, actor_, governance.setting('reason'),
        governance.setting('channel'), governance.setting('request'), before_, NEW.state,
        CASE WHEN actor_ IS NULL AND TG_OP = 'UPDATE' THEN to_jsonb(OLD) END,
        CASE WHEN actor_ IS NULL THEN to_jsonb(NEW) END
    FROM governance_askedcall c WHERE c.id = NEW.asked_call_id;
    RETURN NULL;
END
$$;
