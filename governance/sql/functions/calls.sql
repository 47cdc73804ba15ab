-- The ledger of calls.
-- Promises: a call is settled once and nothing else of it ever changes, whoever writes; how much of a tool is
-- used follows in the same transaction; of reservations that race for the last attempt, call, cent or place,
-- one wins, because they queue up by tool.

CREATE OR REPLACE FUNCTION governance.guard_toolcall() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'reserved' OR NEW.status = 'reserved' THEN
        RAISE EXCEPTION 'a call is settled once'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'toolcall_settled_once';
    END IF;
    IF (NEW.id, NEW.correlation_id, NEW.tool_id, NEW.tool, NEW.tier, NEW.canon_version, NEW.hub,
            NEW.interaction, NEW.entity, NEW.domain, NEW.facts, NEW.passed, NEW.by_id, NEW.person_id,
            NEW.channel, NEW.reserved_at)
        IS DISTINCT FROM (OLD.id, OLD.correlation_id, OLD.tool_id, OLD.tool, OLD.tier, OLD.canon_version,
            OLD.hub, OLD.interaction, OLD.entity, OLD.domain, OLD.facts, OLD.passed, OLD.by_id,
            OLD.person_id, OLD.channel, OLD.reserved_at) THEN
        RAISE EXCEPTION 'a call stays as it was reserved'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'toolcall_kept';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION governance.period_start(period text, at timestamptz) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT date_trunc(period, at AT TIME ZONE 'UTC')::date
$$;

CREATE OR REPLACE FUNCTION governance.count_new_calls() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO governance_toolusage AS u (tool, period, starts, calls, cost)
    SELECT n.tool, p.period, governance.period_start(p.period, n.reserved_at), count(*), sum(n.cost)
    FROM new_rows n CROSS JOIN (VALUES ('day'), ('month')) p (period)
    WHERE n.status <> 'given_back'
    GROUP BY 1, 2, 3
    ORDER BY 1, 2, 3
    ON CONFLICT (tool, period, starts) DO UPDATE
    SET calls = u.calls + excluded.calls, cost = u.cost + excluded.cost;
    RETURN NULL;
END
$$;

-- What a call gives back, or costs beyond what was held for it, belongs to the day and month of its reservation.
CREATE OR REPLACE FUNCTION governance.count_settled_call() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    fewer int := CASE WHEN NEW.status = 'given_back' THEN 1 ELSE 0 END;
BEGIN
    DELETE FROM governance_toolplace WHERE call_id = NEW.id;
    IF fewer = 0 AND NEW.cost = OLD.cost THEN
        RETURN NULL;
    END IF;
    UPDATE governance_toolusage u
    SET calls = u.calls - fewer, cost = u.cost + NEW.cost - OLD.cost
    WHERE u.tool = NEW.tool AND u.period = 'day'
      AND u.starts = governance.period_start('day', NEW.reserved_at);
    UPDATE governance_toolusage u
    SET calls = u.calls - fewer, cost = u.cost + NEW.cost - OLD.cost
    WHERE u.tool = NEW.tool AND u.period = 'month'
      AND u.starts = governance.period_start('month', NEW.reserved_at);
    RETURN NULL;
END
$$;

-- Settle a call; the one door to it. Says settled, same (it was settled just so), other, late (too late to be
-- called off) or unknown.
CREATE OR REPLACE FUNCTION governance.settle_call(
    the_call bigint, the_status text, the_duration bigint, the_cost numeric, was_stored boolean,
    the_fault text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    kept governance_toolcall;
BEGIN
    UPDATE governance_toolcall c
    SET status = the_status, settled_at = clock_timestamp(), duration = the_duration,
        cost = CASE WHEN the_status = 'given_back' THEN 0 ELSE coalesce(the_cost, c.cost) END,
        is_stored = was_stored, fault = the_fault
    WHERE c.id = the_call AND c.status = 'reserved'
      AND (the_status <> 'called_off' OR c.reserved_at >= clock_timestamp() - interval '1 minute');
    IF FOUND THEN
        RETURN 'settled';
    END IF;
    SELECT * INTO kept FROM governance_toolcall c WHERE c.id = the_call;
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    RETURN CASE
        WHEN kept.status = 'reserved' THEN 'late'
        WHEN (kept.status, kept.duration, kept.is_stored, kept.fault)
            IS DISTINCT FROM (the_status, the_duration, was_stored, the_fault) THEN 'other'
        WHEN the_status <> 'given_back' AND the_cost <> kept.cost THEN 'other'
        ELSE 'same' END;
END
$$;

-- How many more calls a limit leaves, and when the next one fits where it leaves none.
-- A limit of seconds counts the calls within its span up to now; one of days or months those of the calendar.
CREATE OR REPLACE FUNCTION governance.room_of_limit(
    the_tool text, the_domain text, a_limit jsonb, at timestamptz, OUT room bigint, OUT free_at timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
    most bigint := (a_limit ->> 'calls')::bigint;
    kind text := a_limit ->> 'unit';
    every int := (a_limit ->> 'every')::int;
    is_each boolean := (a_limit ->> 'each')::boolean;
    since timestamptz;
    made bigint;
BEGIN
    IF kind = 'at once' THEN
        SELECT most - count(*), min(p.until) INTO room, free_at
        FROM governance_toolplace p WHERE p.tool = the_tool AND p.until > at;
        RETURN;
    END IF;
    IF kind IN ('day', 'month') THEN
        since := (date_trunc(kind, at AT TIME ZONE 'UTC') - (every - 1) * ('1 ' || kind)::interval)
            AT TIME ZONE 'UTC';
        free_at := (date_trunc(kind, at AT TIME ZONE 'UTC') + ('1 ' || kind)::interval) AT TIME ZONE 'UTC';
        IF NOT is_each THEN
            SELECT coalesce(sum(u.calls), 0) INTO made FROM governance_toolusage u
            WHERE u.tool = the_tool AND u.period = kind
              AND u.starts >= (since AT TIME ZONE 'UTC')::date;
            room := most - made;
            RETURN;
        END IF;
    ELSE
        since := at - every * ('1 ' || kind)::interval;
    END IF;
    SELECT most - count(*),
        coalesce(free_at, (array_agg(c.reserved_at ORDER BY c.reserved_at DESC))[most]
            + every * ('1 ' || kind)::interval)
    INTO room, free_at
    FROM (
        SELECT c.reserved_at FROM governance_toolcall c
        WHERE c.tool = the_tool AND c.status <> 'given_back' AND c.reserved_at > since
          AND (NOT is_each OR c.domain = the_domain)
        ORDER BY c.reserved_at DESC
        LIMIT most) c;
END
$$;

-- Reserve calls of one tool, in the order given, as many as fit: those that are answered with an id.
-- `common` holds what they share, `limits` the tool's limits, rates first; `calls` has correlation_id, entity
-- and facts of each. Where none fits, `said` is stopped, attempts, wait or closed.
CREATE OR REPLACE FUNCTION governance.reserve_calls(
    common jsonb, limits jsonb, cap numeric, most_attempts bigint, held interval, calls jsonb,
    OUT said text, OUT ids bigint[], OUT places int[], OUT at timestamptz, OUT free_at timestamptz,
    OUT words text)
LANGUAGE plpgsql AS $$
DECLARE
    the_tool text := common ->> 'tool';
    price numeric := (common ->> 'cost')::numeric;
    room bigint := jsonb_array_length(calls);
    is_held boolean := false;
    spent numeric;
    fits record;
    a_limit jsonb;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('calls of ' || the_tool, 0));
    at := clock_timestamp();
    SELECT s.reason INTO words FROM governance_killswitch s
    WHERE s.released_at IS NULL AND s.tool IN ('', the_tool) ORDER BY s.tool LIMIT 1;
    IF FOUND THEN
        said := 'stopped';
        RETURN;
    END IF;
    FOR a_limit IN SELECT jsonb_array_elements(limits) LOOP
        is_held := is_held OR a_limit ->> 'unit' = 'at once';
        fits := governance.room_of_limit(the_tool, common ->> 'domain', a_limit, at);
        IF fits.room < 1 THEN
            said := CASE WHEN a_limit ->> 'unit' IN ('day', 'month') THEN 'closed' ELSE 'wait' END;
            free_at := fits.free_at;
            words := a_limit ->> 'words';
            RETURN;
        END IF;
        room := least(room, fits.room);
    END LOOP;
    IF cap IS NOT NULL AND price > 0 THEN
        SELECT coalesce(sum(u.cost), 0) INTO spent FROM governance_toolusage u
        WHERE u.tool = the_tool AND u.period = 'month' AND u.starts = governance.period_start('month', at);
        IF floor((cap - spent) / price) < 1 THEN
            said := 'closed';
            free_at := (date_trunc('month', at AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
            RETURN;
        END IF;
        room := least(room, floor((cap - spent) / price)::bigint);
    END IF;
    WITH asked AS (
        SELECT a.place::int, a.call ->> 'correlation_id' AS correlation_id,
            coalesce(a.call ->> 'entity', '') AS entity, coalesce(a.call -> 'facts', '{}') AS facts
        FROM jsonb_array_elements(calls) WITH ORDINALITY a (call, place)),
    counted AS (
        SELECT q.*, most_attempts IS NULL OR q.entity = '' OR most_attempts >
            (SELECT count(*) FILTER (WHERE c.status <> 'called_off')
                    + greatest(count(*) FILTER (WHERE c.status = 'called_off') - 1, 0)
                FROM governance_toolcall c
                WHERE c.entity = q.entity AND c.tool = the_tool AND c.hub = common ->> 'hub'
                  AND c.entity <> '' AND c.status <> 'given_back')
            + row_number() OVER (PARTITION BY q.entity ORDER BY q.place) - 1 AS is_fit
        FROM asked q),
    chosen AS (
        SELECT q.* FROM counted q WHERE q.is_fit ORDER BY q.place LIMIT room),
    made AS (
        INSERT INTO governance_toolcall AS c (correlation_id, tool_id, tool, tier, canon_version, hub,
            interaction, entity, domain, facts, passed, by_id, person_id, channel, reserved_at, status,
            cost, is_stored, fault)
        SELECT q.correlation_id, common ->> 'tool_id', the_tool, (common ->> 'tier')::int,
            (common ->> 'canon_version')::int, common ->> 'hub', common ->> 'interaction', q.entity,
            common ->> 'domain', q.facts, true, (common ->> 'by')::int, (common ->> 'person')::int,
            common ->> 'channel', at, 'reserved', price, false, ''
        FROM chosen q ORDER BY q.place
        RETURNING c.id)
    SELECT (SELECT array_agg(m.id ORDER BY m.id) FROM made m),
        (SELECT array_agg(q.place - 1 ORDER BY q.place) FROM chosen q)
    INTO ids, places;
    IF ids IS NULL THEN
        said := 'attempts';
        RETURN;
    END IF;
    IF is_held THEN
        DELETE FROM governance_toolplace p WHERE p.tool = the_tool AND p.until <= at;
        INSERT INTO governance_toolplace (call_id, tool, until)
        SELECT i, the_tool, at + held FROM unnest(ids) i;
    END IF;
    said := 'taken';
END
$$;

-- One call about an entity can be called off; any further one that is counts as an attempt, for nobody knows.
CREATE OR REPLACE FUNCTION governance.attempts_made(the_tool text, the_hub text, the_entity text) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT count(*) FILTER (WHERE c.status <> 'called_off')
        + greatest(count(*) FILTER (WHERE c.status = 'called_off') - 1, 0)
    FROM governance_toolcall c
    WHERE c.entity = the_entity AND c.tool = the_tool AND c.hub = the_hub
      AND c.entity <> '' AND c.status <> 'given_back'
$$;
