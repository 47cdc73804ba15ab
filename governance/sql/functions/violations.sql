-- Violations of the tool canon: each fact has a case, which people work on.
-- Promises: whoever writes a fact, it has a case; a case says what its fact says, and keeps saying it;
-- owner, TTL and disposition are filed by the fact; the state machine of errors holds; a case that is
-- open and about a company counts in its readiness.

-- A refused start of an operation or a run has no case: its page tells of it, and nothing is left to do.
CREATE OR REPLACE FUNCTION governance.open_cases() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO governance_violationcase (id)
    SELECT id FROM new_rows WHERE operation_id IS NULL AND playbook_run_id IS NULL ORDER BY id;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION governance.ttl_of_severity(severity text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE severity WHEN 'CRITICAL' THEN 'SHORT' WHEN 'LOW' THEN 'LONG' ELSE 'MEDIUM' END
$$;

CREATE OR REPLACE FUNCTION governance.file_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fact governance_violation;
BEGIN
    SELECT * INTO fact FROM governance_violation v WHERE v.id = NEW.id;
    IF NOT FOUND THEN
        RETURN NEW;
    END IF;
    NEW.code := fact.code;
    NEW.tool := coalesce(nullif(fact.tool, ''), fact.tool_id);
    NEW.hub_id := fact.hub_id;
    NEW.severity := fact.severity;
    NEW.outreach_id := fact.outreach_id;
    NEW.at := fact.at;
    NEW.disposition := CASE fact.disposition
        WHEN 'RETRY' THEN 'RETRY'
        WHEN 'ARCHIVE' THEN 'ARCHIVED'
        WHEN 'IGNORE' THEN 'IGNORE'
        ELSE 'PARKED' END;
    NEW.owner := coalesce(
        (SELECT nullif(h.team, '') FROM governance_hub h WHERE h.id = fact.hub_id), 'Platform team');
    NEW.ttl_tier := governance.ttl_of_severity(fact.severity);
    NEW.expires_at := governance.expiry(fact.at, NEW.ttl_tier);
    IF NEW.disposition = 'PARKED' THEN
        NEW.parked_at := fact.at;
        NEW.parked_by := 'system';
        NEW.park_reason := 'ESCALATION_REQUIRED';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION governance.guard_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.code, NEW.tool, NEW.hub_id, NEW.severity, NEW.outreach_id, NEW.at)
        IS DISTINCT FROM (OLD.code, OLD.tool, OLD.hub_id, OLD.severity, OLD.outreach_id, OLD.at) THEN
        RAISE EXCEPTION 'a case says what its violation says'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'violationcase_as_its_fact',
                TABLE = 'governance_violationcase';
    END IF;
    IF NEW.disposition <> OLD.disposition THEN
        IF NOT governance.may_become(OLD.disposition, NEW.disposition)
           AND NOT governance.undo_gives_back(NEW.id::text, NEW.disposition) THEN
            RAISE EXCEPTION '% cannot become %', OLD.disposition, NEW.disposition
                USING ERRCODE = 'check_violation', CONSTRAINT = 'violationcase_machine',
                    TABLE = 'governance_violationcase';
        END IF;
        IF OLD.disposition = 'PARKED' THEN
            NEW.parked_at := NULL;
            NEW.parked_by := NULL;
            NEW.park_reason := NULL;
        ELSIF OLD.disposition = 'RESOLVED' THEN
            NEW.resolved_at := NULL;
            NEW.resolution_note := NULL;
        END IF;
    END IF;
    NEW.expires_at := governance.expiry(NEW.at, NEW.ttl_tier);
    NEW.updated_at := OLD.updated_at;
    NEW.version := OLD.version;
    IF NEW *<> OLD THEN
        NEW.updated_at := now();
    END IF;
    RETURN NEW;
END
$$;

-- Ids travel in arrays, as those of errors do: rows are looked up by key whatever the statistics say.
CREATE OR REPLACE FUNCTION governance.readiness_violations() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    source text := CASE TG_OP
        WHEN 'INSERT' THEN 'SELECT outreach_id, hub_id, disposition, 1 AS d FROM new_rows'
        WHEN 'DELETE' THEN 'SELECT outreach_id, hub_id, disposition, -1 AS d FROM old_rows'
        ELSE 'SELECT outreach_id, hub_id, disposition, 1 AS d FROM new_rows
            UNION ALL SELECT outreach_id, hub_id, disposition, -1 FROM old_rows' END;
    ids uuid[];
    ct int[];
    dol int[];
    people int[];
    other int[];
BEGIN
    EXECUTE format($q$
        SELECT array_agg(outreach_id), array_agg(ct), array_agg(dol), array_agg(people),
            array_agg(other)
        FROM (
            SELECT outreach_id,
                coalesce(sum(d) FILTER (WHERE gate = 'ct'), 0)::int AS ct,
                coalesce(sum(d) FILTER (WHERE gate = 'dol'), 0)::int AS dol,
                coalesce(sum(d) FILTER (WHERE gate = 'people'), 0)::int AS people,
                coalesce(sum(d) FILTER (WHERE gate = 'other'), 0)::int AS other
            FROM (
                SELECT x.outreach_id, governance.gate_of(x.hub_id) AS gate, sum(x.d) AS d
                FROM (%s) x
                WHERE x.outreach_id IS NOT NULL AND governance.error_is_open(x.disposition)
                GROUP BY 1, 2 HAVING sum(x.d) <> 0) c
            GROUP BY 1) by_id$q$, source)
    INTO ids, ct, dol, people, other;
    IF ids IS NULL THEN
        RETURN NULL;
    END IF;
    BEGIN
        PERFORM governance.take_readiness(ids);
        UPDATE governance_readiness r
        SET ct_violations = r.ct_violations + c.ct, dol_violations = r.dol_violations + c.dol,
            people_violations = r.people_violations + c.people,
            other_violations = r.other_violations + c.other
        FROM unnest(ids, ct, dol, people, other) AS c (outreach_id, ct, dol, people, other)
        WHERE r.outreach_id = c.outreach_id;
    EXCEPTION WHEN deadlock_detected THEN
        PERFORM governance.leave_readiness(ids);
    END;
    RETURN NULL;
END
$$;
