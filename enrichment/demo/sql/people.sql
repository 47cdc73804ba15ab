-- 60,000 people a copy, by number. Every twelfth is known by a SalesNav address alone.
-- Promises, a copy: 22,000 profiles and 22,000 locations, of nobody in common; 4,858 people with a
-- start date and no tenure; 1,300 people at companies without a location.
CREATE TEMP TABLE demo_person ON COMMIT DROP AS
WITH numbered AS (
    SELECT c.copy, i, md5('person:' || c.copy || ':' || i) AS word, mod(i, 12) = 11 AS is_salesnav,
        pg_temp.one_of('Dana,Marek,Ines,Paulo,Greta,Yusuf,Carla,Owen,Mira,Jonas,Aiko,Leila,Tomas,Freya,Ravi,Noor', 'first' || c.copy || i) AS first,
        pg_temp.one_of('Ortega,Lindgren,Abara,Soto,Kaur,Weller,Brandt,Novak,Okoye,Quist,Rossi,Sato,Tran,Vance,Holt,Frost', 'last' || c.copy || i) AS last,
        CASE WHEN i < 58700 THEN mod(i, 17100) ELSE 19350 + mod(i - 58700, 650) END AS at
    FROM demo_plan p, generate_series(0, p.copies - 1) c (copy), generate_series(0, 59999) i)
SELECT n.copy, n.i, pg_temp.key('warehouse person', n.copy, n.i) AS id, n.is_salesnav,
    n.first || ' ' || n.last AS full_name,
    CASE WHEN NOT is_salesnav THEN slug END AS linkedin_slug,
    CASE WHEN is_salesnav THEN 'https://www.linkedin.com/sales/lead/' || hashed || ',NAME_SEARCH,' || upper(left(word, 4))
        ELSE 'https://www.linkedin.com/in/' || slug END AS linkedin_url,
    CASE WHEN is_salesnav THEN 'salesnav:' || left(encode(sha256(hashed::bytea), 'hex'), 32)
        ELSE 'linkedin.com/in/' || slug END AS entity_key,
    f.id AS company_id, f.domain, f.name AS company, t.title
FROM (
    SELECT *, lower(first || '-' || last) || '-' || left(word, 10) AS slug, 'ACwAA' || upper(right(word, 20)) AS hashed
    FROM numbered) n
JOIN demo_firm f ON f.copy = n.copy AND f.i = n.at
JOIN demo_title t ON t.n = mod(n.i * 7 + n.copy, 60);
CREATE UNIQUE INDEX ON demo_person (copy, i);
ANALYZE demo_person;

INSERT INTO core.people
SELECT id, linkedin_url, linkedin_slug, full_name, CASE WHEN mod(i, 23) <> 0 OR i >= 58700 THEN company_id END,
    CASE WHEN is_salesnav THEN 'salesnav' ELSE 'real' END
FROM demo_person;

INSERT INTO extracted.person_profile (linkedin_url, full_name, headline, country, location_name, latest_title, latest_company_domain, source_last_refresh, created_at)
SELECT v.linkedin_url, v.full_name, v.title || ' at ' || v.company, v.country, v.country, v.title, v.domain, v.at, v.at
FROM (
    SELECT d.*, pg_temp.one_of('United States,United States,Canada,United Kingdom,Germany,', 'at' || d.i) AS country,
        p.latest - pg_temp.chance('profile' || d.copy || ':' || d.i) * interval '60 days' AS at
    FROM demo_person d, demo_plan p) v
WHERE v.i < 24000 AND NOT v.is_salesnav;

INSERT INTO extracted.person_profile (linkedin_url, full_name, created_at)
SELECT CASE WHEN n > 12 THEN '' END, 'Nobody in particular', latest - interval '9 days'
FROM demo_plan, generate_series(1, 17) n;

INSERT INTO core.person_locations
SELECT linkedin_url, NULL, NULL, pg_temp.one_of('United States,Canada,United Kingdom', 'in' || i), 'salesnav'
FROM demo_person WHERE i BETWEEN 24000 AND 47999 AND NOT is_salesnav;

INSERT INTO reference.people_missing_country
SELECT linkedin_url, full_name FROM demo_person WHERE i BETWEEN 48000 AND 49319 AND NOT is_salesnav;

INSERT INTO core.person_job_titles
SELECT d.linkedin_url, l.cleaned_job_title, l.job_function, l.seniority_level, 'salesnav'
FROM demo_person d
LEFT JOIN reference.job_title_lookup l ON l.latest_title = d.title
WHERE d.i BETWEEN 10000 AND 49999;
