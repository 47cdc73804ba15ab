-- History: one event per changed row, in the statement that changes it (declarations/history.py).
-- Promises: nothing changes a row of a model that declares its history without an event, whoever
-- changes it; a row written as it was leaves none; events are never altered.

-- What the console says of itself. Only who could write the history by himself is believed: a login
-- without that right is recorded as himself, whatever he sets.
CREATE OR REPLACE FUNCTION governance.setting(name text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN has_table_privilege(session_user, 'public.governance_event', 'INSERT')
        THEN nullif(current_setting('outreach.' || name, true), '') END
$$;

CREATE OR REPLACE FUNCTION governance.outside_action(from_state text, to_state text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN from_state = to_state THEN 'UPDATE'
        WHEN to_state = 'PARKED' THEN 'PARK'
        WHEN to_state = 'RETRY' AND from_state = 'PARKED' THEN 'UNPARK'
        WHEN to_state = 'RETRY' THEN 'RETRY'
        WHEN to_state = 'RESOLVED' THEN 'RESOLVE'
        WHEN to_state = 'ARCHIVED' THEN 'ARCHIVE'
        WHEN to_state = 'IGNORE' THEN 'IGNORE'
        ELSE 'UPDATE' END
$$;

-- Reference data (hubs, error tables, codes, approval policies): the whole row before and after;
-- argument 0 names the column that the subject is known by.
CREATE OR REPLACE FUNCTION governance.record_reference_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    before_ jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    after_ jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
BEGIN
    IF before_ = after_ THEN
        RETURN NULL;
    END IF;
    INSERT INTO governance_event (
        txid, db_user, action, subject_type, subject_key,
        actor, reason, channel, request_id, before, after)
    VALUES (
        pg_current_xact_id()::text::bigint, session_user, TG_OP, TG_TABLE_NAME,
        coalesce(after_, before_) ->> TG_ARGV[0],
        governance.setting('actor'), governance.setting('reason'),
        governance.setting('channel'), governance.setting('request'), before_, after_);
    RETURN NULL;
END
$$;
