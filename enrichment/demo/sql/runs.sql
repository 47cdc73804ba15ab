-- What workflows did in the last 60 days: runs of each state, and of ironclad.com one of each.
-- Promises: pending and running ones are of workflows that may be silent for a day, and begin just
-- before `latest`; an entity has one open run of a workflow at most.

-- a share of the entities of each workflow, and what befell them
CREATE TEMP TABLE demo_case ON COMMIT DROP AS
WITH entity AS (
    SELECT 'company' AS entity_type, copy, i, domain AS entity_key, domain AS raw_key, false AS is_salesnav
    FROM demo_firm WHERE i < 17250 AND (copy, i) <> (0, 0)
    UNION ALL
    SELECT 'person', copy, i, entity_key, linkedin_url, is_salesnav FROM demo_person WHERE i < 24000),
chosen AS (
    SELECT w.*, e.copy, e.i, e.entity_key, e.raw_key, w.workflow_name || ':' || e.copy || ':' || e.i AS seed
    FROM demo_workflow w
    JOIN entity e ON e.entity_type = w.key_type AND e.is_salesnav = (w.workflow_name = 'person_salesnav')
    WHERE pg_temp.chance('share' || w.workflow_name || ':' || e.copy || ':' || e.i) < w.share)
SELECT c.*, pg_temp.chance('kind' || seed) AS kind,
    p.latest - interval '6 hours' - pg_temp.chance('age' || seed) * interval '59 days' - CASE WHEN c.is_active THEN interval '0' ELSE interval '40 days' END AS at,
    interval '4 seconds' + pg_temp.chance('took' || seed) * interval '150 seconds' AS took
FROM chosen c, demo_plan p;

CREATE TEMP TABLE demo_run ON COMMIT DROP AS
-- tries that failed before one that did not, and those that failed for good
SELECT c.*, 1 AS attempt, 'failed' AS status, 'request' AS trigger, c.at - CASE WHEN kind < 0.76 THEN interval '3 hours' ELSE interval '0' END AS ran_at
FROM demo_case c WHERE kind BETWEEN 0.70 AND 0.76 OR kind BETWEEN 0.83 AND 0.92
UNION ALL
SELECT c.*, CASE WHEN kind BETWEEN 0.70 AND 0.76 THEN 2 ELSE 1 END, 'completed', CASE
        WHEN kind BETWEEN 0.80 AND 0.83 THEN 'inferred' WHEN kind < 0.30 THEN 'schedule' ELSE 'request' END, c.at
FROM demo_case c WHERE kind < 0.83 OR kind >= 0.96 AND NOT (is_batch AND kind >= 0.97)
UNION ALL
-- asked for again while fresh: refused, and its credits saved
SELECT c.*, 2, 'skipped', 'request', c.at + interval '5 hours' FROM demo_case c WHERE kind BETWEEN 0.76 AND 0.80 AND is_active
UNION ALL
SELECT c.*, 1, 'stale', 'request', c.at FROM demo_case c WHERE kind BETWEEN 0.92 AND 0.94
UNION ALL
SELECT c.*, 1, 'cancelled', 'manual', c.at FROM demo_case c WHERE kind BETWEEN 0.94 AND 0.96
UNION ALL
-- what was there stays there, though the latest try failed
SELECT c.*, 2, 'failed', 'schedule', c.at + interval '2 hours' FROM demo_case c WHERE kind BETWEEN 0.96 AND 0.97
UNION ALL
SELECT c.*, 1, CASE WHEN kind < 0.985 THEN 'running' ELSE 'pending' END, 'request',
    p.latest - interval '20 seconds' - pg_temp.chance('open' || c.seed) * interval '9 minutes'
FROM demo_case c, demo_plan p WHERE is_batch AND kind >= 0.97;

INSERT INTO demo_run
SELECT w.*, 0, 0, 'ironclad.com', said.raw_key, w.workflow_name || ':ironclad', 0,
    p.latest - said.age, said.took, said.attempt, said.status, said.trigger, p.latest - said.age
FROM demo_plan p, (VALUES
    ('company_discovery', 'completed', 1, 'request', 'ironclad.com', interval '12 days', interval '31 seconds'),
    ('company_discovery', 'skipped', 2, 'request', 'https://www.ironclad.com/', interval '2 days', interval '0'),
    ('company_customers', 'completed', 1, 'schedule', 'ironclad.com', interval '8 days', interval '140 seconds'),
    ('company_funding', 'failed', 1, 'request', 'ironclad.com', interval '9 days 3 hours', interval '12 seconds'),
    ('company_funding', 'completed', 2, 'request', 'ironclad.com', interval '9 days', interval '17 seconds'),
    ('company_firmographics', 'running', 1, 'request', 'ironclad.com', interval '4 minutes', interval '0'),
    ('company_technographics', 'pending', 1, 'request', 'ironclad.com', interval '2 minutes', interval '0'),
    ('company_location', 'failed', 1, 'request', 'ironclad.com', interval '3 days', interval '44 seconds'),
    ('company_signals', 'stale', 1, 'schedule', 'ironclad.com', interval '30 hours', interval '5 minutes'),
    ('crunchbase_funding_v1', 'completed', 1, 'manual', 'ironclad.com', interval '97 days', interval '20 seconds')
) said (slug, status, attempt, trigger, raw_key, age, took)
JOIN demo_workflow w ON w.workflow_name = said.slug;

-- how much each one found: 1, of customers many, of every twentieth nothing; core lacks some of it
CREATE TEMP TABLE demo_ran ON COMMIT DROP AS
SELECT r.*, r.ran_at + r.took AS ended_at, f.found,
    CASE WHEN r.core_table IS NULL OR pg_temp.chance('core' || r.seed) < 0.06 THEN 0 ELSE least(f.found, 1) END AS in_core,
    pg_temp.key('run ' || r.workflow_name, r.copy, r.i, r.status || r.attempt) AS id
FROM demo_run r, LATERAL (
    SELECT CASE
        WHEN r.seed = 'company_customers:ironclad' THEN 25
        WHEN pg_temp.chance('found' || r.seed) < 0.05 AND r.entity_key <> 'ironclad.com' THEN 0
        WHEN r.workflow_name IN ('company_customers', 'company_signals') THEN 1 + floor(pg_temp.chance('many' || r.seed) * 12)::int
        ELSE 1 END AS found) f;
CREATE INDEX ON demo_ran (workflow_name, entity_key) WHERE status = 'completed';
ANALYZE demo_ran;
