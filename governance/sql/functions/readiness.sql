-- Readiness: one row per outreach id, counts kept by the statements that change what they count.
-- governance.readiness_counts_of is the one definition; triggers apply differences of the same
-- predicates, so concurrent writers add up (a recomputation per id would lose one of two
-- simultaneous changes). rebuild_readiness() and the view readiness_drift use the definition.
-- The console's role may read these rows and no more: whatever writes them runs as their owner, and
-- its trigger functions cannot be put on other tables, as they are taken from everybody else.

CREATE OR REPLACE FUNCTION governance.ct_is_done(
    status text, method text, confidence numeric, completed timestamptz) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT status = 'ready' AND method IS NOT NULL AND confidence IS NOT NULL
       AND completed IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION governance.ct_is_marketing(
    status text, method text, confidence numeric) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT status = 'ready' AND method IS NOT NULL AND coalesce(confidence, 0) >= 0.8
$$;

CREATE OR REPLACE FUNCTION governance.dol_is_done(ein text, filing_present boolean) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT nullif(ein, '') IS NOT NULL AND coalesce(filing_present, false)
$$;

CREATE OR REPLACE FUNCTION governance.bit_is_done(score numeric, signals integer) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT score IS NOT NULL AND coalesce(signals, 0) > 0
$$;

-- How many slots a company must have filled: as the latest policy says, 3 where there is none.
CREATE OR REPLACE FUNCTION governance.required_slots() RETURNS int LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT required_slots FROM public.governance_readinesspolicy ORDER BY id DESC LIMIT 1), 3)
$$;

-- What readiness is, for the given ids (all when NULL); inlined, so that a few ids read a few rows,
-- which a function with a search path of its own would not be.
CREATE OR REPLACE FUNCTION governance.readiness_counts_of(ids uuid[])
RETURNS TABLE (outreach_id uuid, domain text, company_name text, address_state text,
    ct_status text, ct_done_rows int, ct_marketing_rows int,
    dol_done_rows int, filled_slots int, required_slots int, blog_rows int, bit_done_rows int,
    verified_people int,
    open_errors int, ct_blocking int, dol_blocking int, people_blocking int, other_blocking int,
    ct_violations int, dol_violations int, people_violations int, other_violations int)
LANGUAGE sql STABLE AS $$
    SELECT s.outreach_id, s.domain, coalesce(m.company_name, ''), coalesce(m.address_state, ''),
        t.execution_status,
        coalesce(governance.ct_is_done(t.execution_status, t.email_method, t.confidence_score,
            t.imo_completed_at), false)::int,
        coalesce(governance.ct_is_marketing(t.execution_status, t.email_method,
            t.confidence_score), false)::int,
        coalesce(d.n, 0)::int, coalesce(sl.n, 0)::int, wanted.slots, coalesce(b.n, 0)::int,
        coalesce(governance.bit_is_done(bs.score, bs.signal_count), false)::int,
        coalesce(p.n, 0)::int,
        coalesce(e.open, 0)::int, coalesce(e.ct, 0)::int, coalesce(e.dol, 0)::int,
        coalesce(e.people, 0)::int, coalesce(e.other, 0)::int,
        coalesce(v.ct, 0)::int, coalesce(v.dol, 0)::int, coalesce(v.people, 0)::int,
        coalesce(v.other, 0)::int
    FROM public.governance_outreach s
    CROSS JOIN (SELECT governance.required_slots() AS slots OFFSET 0) wanted
    LEFT JOIN public.governance_companymaster m ON m.outreach_id = s.outreach_id
    LEFT JOIN public.governance_companytarget t ON t.outreach_id = s.outreach_id
    LEFT JOIN public.governance_bitscore bs ON bs.outreach_id = s.outreach_id
    LEFT JOIN (
        SELECT f.outreach_id, count(*) AS n FROM public.governance_dolfiling f
        WHERE governance.dol_is_done(f.ein, f.filing_present)
          AND (ids IS NULL OR f.outreach_id = ANY (ids))
        GROUP BY 1) d ON d.outreach_id = s.outreach_id
    LEFT JOIN (
        SELECT c.outreach_id, count(*) AS n FROM public.governance_companyslot c
        WHERE c.is_filled AND (ids IS NULL OR c.outreach_id = ANY (ids))
        GROUP BY 1) sl ON sl.outreach_id = s.outreach_id
    LEFT JOIN (
        SELECT c.outreach_id, count(*) AS n FROM public.governance_blogcontent c
        WHERE ids IS NULL OR c.outreach_id = ANY (ids)
        GROUP BY 1) b ON b.outreach_id = s.outreach_id
    LEFT JOIN (
        SELECT c.outreach_id, count(*) AS n FROM public.governance_person c
        WHERE c.email_verified AND (ids IS NULL OR c.outreach_id = ANY (ids))
        GROUP BY 1) p ON p.outreach_id = s.outreach_id
    LEFT JOIN (
        SELECT x.outreach_id, count(*) AS open,
            count(*) FILTER (WHERE x.blocks AND governance.gate_of(et.hub_id) = 'ct') AS ct,
            count(*) FILTER (WHERE x.blocks AND governance.gate_of(et.hub_id) = 'dol') AS dol,
            count(*) FILTER (WHERE x.blocks AND governance.gate_of(et.hub_id) = 'people')
                AS people,
            count(*) FILTER (WHERE x.blocks AND governance.gate_of(et.hub_id) = 'other') AS other
        FROM public.governance_huberror x
        JOIN public.governance_errortable et ON et.name = x.error_table
        WHERE governance.error_is_open(x.disposition)
          AND (ids IS NULL OR x.outreach_id = ANY (ids))
        GROUP BY 1) e ON e.outreach_id = s.outreach_id
    LEFT JOIN (
        SELECT c.outreach_id,
            count(*) FILTER (WHERE governance.gate_of(c.hub_id) = 'ct') AS ct,
            count(*) FILTER (WHERE governance.gate_of(c.hub_id) = 'dol') AS dol,
            count(*) FILTER (WHERE governance.gate_of(c.hub_id) = 'people') AS people,
            count(*) FILTER (WHERE governance.gate_of(c.hub_id) = 'other') AS other
        FROM public.governance_violationcase c
        WHERE c.outreach_id IS NOT NULL AND governance.error_is_open(c.disposition)
          AND (ids IS NULL OR c.outreach_id = ANY (ids))
        GROUP BY 1) v ON v.outreach_id = s.outreach_id
    WHERE ids IS NULL OR s.outreach_id = ANY (ids)
$$;

-- Make the rows of the given ids (all when NULL) equal to the definition; returns how many
-- differed. It first waits for whoever is changing readiness of the same companies, so that no difference is
-- lost under it.
CREATE OR REPLACE FUNCTION governance.rebuild_readiness(ids uuid[] DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET plan_cache_mode TO force_custom_plan AS $$
DECLARE
    differed bigint;
BEGIN
    IF ids IS NULL THEN
        LOCK TABLE governance_readiness IN SHARE ROW EXCLUSIVE MODE;
    ELSE
        PERFORM governance.lock_readiness(ids);
    END IF;
    WITH changed AS (
        INSERT INTO governance_readiness AS r (outreach_id, domain, company_name,
            address_state, ct_status, ct_done_rows,
            ct_marketing_rows, dol_done_rows, filled_slots, required_slots, blog_rows, bit_done_rows,
            verified_people, open_errors, ct_blocking, dol_blocking, people_blocking, other_blocking,
            ct_violations, dol_violations, people_violations, other_violations)
        SELECT * FROM governance.readiness_counts_of(ids)
        ON CONFLICT (outreach_id) DO UPDATE SET (domain, company_name,
            address_state, ct_status, ct_done_rows,
            ct_marketing_rows, dol_done_rows, filled_slots, required_slots, blog_rows, bit_done_rows,
            verified_people, open_errors, ct_blocking, dol_blocking, people_blocking, other_blocking,
            ct_violations, dol_violations, people_violations, other_violations)
            = (excluded.domain, excluded.company_name,
            excluded.address_state, excluded.ct_status, excluded.ct_done_rows,
            excluded.ct_marketing_rows, excluded.dol_done_rows, excluded.filled_slots,
            excluded.required_slots,
            excluded.blog_rows, excluded.bit_done_rows, excluded.verified_people,
            excluded.open_errors, excluded.ct_blocking, excluded.dol_blocking, excluded.people_blocking,
            excluded.other_blocking, excluded.ct_violations, excluded.dol_violations,
            excluded.people_violations, excluded.other_violations)
        WHERE (r.domain, r.company_name,
            r.address_state, r.ct_status, r.ct_done_rows,
            r.ct_marketing_rows, r.dol_done_rows, r.filled_slots, r.required_slots,
            r.blog_rows, r.bit_done_rows, r.verified_people,
            r.open_errors, r.ct_blocking, r.dol_blocking, r.people_blocking,
            r.other_blocking, r.ct_violations, r.dol_violations, r.people_violations,
            r.other_violations)
            IS DISTINCT FROM (excluded.domain, excluded.company_name,
            excluded.address_state, excluded.ct_status, excluded.ct_done_rows,
            excluded.ct_marketing_rows, excluded.dol_done_rows, excluded.filled_slots,
            excluded.required_slots,
            excluded.blog_rows, excluded.bit_done_rows, excluded.verified_people,
            excluded.open_errors, excluded.ct_blocking, excluded.dol_blocking, excluded.people_blocking,
            excluded.other_blocking, excluded.ct_violations, excluded.dol_violations,
            excluded.people_violations, excluded.other_violations)
        RETURNING 1)
    SELECT count(*) INTO differed FROM changed;
    RETURN differed;
END
$$;

CREATE OR REPLACE FUNCTION governance.readiness_new_ids() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM governance.rebuild_readiness(ARRAY(SELECT outreach_id FROM new_rows));
    RETURN NULL;
END
$$;

-- A company that is deleted takes its row along: nobody else may delete it.
CREATE OR REPLACE FUNCTION governance.readiness_gone() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    DELETE FROM governance_readiness WHERE outreach_id = OLD.outreach_id;
    RETURN OLD;
END
$$;

-- A company is found by what it is called and where it sits.
CREATE OR REPLACE FUNCTION governance.readiness_domain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    ids uuid[] := ARRAY(
        SELECT n.outreach_id FROM new_rows n JOIN old_rows o USING (outreach_id)
        WHERE n.domain IS DISTINCT FROM o.domain);
BEGIN
    BEGIN
        PERFORM governance.take_readiness(ids);
        UPDATE governance_readiness r SET domain = n.domain
        FROM new_rows n WHERE n.outreach_id = r.outreach_id AND r.outreach_id = ANY (ids);
    EXCEPTION WHEN deadlock_detected THEN
        PERFORM governance.leave_readiness(ids);
    END;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION governance.readiness_master() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    ids uuid[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        ids := ARRAY(SELECT outreach_id FROM new_rows WHERE outreach_id IS NOT NULL);
    ELSIF TG_OP = 'DELETE' THEN
        ids := ARRAY(SELECT outreach_id FROM old_rows WHERE outreach_id IS NOT NULL);
    ELSE
        ids := ARRAY(
            SELECT outreach_id FROM (
                (SELECT outreach_id, company_name, address_state FROM new_rows
                EXCEPT SELECT outreach_id, company_name, address_state FROM old_rows)
                UNION ALL
                (SELECT outreach_id, company_name, address_state FROM old_rows
                EXCEPT SELECT outreach_id, company_name, address_state FROM new_rows)) changed
            WHERE outreach_id IS NOT NULL);
    END IF;
    BEGIN
        PERFORM governance.take_readiness(ids);
        UPDATE governance_readiness r
        SET company_name = coalesce(m.company_name, ''), address_state = coalesce(m.address_state, '')
        FROM unnest(ids) AS i (outreach_id)
        LEFT JOIN governance_companymaster m ON m.outreach_id = i.outreach_id
        WHERE r.outreach_id = i.outreach_id
          AND (r.company_name, r.address_state)
            IS DISTINCT FROM (coalesce(m.company_name, ''), coalesce(m.address_state, ''));
    EXCEPTION WHEN deadlock_detected THEN
        PERFORM governance.leave_readiness(ids);
    END;
    RETURN NULL;
END
$$;

-- Two statements over the same companies wait for each other in the order of ids instead of
-- deadlocking.
CREATE OR REPLACE FUNCTION governance.lock_readiness(ids uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM governance_readiness r
    WHERE r.outreach_id = ANY (ids)
    ORDER BY r.outreach_id FOR UPDATE;
END
$$;

-- Ids travel in arrays: rows are looked up by key whatever the statistics say.
CREATE OR REPLACE FUNCTION governance.readiness_errors() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    source text := CASE TG_OP
        WHEN 'INSERT' THEN
            'SELECT outreach_id, error_table, blocks, disposition, 1 AS d FROM new_rows'
        WHEN 'DELETE' THEN
            'SELECT outreach_id, error_table, blocks, disposition, -1 AS d FROM old_rows'
        ELSE
            'SELECT outreach_id, error_table, blocks, disposition, 1 AS d FROM new_rows
            UNION ALL SELECT outreach_id, error_table, blocks, disposition, -1 FROM old_rows' END;
    ids uuid[];
    opened int[];
    ct int[];
    dol int[];
    people int[];
    other int[];
BEGIN
    EXECUTE format($q$
        SELECT array_agg(outreach_id ORDER BY outreach_id),
            array_agg(opened ORDER BY outreach_id), array_agg(ct ORDER BY outreach_id),
            array_agg(dol ORDER BY outreach_id), array_agg(people ORDER BY outreach_id),
            array_agg(other ORDER BY outreach_id)
        FROM (
            SELECT c.outreach_id, sum(c.d)::int AS opened,
                coalesce(sum(c.d) FILTER (WHERE c.blocks AND c.gate = 'ct'), 0)::int AS ct,
                coalesce(sum(c.d) FILTER (WHERE c.blocks AND c.gate = 'dol'), 0)::int AS dol,
                coalesce(sum(c.d) FILTER (WHERE c.blocks AND c.gate = 'people'), 0)::int AS people,
                coalesce(sum(c.d) FILTER (WHERE c.blocks AND c.gate = 'other'), 0)::int AS other
            FROM (
                SELECT x.outreach_id, x.blocks, governance.gate_of(t.hub_id) AS gate, x.d
                FROM (
                    SELECT x.outreach_id, x.error_table, x.blocks, sum(x.d) AS d FROM (%s) x
                    WHERE x.outreach_id IS NOT NULL AND governance.error_is_open(x.disposition)
                    GROUP BY 1, 2, 3 HAVING sum(x.d) <> 0) x
                JOIN governance_errortable t ON t.name = x.error_table) c
            GROUP BY 1) by_id$q$, source)
    INTO ids, opened, ct, dol, people, other;
    IF ids IS NULL THEN
        RETURN NULL;
    END IF;
    BEGIN
        PERFORM governance.take_readiness(ids);
        UPDATE governance_readiness r
        SET open_errors = r.open_errors + c.opened, ct_blocking = r.ct_blocking + c.ct,
            dol_blocking = r.dol_blocking + c.dol,
            people_blocking = r.people_blocking + c.people, other_blocking = r.other_blocking + c.other
        FROM unnest(ids, opened, ct, dol, people, other) AS c (outreach_id, opened, ct, dol, people, other)
        WHERE r.outreach_id = c.outreach_id;
    EXCEPTION WHEN deadlock_detected THEN
        PERFORM governance.leave_readiness(ids);
    END;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION governance.readiness_target() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    ids uuid[];
BEGIN
    -- a target written as it was changes no readiness
    IF TG_OP = 'UPDATE' THEN
        ids := ARRAY(
            SELECT outreach_id FROM (
                (SELECT outreach_id, execution_status, email_method, confidence_score,
                    imo_completed_at FROM new_rows
                EXCEPT SELECT outreach_id, execution_status, email_method, confidence_score,
                    imo_completed_at FROM old_rows)
                UNION ALL
                (SELECT outreach_id, execution_status, email_method, confidence_score,
                    imo_completed_at FROM old_rows
                EXCEPT SELECT outreach_id, execution_status, email_method, confidence_score,
                    imo_completed_at FROM new_rows)) changed);
    ELSIF TG_OP = 'INSERT' THEN
        ids := ARRAY(SELECT outreach_id FROM new_rows);
    ELSE
        ids := ARRAY(SELECT outreach_id FROM old_rows);
    END IF;
    BEGIN
        PERFORM governance.take_readiness(ids);
        IF TG_OP <> 'INSERT' THEN
            UPDATE governance_readiness r
            SET ct_status = NULL, ct_done_rows = 0, ct_marketing_rows = 0
            FROM unnest(ids) AS o (outreach_id)
            WHERE r.outreach_id = o.outreach_id
              AND NOT EXISTS (SELECT FROM governance_companytarget t
                WHERE t.outreach_id = o.outreach_id);
        END IF;
        IF TG_OP <> 'DELETE' THEN
            UPDATE governance_readiness r
            SET ct_status = n.execution_status,
                ct_done_rows = governance.ct_is_done(
                    n.execution_status, n.email_method, n.confidence_score, n.imo_completed_at)::int,
                ct_marketing_rows = governance.ct_is_marketing(
                    n.execution_status, n.email_method, n.confidence_score)::int
            FROM new_rows n
            WHERE r.outreach_id = n.outreach_id
              AND (r.ct_status, r.ct_done_rows, r.ct_marketing_rows) IS DISTINCT FROM (
                n.execution_status,
                governance.ct_is_done(n.execution_status, n.email_method, n.confidence_score,
                    n.imo_completed_at)::int,
                governance.ct_is_marketing(n.execution_status, n.email_method,
                    n.confidence_score)::int);
        END IF;
    EXCEPTION WHEN deadlock_detected THEN
        PERFORM governance.leave_readiness(ids);
    END;
    RETURN NULL;
END
$$;

-- Argument 0: the maintained column; argument 1: what a row must satisfy to count.
CREATE OR REPLACE FUNCTION governance.readiness_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    source text := format(CASE TG_OP
        WHEN 'INSERT' THEN 'SELECT outreach_id, 1 AS d FROM new_rows WHERE %1$s'
        WHEN 'DELETE' THEN 'SELECT outreach_id, -1 AS d FROM old_rows WHERE %1$s'
        ELSE 'SELECT outreach_id, 1 AS d FROM new_rows WHERE %1$s
            UNION ALL SELECT outreach_id, -1 FROM old_rows WHERE %1$s' END, TG_ARGV[1]);
    ids uuid[];
    changes int[];
BEGIN
    EXECUTE format('SELECT array_agg(outreach_id), array_agg(d) FROM (
        SELECT outreach_id, sum(d)::int AS d FROM (%s) x GROUP BY 1 HAVING sum(d) <> 0) c', source)
    INTO ids, changes;
    IF ids IS NULL THEN
        RETURN NULL;
    END IF;
    BEGIN
        PERFORM governance.take_readiness(ids);
        EXECUTE format('UPDATE governance_readiness r SET %1$I = r.%1$I + c.d
            FROM unnest($1, $2) AS c (outreach_id, d) WHERE r.outreach_id = c.outreach_id', TG_ARGV[0])
        USING ids, changes;
    EXCEPTION WHEN deadlock_detected THEN
        PERFORM governance.leave_readiness(ids);
    END;
    RETURN NULL;
END
$$;

-- An error table that moves to another hub takes its blocking errors to another column.
CREATE OR REPLACE FUNCTION governance.readiness_hub() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM governance.rebuild_readiness(ARRAY(
        SELECT DISTINCT outreach_id FROM governance_huberror
        WHERE error_table = NEW.name AND outreach_id IS NOT NULL
          AND governance.error_is_blocking(blocks, disposition)));
    RETURN NULL;
END
$$;

-- Another policy counts for every company at once. Who files a company meanwhile waits, so that none keeps the former one.
CREATE OR REPLACE FUNCTION governance.readiness_policy() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    LOCK TABLE governance_readiness IN SHARE ROW EXCLUSIVE MODE;
    UPDATE governance_readiness
    SET required_slots = governance.required_slots()
    WHERE required_slots <> governance.required_slots();
    RETURN NULL;
END
$$;

-- Stored in the statement that changes the tier, the reason, or whether the company may be promoted.
CREATE OR REPLACE FUNCTION governance.record_transition() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO governance_tiertransition (txid, outreach_id, from_tier, to_tier, from_reason,
        to_reason, was_promotable, is_promotable, operation_id, actor)
    VALUES (pg_current_xact_id()::text::bigint, coalesce(NEW.outreach_id, OLD.outreach_id),
        OLD.tier, NEW.tier, OLD.reason, NEW.reason, OLD.promotable, NEW.promotable,
        governance.setting('operation')::bigint, governance.setting('actor'));
    RETURN NULL;
END
$$;

-- How companies stood at a moment: as they stand now, with what changed since taken back. Right from
-- the first transition on.
CREATE OR REPLACE FUNCTION governance.readiness_at(moment timestamptz)
RETURNS TABLE (tier text, reason text, promotable boolean, companies bigint)
LANGUAGE sql STABLE AS $$
    SELECT s.tier, s.reason, s.promotable, sum(s.n)::bigint
    FROM (
        SELECT r.tier, r.reason, r.promotable, count(*) AS n
        FROM governance_readiness r GROUP BY 1, 2, 3
        UNION ALL
        SELECT t.from_tier, t.from_reason, t.was_promotable, count(*)
        FROM governance_tiertransition t
        WHERE t.at > moment AND t.from_tier IS NOT NULL GROUP BY 1, 2, 3
        UNION ALL
        SELECT t.to_tier, t.to_reason, t.is_promotable, -count(*)
        FROM governance_tiertransition t
        WHERE t.at > moment AND t.to_tier IS NOT NULL GROUP BY 1, 2, 3) s
    GROUP BY 1, 2, 3 HAVING sum(s.n) <> 0
$$;
