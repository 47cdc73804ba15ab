-- The end of retention.
-- Promises: what the weekly clean-up deletes is told once, here; nothing goes that is held, whose
-- time is not over by the server's clock, whatever moment was told, or whose table has no standing
-- approval for the retention that it has now.

-- These three are inlined, so that the index of retention serves whoever asks: they name their
-- tables with the schema.
CREATE OR REPLACE FUNCTION governance.tables_to_purge() RETURNS SETOF text
LANGUAGE sql STABLE AS $$
    SELECT t.name FROM public.governance_errortable t
    JOIN public.governance_purgeconsent c ON c.error_table = t.name AND c.voided_at IS NULL
    WHERE c.retention = t.retention AND t.name <> ALL (governance.tables_left_out('weekly'))
$$;

-- Every archived row whose time is over, and what keeps it nevertheless.
CREATE OR REPLACE FUNCTION governance.past_retention(at timestamptz)
RETURNS TABLE (id uuid, error_table text, is_held boolean, is_agreed boolean)
LANGUAGE sql STABLE AS $$
    SELECT a.id, a.error_table, a.held_at IS NOT NULL,
        a.error_table IN (SELECT governance.tables_to_purge())
    FROM public.governance_archivederror a WHERE a.retention_expires_at <= at
$$;

CREATE OR REPLACE FUNCTION governance.purgeable(at timestamptz)
RETURNS TABLE (id uuid, error_table text)
LANGUAGE sql STABLE AS $$
    SELECT p.id, p.error_table FROM governance.past_retention(at) p
    WHERE p.is_agreed AND NOT p.is_held
$$;

-- Who last set how long a table's archived rows stay: who made the table, unless it was changed.
CREATE OR REPLACE FUNCTION governance.retention_set_by(error_table text) RETURNS text
LANGUAGE sql STABLE SET search_path TO public, pg_temp AS $$
    SELECT coalesce(e.actor, e.db_user) FROM governance_event e
    WHERE e.subject_type = 'governance_errortable'
      AND e.subject_key = retention_set_by.error_table
      AND e.before ->> 'retention' IS DISTINCT FROM e.after ->> 'retention'
    ORDER BY e.id DESC LIMIT 1
$$;

CREATE OR REPLACE FUNCTION governance.guard_new_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.voided_at IS NOT NULL OR NEW.retention IS DISTINCT FROM
            (SELECT t.retention FROM governance_errortable t WHERE t.name = NEW.error_table) THEN
        RAISE EXCEPTION 'a standing approval is about the retention that the table has now'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consent_to_retention_of_now';
    END IF;
    IF NEW.agreed_by_id IS NULL THEN
        IF EXISTS (SELECT FROM governance_purgeconsent c WHERE c.error_table = NEW.error_table)
           OR NOT pg_has_role((SELECT relowner FROM pg_class
                WHERE oid = 'governance_purgeconsent'::regclass), 'member') THEN
            RAISE EXCEPTION 'a standing approval names who agrees'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'consent_of_somebody';
        END IF;
    ELSIF governance.retention_set_by(NEW.error_table) =
            (SELECT u.username FROM auth_user u WHERE u.id = NEW.agreed_by_id) THEN
        RAISE EXCEPTION 'whoever has set a retention cannot agree to it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'four_eyes';
    ELSIF NOT governance.has_right(NEW.agreed_by_id, 'governance.vote_approval') THEN
        RAISE EXCEPTION 'only who may approve agrees to it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consent_by_right';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION governance.guard_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.voided_at IS NOT NULL OR NEW.voided_at IS NULL
       OR (NEW.id, NEW.error_table, NEW.retention, NEW.agreed_by_id, NEW.agreed_at, NEW.note)
       IS DISTINCT FROM
          (OLD.id, OLD.error_table, OLD.retention, OLD.agreed_by_id, OLD.agreed_at, OLD.note) THEN
        RAISE EXCEPTION 'a standing approval becomes void once, and changes in nothing else'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consent_frozen';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION governance.void_consents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE governance_purgeconsent
    SET voided_at = now(), voided_by = coalesce(governance.setting('actor'), session_user),
        why_void = format('The retention was changed from %s to %s days.',
            extract(day FROM OLD.retention), extract(day FROM NEW.retention))
    WHERE error_table = NEW.name AND voided_at IS NULL;
    RETURN NULL;
END
$$;

-- The one statement that ends a retention, whoever asks: of rows that are as they were selected, all
-- is asked again. A change of a retention, of an approval or of the schedule that is under way is
-- waited for, and one that comes later waits: nothing goes by rules that have ended.
CREATE OR REPLACE FUNCTION governance.purge(keys uuid[], versions integer[], at timestamptz)
RETURNS SETOF uuid
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM governance_purgeconsent c
    WHERE c.voided_at IS NULL ORDER BY c.error_table FOR SHARE;
    PERFORM FROM governance_schedule s
    WHERE s.job = 'weekly' AND s.enforced_at IS NOT NULL AND s.ended_at IS NULL FOR SHARE;
    RETURN QUERY
    DELETE FROM governance_archivederror a USING unnest(keys, versions) AS k (id, version)
    WHERE a.id = k.id AND a.version = k.version
      AND a.held_at IS NULL AND a.retention_expires_at <= LEAST(purge.at, now())
      AND a.error_table IN (SELECT governance.tables_to_purge())
    RETURNING a.id;
END
$$;

-- The clean-up for who has no console: a stored run like any other, each table by itself, so that one
-- that fails undoes no other.
CREATE OR REPLACE FUNCTION governance.purge_archives(at timestamptz)
RETURNS TABLE (error_table text, deleted bigint, failure text) LANGUAGE plpgsql AS $$
DECLARE
    job CONSTANT text := 'cleanup_expired_archives';
    run bigint;
    began timestamptz := clock_timestamp();
    counts jsonb := '{}';
    keys uuid[];
    versions integer[];
BEGIN
    IF at > began THEN
        RAISE EXCEPTION 'archived errors are not deleted ahead of the clock'
            USING ERRCODE = 'invalid_parameter_value',
                HINT = 'governance.purgeable(at) says what would go by then.';
    END IF;
    run := governance.begin_run_by_sql('weekly', at);
    FOR error_table IN SELECT t.name FROM governance_errortable t ORDER BY t.name LOOP
        failure := NULL;
        BEGIN
            SELECT coalesce(array_agg(a.id), '{}'), coalesce(array_agg(a.version), '{}')
            INTO keys, versions
            FROM governance.purgeable(purge_archives.at) p
            JOIN governance_archivederror a ON a.id = p.id
            WHERE p.error_table = purge_archives.error_table;
            SELECT count(*) INTO deleted
            FROM governance.purge(keys, versions, purge_archives.at);
            counts := counts || jsonb_build_object(error_table, deleted);
        EXCEPTION WHEN OTHERS THEN
            deleted := 0;
            failure := SQLERRM;
            RAISE WARNING '% was not cleaned up: %', error_table, failure;
            PERFORM governance.note_step_by_sql(
                run, job, '{}', '{}', began, format('%s: %s', error_table, failure));
        END;
        RETURN NEXT;
    END LOOP;
    IF counts <> '{}' THEN
        PERFORM governance.note_step_by_sql(run, job, counts, '{}', began, '');
    END IF;
    PERFORM governance.end_run_by_sql(run);
END
$$;
