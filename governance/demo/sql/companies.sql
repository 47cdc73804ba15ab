-- The companies of all copies with their names and traits. Parameters: demo_plan(copies, shift, latest, latest_error), see population.py.

CREATE TEMP TABLE demo_company ON COMMIT DROP AS
WITH numbered AS (
    SELECT c.copy, l.*, mod((c.copy * 42192 + l.i)::bigint * 402653189, b.n * t.n) AS k, b.n AS brands
    FROM demo_layout l, demo_plan p, generate_series(0, p.copies - 1) c(copy),
        (SELECT count(*) AS n FROM demo_brand) b, (SELECT count(*) AS n FROM demo_trade) t)
SELECT n.copy, n.i, n.target, n.late, n.dol, n.filing, n.has_bit, n.tries, n.filled, n.slot_errors, n.people, n.is_verified,
    coalesce(a.outreach_id, pg_temp.key('spine', n.copy, n.i)) AS outreach_id,
    coalesce(a.error_id, pg_temp.key('ct', n.copy, n.i)) AS ct_error_id,
    'CO-' || lpad((n.copy * 100000 + n.i + 1)::text, 7, '0') AS company_unique_id,
    b.brand || ' ' || t.trade AS name,
    lower(regexp_replace(replace(b.brand || t.trade, '&', 'and'), '[^A-Za-z]', '', 'g')) || '.example' AS domain,
    CASE WHEN n.dol IS DISTINCT FROM 'NO_STATE' THEN s.state END AS state,
    lpad((10 + mod(k, 83))::text, 2, '0') || '-' || lpad((1000000 + mod(k * 7919, 8999999))::text, 7, '0') AS ein
FROM numbered n
JOIN demo_brand b ON b.n = mod(n.k, n.brands)
JOIN demo_trade t ON t.n = n.k / n.brands
JOIN demo_state s ON s.n = mod(n.k * 31 + n.k / 97, (SELECT count(*) FROM demo_state))
LEFT JOIN demo_audit a ON n.copy = 0 AND a.position = n.i;
CREATE UNIQUE INDEX ON demo_company (copy, i);
ANALYZE demo_company;
