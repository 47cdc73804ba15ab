-- Filing and guarding of live errors, whoever writes them.
-- Promises: every new error has category, severity, blocking, TTL, retries, owner and disposition;
-- ids never change; retry_exhausted and expires_at follow from their sources whatever is written;
-- the disposition state machine and the tables' allowed dispositions hold; a row that is written as
-- it was keeps its version and its time of change.

-- By way of UTC, where adding hours depends on no setting, so that the planner inlines it. Created
-- beyond all calendars, a row is refused by the limit of its column: adding must not fail before that.
CREATE OR REPLACE FUNCTION governance.expiry(created timestamptz, tier text) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE tier
        WHEN 'SHORT' THEN (least(created, '10000-01-01 00:00:00+00') AT TIME ZONE 'UTC' + interval '168 hours') AT TIME ZONE 'UTC'
        WHEN 'MEDIUM' THEN (least(created, '10000-01-01 00:00:00+00') AT TIME ZONE 'UTC' + interval '720 hours') AT TIME ZONE 'UTC'
        WHEN 'LONG' THEN (least(created, '10000-01-01 00:00:00+00') AT TIME ZONE 'UTC' + interval '2160 hours') AT TIME ZONE 'UTC'
        ELSE timestamptz '9000-01-01 00:00:00+00' END
$$;

-- The message without what differs from row to row, so that one cause is one group. Domains in any
-- case; names that change it within their last part (errors.ConnectionError) are none.
CREATE OR REPLACE FUNCTION governance.normal_message(message text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(
        regexp_replace(
        regexp_replace(
        regexp_replace(
        regexp_replace(
        regexp_replace(
            left(message, 2000),
            '"[^"]*"|“[^”]*”', '{…}', 'g'),
            '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}',
            '{id}', 'g'),
            '[[:alnum:]._%+-]+@[[:alnum:].-]+|[Hh][Tt][Tt][Pp][Ss]?://[^[:space:]]+',
            '{address}', 'g'),
            '\m([[:alnum:]-]+\.)+[A-Za-z]([a-z]+|[A-Z]+)\M', '{domain}', 'g'),
            '\m0x[0-9a-fA-F]+\M|\m[0-9]+([.,:T-][0-9]+)*Z?', '{n}', 'g'),
            '[[:space:]]+', ' ', 'g'))
$$;

CREATE OR REPLACE FUNCTION governance.message_key(message text) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT decode(md5(governance.normal_message(message)), 'hex')
$$;

CREATE OR REPLACE FUNCTION governance.file_error() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    tbl governance_errortable;
    code governance_errorcode;
    is_registered boolean;
    wanted text;
BEGIN
    NEW.created_at := coalesce(NEW.created_at, now());
    NEW.updated_at := coalesce(NEW.updated_at, NEW.created_at);
    NEW.message := coalesce(NEW.message, '');
    -- a row that an operation moves back keeps the key it was filed under
    IF length(NEW.message_key) IS DISTINCT FROM 16 OR governance.setting('operation') IS NULL THEN
        NEW.message_key := governance.message_key(NEW.message);
    END IF;
    IF nullif(NEW.category, '') IS NULL OR nullif(NEW.severity, '') IS NULL OR NEW.blocks IS NULL
       OR nullif(NEW.ttl_tier, '') IS NULL OR NEW.max_retries IS NULL
       OR nullif(NEW.owner, '') IS NULL OR nullif(NEW.disposition, '') IS NULL THEN
        SELECT * INTO tbl FROM governance_errortable t WHERE t.name = NEW.error_table;
        SELECT * INTO code FROM governance_errorcode c WHERE c.code = NEW.code;
        is_registered := FOUND;
        wanted := CASE WHEN NOT is_registered THEN
            CASE NEW.severity WHEN 'CRITICAL' THEN 'PARKED' WHEN 'LOW' THEN 'IGNORE' END END;
        NEW.stage := coalesce(nullif(NEW.stage, ''), nullif(code.stage, ''));
        NEW.category := coalesce(nullif(NEW.category, ''), code.category, 'OPERATIONAL');
        NEW.severity := coalesce(nullif(NEW.severity, ''), code.severity, 'MEDIUM');
        NEW.blocks := coalesce(NEW.blocks, code.blocking, tbl.blocks_promotion);
        NEW.ttl_tier := coalesce(nullif(NEW.ttl_tier, ''), code.ttl_tier, tbl.ttl_tier);
        NEW.max_retries := coalesce(NEW.max_retries, code.max_retries, tbl.max_retries);
        NEW.owner := coalesce(nullif(NEW.owner, ''), tbl.owner);
        IF nullif(NEW.disposition, '') IS NULL THEN
            NEW.disposition := CASE
                WHEN wanted = ANY (tbl.allowed_dispositions) THEN wanted
                ELSE tbl.default_disposition END;
            IF NEW.disposition = 'PARKED' THEN
                NEW.parked_at := now();
                NEW.parked_by := 'system';
                NEW.park_reason := 'ESCALATION_REQUIRED';
            END IF;
        END IF;
    END IF;
    IF NEW.disposition = 'ARCHIVED' AND governance.setting('actor') IS NULL
       AND NOT governance.keeps_archived(NEW.error_table) THEN
        NEW.archived_at := coalesce(NEW.archived_at, now());
    END IF;
    NEW.retry_exhausted := NEW.retry_count >= NEW.max_retries;
    NEW.expires_at := governance.expiry(NEW.created_at, NEW.ttl_tier);
    RETURN NEW;
END
$$;

-- Undo may take a row back over an edge that the machine does not offer, but only to the exact
-- state it had.
CREATE OR REPLACE FUNCTION governance.undo_restores(subject uuid, state text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT governance.undo_gives_back(subject::text, state)
$$;

-- The same of any subject, by its key as text.
CREATE OR REPLACE FUNCTION governance.undo_gives_back(subject text, state text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM governance_operation undo
        JOIN governance_operation undone ON undone.id = undo.undoes_id
        JOIN governance_operationitem original
            ON original.plan_key = undone.plan_key AND original.subject_id = undo_gives_back.subject
        WHERE undo.id = governance.setting('operation')::bigint
          AND undo.kind = 'undo' AND undo.state = 'running'
          AND original.outcome = 'applied'
          AND original.before ->> 'disposition' = undo_gives_back.state)
$$;

-- What the rows of a group say, kept once. Who adds it at the same time in another order of groups is
-- not waited for without end: his row says the same, and should he take it back, the next error of the
-- group brings it again.
CREATE OR REPLACE FUNCTION governance.name_group(group_key bytea, message text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO governance_errorpattern (key, body)
    VALUES (group_key, governance.normal_message(message))
    ON CONFLICT DO NOTHING;
EXCEPTION WHEN deadlock_detected THEN
    NULL;
END
$$;

-- A changed text belongs to another group and is found by its new words; returns the key of the
-- group.
CREATE OR REPLACE FUNCTION governance.refile(error uuid, message text, code text, domain text)
RETURNS bytea
LANGUAGE plpgsql AS $$
DECLARE
    group_key bytea := governance.message_key(message);
BEGIN
    IF NOT EXISTS (SELECT FROM governance_errorpattern p WHERE p.key = group_key) THEN
        PERFORM governance.name_group(group_key, message);
    END IF;
    UPDATE governance_errortext
    SET body = governance.search_body(message, code, domain), message_key = group_key
    WHERE error_id = error;
    RETURN group_key;
END
$$;

CREATE OR REPLACE FUNCTION governance.may_become(was text, becomes text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE was
        WHEN becomes THEN true
        WHEN 'RETRY' THEN becomes IN ('PARKED', 'RESOLVED', 'ARCHIVED', 'IGNORE')
        WHEN 'PARKED' THEN becomes IN ('RETRY', 'RESOLVED', 'ARCHIVED')
        WHEN 'IGNORE' THEN becomes IN ('RETRY', 'PARKED', 'ARCHIVED', 'RESOLVED')
        WHEN 'RESOLVED' THEN becomes IN ('ARCHIVED', 'RETRY')
        WHEN 'ARCHIVED' THEN becomes = 'RETRY'
        ELSE false END
$$;

-- Whether an error table keeps what is ARCHIVED among its live errors until they expire.
CREATE OR REPLACE FUNCTION governance.keeps_archived(name text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM public.governance_errortable t
        WHERE t.name = keeps_archived.name AND t.default_disposition = 'ARCHIVED')
$$;

-- How long after a further attempt the next may start, in seconds: exponential 2^n for transient,
-- linear n x 5 min for operational, none for structural errors; at most an hour, 10 % jitter. n counts
-- attempts, this one included; the power of a thousand attempts is no number any more.
CREATE OR REPLACE FUNCTION governance.backoff_seconds(category text, attempt integer)
RETURNS double precision
LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
    SELECT least(3600.0, (0.9 + 0.2 * random()) * CASE category
        WHEN 'TRANSIENT' THEN power(2.0::double precision, least(attempt, 12))
        WHEN 'OPERATIONAL' THEN 300.0 * attempt
        ELSE 0.0 END)
$$;

-- Whether guard_error() would leave a change that counts for itself as it is written: asked in the
-- trigger's WHEN beside may_become(), where both are inlined and cost a tenth of the call. It names
-- nothing outside of PostgreSQL's own: whoever writes through a view may look nothing else up.
CREATE OR REPLACE FUNCTION governance.is_in_order(
    was governance_huberror, becomes governance_huberror) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT becomes.version = was.version + 1
        AND becomes.updated_at = now()
        AND becomes.error_table = was.error_table
        AND (becomes.disposition = was.disposition OR was.disposition IN ('RETRY', 'IGNORE'))
        AND becomes.retry_exhausted = (becomes.retry_count >= becomes.max_retries)
        AND becomes.archived_at IS NULL
        AND becomes.created_at = was.created_at
        AND becomes.ttl_tier = was.ttl_tier
        AND becomes.expires_at = was.expires_at
        AND becomes.code = was.code
        AND becomes.message = was.message
        AND becomes.message_key = was.message_key
        AND becomes.domain IS NOT DISTINCT FROM was.domain
$$;

-- What plain SQL leaves open: NULL is what the table would have put there by itself, a raised count
-- queues the attempt as the verb does, and what is ARCHIVED is marked to be moved.
CREATE OR REPLACE FUNCTION governance.completed(becomes governance_huberror, was governance_huberror)
RETURNS governance_huberror
LANGUAGE plpgsql AS $$
DECLARE
    tbl governance_errortable;
BEGIN
    SELECT * INTO tbl FROM governance_errortable t WHERE t.name = was.error_table;
    becomes.disposition := coalesce(becomes.disposition, tbl.default_disposition);
    becomes.ttl_tier := coalesce(becomes.ttl_tier, tbl.ttl_tier);
    becomes.max_retries := coalesce(becomes.max_retries, tbl.max_retries);
    becomes.retry_count := coalesce(becomes.retry_count, 0);
    becomes.escalation_level := coalesce(becomes.escalation_level, 0);
    becomes.severity := coalesce(becomes.severity, 'MEDIUM');
    becomes.message := coalesce(becomes.message, '');
    becomes.created_at := coalesce(becomes.created_at, was.created_at);
    IF becomes.retry_count > was.retry_count AND becomes.disposition = 'RETRY' THEN
        IF becomes.last_retry_at IS NOT DISTINCT FROM was.last_retry_at THEN
            becomes.last_retry_at := now();
        END IF;
        IF becomes.next_retry_at IS NOT DISTINCT FROM was.next_retry_at THEN
            becomes.next_retry_at := becomes.last_retry_at + interval '1 second'
                * governance.backoff_seconds(becomes.category, becomes.retry_count);
        END IF;
    END IF;
    IF becomes.disposition = 'ARCHIVED' AND was.disposition <> 'ARCHIVED'
       AND tbl.default_disposition <> 'ARCHIVED' THEN
        becomes.archived_at := coalesce(becomes.archived_at, now());
    END IF;
    RETURN becomes;
END
$$;

CREATE OR REPLACE FUNCTION governance.guard_error() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    -- asked here, so that most rows cost no call
    IF (NEW.retry_count > OLD.retry_count
            OR NEW.disposition = 'ARCHIVED' AND OLD.disposition <> 'ARCHIVED'
            OR num_nulls(NEW.disposition, NEW.ttl_tier, NEW.max_retries, NEW.retry_count,
                NEW.escalation_level, NEW.severity, NEW.message, NEW.created_at) > 0)
       AND governance.setting('operation') IS NULL THEN
        NEW := governance.completed(NEW, OLD);
    END IF;
    IF NEW.id <> OLD.id OR NEW.error_table <> OLD.error_table THEN
        RAISE EXCEPTION 'an error keeps its id and its error table'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.disposition <> OLD.disposition THEN
        IF NOT governance.may_become(OLD.disposition, NEW.disposition)
           AND NOT governance.undo_restores(NEW.id, NEW.disposition) THEN
            RAISE EXCEPTION '% cannot become %', OLD.disposition, NEW.disposition
                USING ERRCODE = 'check_violation', CONSTRAINT = 'disposition_machine',
                TABLE = 'governance_huberror';
        END IF;
        IF OLD.disposition = 'PARKED' THEN
            NEW.parked_at := NULL;
            NEW.parked_by := NULL;
            NEW.park_reason := NULL;
            NEW.escalation_level := 0;
            NEW.escalated_at := NULL;
        ELSIF OLD.disposition = 'RESOLVED' THEN
            NEW.resolved_at := NULL;
            NEW.resolution_note := NULL;
        END IF;
    END IF;
    NEW.retry_exhausted := NEW.retry_count >= NEW.max_retries;
    NEW.expires_at := governance.expiry(NEW.created_at, NEW.ttl_tier);
    IF NEW.message <> OLD.message OR NEW.code <> OLD.code
       OR NEW.domain IS DISTINCT FROM OLD.domain THEN
        NEW.message_key := governance.refile(NEW.id, NEW.message, NEW.code, NEW.domain);
    ELSE
        NEW.message_key := OLD.message_key;
    END IF;
    NEW.updated_at := OLD.updated_at;
    IF NEW.version IS DISTINCT FROM OLD.version + 1 THEN
        -- raised afterwards, where something else has changed
        NEW.version := OLD.version;
    END IF;
    IF NEW *<> OLD THEN
        NEW.updated_at := now();
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION governance.search_body(message text, code text, domain text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT concat_ws(' ', left(message, 2000), code, domain)
$$;

CREATE OR REPLACE FUNCTION governance.refuse_disallowed_dispositions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    wrong record;
BEGIN
    SELECT n.disposition, n.error_table INTO wrong
    FROM new_rows n JOIN governance_errortable t ON t.name = n.error_table
    WHERE NOT n.disposition = ANY (t.allowed_dispositions) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% does not allow %', wrong.error_table, wrong.disposition
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disposition_allowed',
                TABLE = 'governance_huberror';
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION governance.index_new_errors() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO governance_errortext (error_id, body, message_key)
    SELECT id, governance.search_body(message, code, domain), message_key FROM new_rows
    ON CONFLICT (error_id) DO UPDATE
    SET body = excluded.body, message_key = excluded.message_key;
    -- a pattern is worked out once for each new group, not for each row
    BEGIN
        INSERT INTO governance_errorpattern (key, body)
        SELECT f.message_key, governance.normal_message(f.message)
        FROM (
            SELECT DISTINCT ON (n.message_key) n.message_key, n.message
            FROM new_rows n ORDER BY n.message_key OFFSET 0) f
        WHERE NOT EXISTS (SELECT FROM governance_errorpattern p WHERE p.key = f.message_key)
        ON CONFLICT DO NOTHING;
    EXCEPTION WHEN deadlock_detected THEN
        PERFORM governance.name_group(n.message_key, n.message) FROM new_rows n;
    END;
    RETURN NULL;
END
$$;

-- By key, whatever the statistics said when the session planned it.
CREATE OR REPLACE FUNCTION governance.unindex_gone_errors() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET enable_seqscan TO off SET enable_hashjoin TO off SET enable_mergejoin TO off AS $$
BEGIN
    DELETE FROM governance_errortext x USING old_rows o
    WHERE x.error_id = o.id
      AND NOT EXISTS (SELECT FROM governance_archivederror a WHERE a.id = o.id)
      AND NOT EXISTS (SELECT FROM governance_huberror e WHERE e.id = o.id);
    RETURN NULL;
END
$$;
