-- The snapshot of each day from the first transition to `last`: how companies stand now, with what came later taken back.
-- Parameters: the moment of loading (no day ends after it), the last day, the definition's mark.

WITH given AS (SELECT %s::timestamptz AS now, %s::date AS last, %s::int AS definition)
INSERT INTO governance_readinesssnapshot (day, at, definition)
SELECT day::date, least(now, (day + interval '1 day') AT TIME ZONE 'UTC'), definition
FROM given, generate_series((SELECT min(at) AT TIME ZONE 'UTC' FROM governance_tiertransition)::date::timestamp, last, interval '1 day') day;

INSERT INTO governance_readinessfigure (snapshot_id, tier, reason, promotable, companies)
WITH later AS (
    SELECT s.id AS snapshot_id, t.tier, t.reason, t.promotable, sum(t.n) AS n
    FROM governance_readinesssnapshot s
    JOIN (
        SELECT day, tier, reason, promotable, sum(n) AS n FROM (
            SELECT (at AT TIME ZONE 'UTC')::date AS day, from_tier AS tier, from_reason AS reason, was_promotable AS promotable, 1 AS n
            FROM governance_tiertransition WHERE from_tier IS NOT NULL
            UNION ALL
            SELECT (at AT TIME ZONE 'UTC')::date, to_tier, to_reason, is_promotable, -1
            FROM governance_tiertransition WHERE to_tier IS NOT NULL) changes
        GROUP BY day, tier, reason, promotable) t ON t.day > s.day
    GROUP BY s.id, t.tier, t.reason, t.promotable),
now AS (
    SELECT s.id AS snapshot_id, r.tier, r.reason, r.promotable, r.n
    FROM governance_readinesssnapshot s,
        (SELECT tier, reason, promotable, count(*) AS n FROM governance_readiness GROUP BY tier, reason, promotable) r)
SELECT snapshot_id, tier, reason, promotable, sum(n)
FROM (SELECT * FROM later UNION ALL SELECT * FROM now) both_
GROUP BY snapshot_id, tier, reason, promotable HAVING sum(n) <> 0;
