-- 20,000 companies a copy, by number: the first is ironclad.com, the others are those of the backlog.
-- Promises, a copy: 2,750 companies (17,250 to 19,999) are listed without any location; 100 of them have
-- one by now, 650 have people; 150 more are listed with a location. 4,800 have funding that core has not.
CREATE TEMP TABLE demo_firm ON COMMIT DROP AS
WITH numbered AS (
    SELECT c.copy, i, mod((c.copy * 20000 + i)::bigint * 402653189, b.n * t.n) AS k, b.n AS brands
    FROM demo_plan p, generate_series(0, p.copies - 1) c (copy), generate_series(0, 19999) i,
        (SELECT count(*) AS n FROM demo_brand) b, (SELECT count(*) AS n FROM demo_trade) t),
named AS (
    SELECT n.copy, n.i, b.brand || ' ' || t.trade AS name
    FROM numbered n
    JOIN demo_brand b ON b.n = mod(n.k, n.brands)
    JOIN demo_trade t ON t.n = n.k / n.brands)
SELECT n.copy, n.i, pg_temp.key('warehouse company', n.copy, n.i) AS id,
    CASE WHEN is_iron THEN 'Ironclad' ELSE n.name END AS name,
    CASE WHEN is_iron THEN 'ironclad.com' ELSE word || '.example' END AS domain,
    'https://www.linkedin.com/company/' || CASE WHEN is_iron THEN 'ironclad' ELSE word END AS linkedin_url,
    pg_temp.one_of('United States,United States,United States,Canada,United Kingdom,Germany', 'country' || word) AS country,
    pg_temp.one_of('Software,Manufacturing,Logistics,Food,Health,Construction', 'industry' || word) AS industry
FROM (
    SELECT *, copy = 0 AND i = 0 AS is_iron,
        lower(regexp_replace(replace(name, '&', 'and'), '[^A-Za-z]', '', 'g')) AS word
    FROM named) n;
CREATE UNIQUE INDEX ON demo_firm (copy, i);
ANALYZE demo_firm;

INSERT INTO core.companies (id, domain, name, linkedin_url, cleaned_name, created_at, updated_at)
SELECT f.id, f.domain, f.name, f.linkedin_url,
    CASE WHEN f.i BETWEEN 16000 AND 16639 THEN NULL ELSE regexp_replace(f.name, ' (Advisors|Labs|Builders)$', '') END,
    p.latest - interval '400 days' + f.i * interval '25 minutes', p.latest - interval '60 days'
FROM demo_firm f, demo_plan p;

INSERT INTO reference.companies_missing_cleaned_name
SELECT domain, name FROM demo_firm WHERE i BETWEEN 16000 AND 16639;

INSERT INTO core.companies_missing_location
SELECT id, domain, name, linkedin_url, CASE WHEN i < 17250 THEN country END, NULL
FROM demo_firm WHERE i >= 17100;

-- of the last 250 of those that core has no location of, discovery knows the country
INSERT INTO core.company_locations (domain, country, state, city, source)
SELECT domain, country, NULL, pg_temp.one_of('Austin,Leeds,Toronto,Hamburg,Denver,Columbus', 'city' || domain), 'company_discovery'
FROM demo_firm WHERE i < 16850 OR i BETWEEN 17250 AND 17349;

INSERT INTO extracted.company_discovery
SELECT f.domain, f.name, f.linkedin_url, CASE WHEN f.i < 17250 THEN f.country END, f.industry,
    CASE WHEN f.i < 9600 THEN pg_temp.one_of('$0 - $1M,$1M - $5M,$5M - $10M,$10M - $50M,$50M+,unknown', 'funding' || f.domain) END,
    p.latest - pg_temp.chance('discovered' || f.domain) * interval '60 days'
FROM demo_firm f, demo_plan p
WHERE f.i < 17000 OR f.i BETWEEN 17250 AND 18249;

-- found by a discovery, and in core no company
INSERT INTO extracted.company_discovery
SELECT 'found-' || f.domain, f.name || ' Group', NULL, f.country, f.industry, NULL,
    p.latest - pg_temp.chance('found' || f.domain) * interval '60 days'
FROM demo_firm f, demo_plan p
WHERE f.i BETWEEN 1 AND 320;

INSERT INTO core.company_funding (domain, source, raw_funding_range, matched_funding_range)
SELECT f.domain, 'extracted.company_discovery', d.total_funding_amount_range_usd, l.matched_funding_range
FROM demo_firm f
JOIN extracted.company_discovery d USING (domain)
LEFT JOIN reference.funding_range_lookup l ON l.raw_funding_range = d.total_funding_amount_range_usd
WHERE f.i < 4800;

INSERT INTO core.company_funding (domain, source, raw_funding_range, matched_funding_range)
SELECT domain, 'crunchbase', '$10M - $50M', 'USD 10M to 50M'
FROM demo_firm WHERE i < 1000 OR i BETWEEN 9600 AND 10599;
