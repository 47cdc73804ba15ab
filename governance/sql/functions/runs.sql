-- Runs of playbooks: what was agreed to cannot be edited, and what a report compares before and
-- after.
-- Promises: a run keeps its version, plan hash and requester; no operation joins a run whose plan
-- is frozen; a gated run begins only with an approval in use for exactly its plan.

CREATE OR REPLACE FUNCTION governance.guard_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.version_id, NEW.undoes_id, NEW.requester_id, NEW.as_of, NEW.plan_hash,
           NEW.created_at)
       IS DISTINCT FROM (OLD.id, OLD.version_id, OLD.undoes_id, OLD.requester_id, OLD.as_of,
           OLD.plan_hash, OLD.created_at)
       AND OLD.plan_hash <> '' AND OLD.id > 0 THEN
        RAISE EXCEPTION 'a frozen run cannot be edited: discard it and plan again'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'run_frozen';
    END IF;
    IF NEW.gate IS DISTINCT FROM OLD.gate AND OLD.gate IS NOT NULL THEN
        RAISE EXCEPTION 'a gate cannot be taken off a run'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'run_gate_frozen';
    END IF;
    IF NEW.state <> OLD.state AND NOT (CASE OLD.state
            WHEN 'planned' THEN NEW.state IN ('awaiting', 'running', 'cancelled', 'expired')
            WHEN 'awaiting' THEN
                NEW.state IN ('approved', 'planned', 'rejected', 'cancelled', 'expired')
            WHEN 'approved' THEN
                NEW.state IN ('running', 'awaiting', 'planned', 'cancelled', 'expired')
            WHEN 'running' THEN NEW.state IN ('done', 'cancelled')
            ELSE false END) THEN
        RAISE EXCEPTION 'a run that is % cannot become %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'run_machine';
    END IF;
    IF NEW.state = 'running' AND OLD.state <> 'running' AND NEW.gate IS NOT NULL AND NOT EXISTS (
        SELECT FROM governance_approval a
        WHERE a.playbook_run_id = NEW.id AND a.state = 'used' AND a.plan_hash = NEW.plan_hash) THEN
        RAISE EXCEPTION 'this run needs the approval of somebody else'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'run_approval_required';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION governance.guard_run_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM governance_playbookrun r
            WHERE r.id = NEW.playbook_run_id AND r.plan_hash <> '') THEN
        RAISE EXCEPTION 'the plan of this run is frozen'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'run_frozen';
    END IF;
    RETURN NEW;
END
$$;

-- policies: hubs, error tables, codes, approval policies as they are now; enforcement: functions,
-- triggers (and whether they fire) and checks; ids: the spine; done: every id with its done flags;
-- not_ready: why companies are NOT_READY.
CREATE OR REPLACE FUNCTION governance.run_snapshot() RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'policies', (SELECT md5(concat_ws('|',
            (SELECT string_agg(h::text, ',' ORDER BY id) FROM governance_hub h),
            (SELECT string_agg(t::text, ',' ORDER BY name) FROM governance_errortable t),
            (SELECT string_agg(c::text, ',' ORDER BY code) FROM governance_errorcode c),
            (SELECT string_agg(p::text, ',' ORDER BY name, version)
                FROM governance_approvalpolicy p)))),
        'enforcement', (SELECT md5(concat_ws('|',
            (SELECT string_agg(p.proname || p.prosrc, ',' ORDER BY p.proname, p.oid)
                FROM pg_proc p
                WHERE p.pronamespace::regnamespace::text IN ('governance', 'outreach_admin')),
            (SELECT string_agg(concat(c.relname, t.tgname, t.tgenabled), ','
                    ORDER BY c.relname, t.tgname)
                FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                WHERE NOT t.tgisinternal AND starts_with(c.relname, 'governance_')),
            (SELECT string_agg(pg_get_constraintdef(k.oid), ',' ORDER BY c.relname, k.conname)
                FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
                WHERE k.contype = 'c' AND starts_with(c.relname, 'governance_'))))),
        'ids', (SELECT concat(count(*), ':',
                coalesce(sum(hashtextextended(outreach_id::text, 0)::numeric), 0))
            FROM governance_outreach),
        'done', (SELECT concat_ws(':',
                count(*) FILTER (WHERE ct_done),
                count(*) FILTER (WHERE dol_done),
                count(*) FILTER (WHERE people_done),
                coalesce(sum(hashtextextended(
                    concat(outreach_id, ct_done, dol_done, people_done, blog_done, bit_done),
                    0)::numeric), 0))
            FROM governance_readiness),
        'not_ready', (SELECT jsonb_build_object(
                'ct_pending', count(*) FILTER (WHERE ct_status = 'pending'),
                'ct_failed', count(*) FILTER (WHERE ct_status = 'failed'),
                'no_ct_record', count(*) FILTER (WHERE ct_status IS NULL),
                'other', count(*) FILTER (WHERE ct_status NOT IN ('pending', 'failed')),
                'ct_failed_blocked',
                count(*) FILTER (WHERE ct_status = 'failed' AND ct_blocking > 0))
            FROM governance_readiness WHERE tier = 'NOT_READY'))
$$;
