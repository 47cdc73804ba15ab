-- History: one event per changed row, in the statement that changes it.
-- The console names itself through settings local to its transaction (outreach.actor, .operation, .action, .reason,
-- .channel, .request); a change without an actor came from outside and keeps the full row before and after.
-- Promises: nothing changes a live error or a company target without an event; events are never altered.

CREATE OR REPLACE FUNCTION governance.setting(name text) RETURNS text
LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('outreach.' || name, true), '') $$;

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

CREATE OR REPLACE FUNCTION governance.record_error_updates() RETURNS trigger LANGUAGE plpgsql
-- Transition tables have no statistics: without this the self-join goes nested-loop.
SET enable_nestloop TO off AS $$
DECLARE
    actor_ text := governance.setting('actor');
    action_ text := governance.setting('action');
    operation_ bigint := governance.setting('operation')::bigint;
    reason_ text := governance.setting('reason');
    channel_ text := governance.setting('channel');
    request_ text := governance.setting('request');
BEGIN
    INSERT INTO governance_event (txid, db_user, action, subject_type, subject_id, outreach_id, operation_id, actor, reason, channel, request_id,
        from_state, to_state, retry_count, next_retry_at, park_reason, owner, ttl_tier, escalation_level, before, after)
    SELECT pg_current_xact_id()::text::bigint, session_user, coalesce(action_, governance.outside_action(o.disposition, n.disposition)),
        n.error_table, n.id, n.outreach_id, operation_, actor_, reason_, channel_, request_,
        o.disposition, n.disposition, n.retry_count, n.next_retry_at, n.park_reason, n.owner, n.ttl_tier, n.escalation_level,
        CASE WHEN actor_ IS NULL THEN to_jsonb(o) - 'message_key' END, CASE WHEN actor_ IS NULL THEN to_jsonb(n) - 'message_key' END
    FROM new_rows n JOIN old_rows o USING (id);
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION governance.record_error_inserts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    actor_ text := governance.setting('actor');
BEGIN
    INSERT INTO governance_event (txid, db_user, action, subject_type, subject_id, outreach_id, operation_id, actor, reason, channel, request_id,
        to_state, retry_count, next_retry_at, park_reason, owner, ttl_tier, escalation_level)
    SELECT pg_current_xact_id()::text::bigint, session_user, coalesce(governance.setting('action'), 'CREATE'), n.error_table, n.id, n.outreach_id,
        governance.setting('operation')::bigint, actor_, governance.setting('reason'), governance.setting('channel'), governance.setting('request'),
        n.disposition, n.retry_count, n.next_retry_at, n.park_reason, n.owner, n.ttl_tier, n.escalation_level
    FROM new_rows n;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION governance.record_error_deletes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    actor_ text := governance.setting('actor');
BEGIN
    INSERT INTO governance_event (txid, db_user, action, subject_type, subject_id, outreach_id, operation_id, actor, reason, channel, request_id,
        from_state, to_state, retry_count, park_reason, owner, ttl_tier, escalation_level, before)
    SELECT pg_current_xact_id()::text::bigint, session_user,
        coalesce(governance.setting('action'), CASE WHEN a.id IS NULL THEN 'DELETE' ELSE 'ARCHIVE' END), o.error_table, o.id, o.outreach_id,
        governance.setting('operation')::bigint, actor_, governance.setting('reason'), governance.setting('channel'), governance.setting('request'),
        o.disposition, CASE WHEN a.id IS NULL THEN NULL ELSE 'ARCHIVED' END, o.retry_count, o.park_reason, o.owner, o.ttl_tier, o.escalation_level,
        CASE WHEN a.id IS NULL THEN to_jsonb(o) - 'message_key' END
    FROM old_rows o LEFT JOIN governance_archivederror a ON a.id = o.id;
    RETURN NULL;
END
$$;

-- An archived row that disappears without coming back to the queue was purged.
CREATE OR REPLACE FUNCTION governance.record_archive_deletes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO governance_event (txid, db_user, action, subject_type, subject_id, outreach_id, operation_id, actor, reason, channel, request_id, from_state, before)
    SELECT pg_current_xact_id()::text::bigint, session_user, 'PURGE', o.error_table, o.id, o.outreach_id,
        governance.setting('operation')::bigint, governance.setting('actor'), governance.setting('reason'), governance.setting('channel'),
        governance.setting('request'), 'ARCHIVED', to_jsonb(o) - 'message_key'
    FROM old_rows o WHERE NOT EXISTS (SELECT FROM governance_huberror e WHERE e.id = o.id);
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION governance.record_archive_updates() RETURNS trigger LANGUAGE plpgsql
SET enable_nestloop TO off AS $$
BEGIN
    INSERT INTO governance_event (txid, db_user, action, subject_type, subject_id, outreach_id, operation_id, actor, reason, channel, request_id, from_state, to_state, before, after)
    SELECT pg_current_xact_id()::text::bigint, session_user, 'UPDATE', n.error_table, n.id, n.outreach_id,
        governance.setting('operation')::bigint, governance.setting('actor'), governance.setting('reason'), governance.setting('channel'),
        governance.setting('request'), 'ARCHIVED', 'ARCHIVED', to_jsonb(o) - 'message_key', to_jsonb(n) - 'message_key'
    FROM new_rows n JOIN old_rows o USING (id);
    RETURN NULL;
END
$$;

-- What was archived changes by plain SQL alone: its version rises, so that no restore or undo planned before takes it for the row it was.
CREATE OR REPLACE FUNCTION governance.guard_archived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.error_table <> OLD.error_table THEN
        RAISE EXCEPTION 'an archived error keeps its id and its error table' USING ERRCODE = 'check_violation';
    END IF;
    NEW.version := OLD.version + 1;
    IF NEW.message <> OLD.message OR NEW.code <> OLD.code OR NEW.domain IS DISTINCT FROM OLD.domain THEN
        NEW.message_key := governance.refile(NEW.id, NEW.message, NEW.code, NEW.domain);
    ELSE
        NEW.message_key := OLD.message_key;
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION governance.guard_target() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.target_id <> OLD.target_id THEN
        RAISE EXCEPTION 'a company target keeps its id' USING ERRCODE = 'check_violation';
    END IF;
    NEW.version := OLD.version + 1;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION governance.record_target_changes() RETURNS trigger LANGUAGE plpgsql
SET enable_nestloop TO off AS $$
DECLARE
    actor_ text := governance.setting('actor');
    action_ text := governance.setting('action');
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO governance_event (txid, db_user, action, subject_type, subject_id, outreach_id, operation_id, actor, reason, channel, request_id, from_state, to_state, before, after)
        SELECT pg_current_xact_id()::text::bigint, session_user, coalesce(action_, 'UPDATE'), 'outreach.company_target', n.target_id, n.outreach_id,
            governance.setting('operation')::bigint, actor_, governance.setting('reason'), governance.setting('channel'), governance.setting('request'),
            o.execution_status, n.execution_status, CASE WHEN actor_ IS NULL THEN to_jsonb(o) END, CASE WHEN actor_ IS NULL THEN to_jsonb(n) END
        FROM new_rows n JOIN old_rows o USING (target_id);
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO governance_event (txid, db_user, action, subject_type, subject_id, outreach_id, operation_id, actor, reason, channel, request_id, to_state)
        SELECT pg_current_xact_id()::text::bigint, session_user, coalesce(action_, 'CREATE'), 'outreach.company_target', n.target_id, n.outreach_id,
            governance.setting('operation')::bigint, actor_, governance.setting('reason'), governance.setting('channel'), governance.setting('request'), n.execution_status
        FROM new_rows n;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO governance_event (txid, db_user, action, subject_type, subject_id, outreach_id, operation_id, actor, reason, channel, request_id, from_state, before)
        SELECT pg_current_xact_id()::text::bigint, session_user, coalesce(action_, 'DELETE'), 'outreach.company_target', o.target_id, o.outreach_id,
            governance.setting('operation')::bigint, actor_, governance.setting('reason'), governance.setting('channel'), governance.setting('request'), o.execution_status, to_jsonb(o)
        FROM old_rows o;
    END IF;
    RETURN NULL;
END
$$;

-- Rarely changed tables (policies, codes, views, users' playbooks): the whole row before and after, argument 0 names the key column.
CREATE OR REPLACE FUNCTION governance.record_reference_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO governance_event (txid, db_user, action, subject_type, subject_key, actor, reason, channel, request_id, before, after)
    VALUES (pg_current_xact_id()::text::bigint, session_user, TG_OP, TG_TABLE_NAME,
        CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END ->> TG_ARGV[0],
        governance.setting('actor'), governance.setting('reason'), governance.setting('channel'), governance.setting('request'),
        CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END, CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END);
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION governance.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE OR REPLACE TRIGGER e_history_insert AFTER INSERT ON governance_huberror REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.record_error_inserts();
CREATE OR REPLACE TRIGGER e_history_update AFTER UPDATE ON governance_huberror REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.record_error_updates();
CREATE OR REPLACE TRIGGER e_history_delete AFTER DELETE ON governance_huberror REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.record_error_deletes();
CREATE OR REPLACE TRIGGER e_history_delete AFTER DELETE ON governance_archivederror REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.record_archive_deletes();
CREATE OR REPLACE TRIGGER e_history_update AFTER UPDATE ON governance_archivederror REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.record_archive_updates();
CREATE OR REPLACE TRIGGER a_guard BEFORE UPDATE ON governance_archivederror FOR EACH ROW EXECUTE FUNCTION governance.guard_archived();
CREATE OR REPLACE TRIGGER a_guard BEFORE UPDATE ON governance_companytarget FOR EACH ROW EXECUTE FUNCTION governance.guard_target();
CREATE OR REPLACE TRIGGER e_history_insert AFTER INSERT ON governance_companytarget REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.record_target_changes();
CREATE OR REPLACE TRIGGER e_history_update AFTER UPDATE ON governance_companytarget REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.record_target_changes();
CREATE OR REPLACE TRIGGER e_history_delete AFTER DELETE ON governance_companytarget REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.record_target_changes();

CREATE OR REPLACE TRIGGER e_history AFTER INSERT OR UPDATE OR DELETE ON governance_errortable FOR EACH ROW EXECUTE FUNCTION governance.record_reference_change('name');
CREATE OR REPLACE TRIGGER e_history AFTER INSERT OR UPDATE OR DELETE ON governance_errorcode FOR EACH ROW EXECUTE FUNCTION governance.record_reference_change('code');
CREATE OR REPLACE TRIGGER e_history AFTER INSERT OR UPDATE OR DELETE ON governance_approvalpolicy FOR EACH ROW EXECUTE FUNCTION governance.record_reference_change('name');
CREATE OR REPLACE TRIGGER e_history AFTER INSERT OR UPDATE OR DELETE ON governance_hub FOR EACH ROW EXECUTE FUNCTION governance.record_reference_change('id');

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['event', 'approvalvote', 'approvalcomment', 'operationstep', 'violation', 'playbookversion', 'report'] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION governance.refuse_change()', 'governance_' || name);
        EXECUTE format('CREATE OR REPLACE TRIGGER never_emptied BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION governance.refuse_change()', 'governance_' || name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['huberror', 'archivederror', 'operation', 'operationitem', 'operationchunk', 'approval', 'companytarget'] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER never_emptied BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION governance.refuse_change()', 'governance_' || name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['operation', 'operationitem', 'operationchunk', 'approval'] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER never_deleted BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION governance.refuse_change()', 'governance_' || name);
    END LOOP;
END
$$;
