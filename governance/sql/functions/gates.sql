-- Which gates open when errors no longer block: one rule for plans, groups and errors.
-- Promises: what opens_promotion() and opens_hubs() say is what readiness becomes.

-- The hubs that gate, by the prefix of their columns in readiness (GATES in models/hubs.py).
CREATE OR REPLACE FUNCTION governance.gate_of(hub text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE hub
        WHEN 'HUB-COMPANY-TARGET' THEN 'ct'
        WHEN 'HUB-DOL' THEN 'dol'
        WHEN 'HUB-PEOPLE' THEN 'people'
        ELSE 'other' END
$$;

CREATE OR REPLACE FUNCTION governance.error_is_open(disposition text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT disposition IN ('RETRY', 'PARKED')
$$;

CREATE OR REPLACE FUNCTION governance.error_is_blocking(blocks boolean, disposition text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT blocks AND disposition IN ('RETRY', 'PARKED')
$$;

-- All is done, and the blocking errors cleared at each gate are all that there are.
CREATE OR REPLACE FUNCTION governance.opens_promotion(
    r governance_readiness, ct bigint, dol bigint, people bigint) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT r.ct_done AND r.dol_done AND r.people_done AND NOT r.promotable
       AND r.ct_blocking = ct AND r.dol_blocking = dol AND r.people_blocking = people
       AND r.ct_violations + r.dol_violations + r.people_violations + r.other_violations = 0
$$;

-- The anchor is done, and its last blocking errors are cleared: every hub behind it may go on.
CREATE OR REPLACE FUNCTION governance.opens_hubs(r governance_readiness, ct bigint) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT r.ct_done AND ct > 0 AND r.ct_blocking = ct AND r.ct_violations = 0
$$;

-- The cleared errors are all that block the company, at any hub.
CREATE OR REPLACE FUNCTION governance.unblocks(r governance_readiness, cleared bigint)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT cleared > 0
       AND cleared = r.ct_blocking + r.dol_blocking + r.people_blocking + r.other_blocking
       AND r.ct_violations + r.dol_violations + r.people_violations + r.other_violations = 0
$$;

-- The same three of violations of the tool canon, which hold back promotion at any hub: those cleared are all
-- that there are, and no error blocks.
CREATE OR REPLACE FUNCTION governance.violations_open_promotion(
    r governance_readiness, cleared bigint) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT r.ct_done AND r.dol_done AND r.people_done AND governance.violations_unblock(r, cleared)
$$;

CREATE OR REPLACE FUNCTION governance.violations_open_hubs(r governance_readiness, ct bigint)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT r.ct_done AND ct > 0 AND r.ct_violations = ct AND r.ct_blocking = 0
$$;

CREATE OR REPLACE FUNCTION governance.violations_unblock(r governance_readiness, cleared bigint)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT cleared > 0
       AND cleared = r.ct_violations + r.dol_violations + r.people_violations + r.other_violations
       AND r.ct_blocking + r.dol_blocking + r.people_blocking = 0
$$;
