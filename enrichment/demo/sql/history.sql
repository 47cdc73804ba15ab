-- Jobs of people: what was extracted, and what core has of it. Promises, a copy: 12,000 people whose
-- experience core has not; in core nothing follows from extracted by itself.
INSERT INTO extracted.person_experience
SELECT d.linkedin_url, o, t.title, f.name, f.domain,
    date '2025-11-01' - (o * 900 + mod(d.i, 800)), CASE WHEN o > 1 THEN date '2025-11-01' - ((o - 1) * 900 + mod(d.i, 800)) END, o = 1
FROM demo_person d
JOIN generate_series(1, 3) o ON true
JOIN demo_firm f ON f.copy = d.copy AND f.i = mod(d.i * o + o * 31, 17000)
JOIN demo_title t ON t.n = mod(d.i * 7 + o * 11, 60)
WHERE d.i < 24000 AND NOT d.is_salesnav;

INSERT INTO core.person_work_history
SELECT d.linkedin_url, f.domain, f.name, t.title, l.cleaned_job_title, l.job_function, l.seniority_level,
    date '2025-06-01' - (o * 800 + mod(d.i, 700)), CASE WHEN o > 1 THEN date '2025-06-01' - ((o - 1) * 800 + mod(d.i, 700)) END, o = 1, o, 'salesnav'
FROM demo_person d
JOIN generate_series(1, 2) o ON true
JOIN demo_firm f ON f.copy = d.copy AND f.i = mod(d.i * o + o * 17, 17000)
JOIN demo_title t ON t.n = mod(d.i * 7 + o * 13, 60)
LEFT JOIN reference.job_title_lookup l ON l.latest_title = t.title
WHERE d.i >= 13090 AND d.i < 47182 AND NOT d.is_salesnav;

-- jobs at companies that have no location: they would be left without their company
INSERT INTO core.person_work_history
SELECT linkedin_url, domain, company, title, NULL, NULL, NULL, date '2023-01-01', NULL, true, 1, 'salesnav'
FROM demo_person WHERE i >= 58700 AND NOT is_salesnav;

-- tenure of 19,998 people, and dates of 4,858 more of whom some have several
INSERT INTO core.person_tenure
SELECT linkedin_url, date '2021-01-01' + mod(i, 1500), 'person_profile'
FROM demo_person WHERE NOT is_salesnav AND i < 21816;

CREATE TEMP TABLE demo_starter ON COMMIT DROP AS
SELECT d.*, row_number() OVER (PARTITION BY d.copy ORDER BY d.i) AS n
FROM demo_person d
LEFT JOIN core.person_tenure t USING (linkedin_url)
WHERE NOT d.is_salesnav AND d.i >= 24000 AND t.linkedin_url IS NULL;

INSERT INTO core.person_job_start_dates
SELECT s.linkedin_url, date '2025-10-01' - mod(s.i, 900), 'discovery' FROM demo_starter s WHERE s.n <= 4858
UNION ALL
SELECT s.linkedin_url, date '2025-09-01' - mod(s.i, 900), 'profile' FROM demo_starter s WHERE s.n <= 1900
UNION ALL
SELECT s.linkedin_url, date '2025-08-01' - mod(s.i, 900), 'salesnav' FROM demo_starter s WHERE s.n BETWEEN 1500 AND 3200
UNION ALL
-- a date that has not come yet beside one that has
SELECT s.linkedin_url, date '2099-01-01', 'profile' FROM demo_starter s WHERE s.n BETWEEN 1901 AND 1940
UNION ALL
-- known by a SalesNav address alone: never a person's tenure
SELECT d.linkedin_url, date '2025-05-01', 'salesnav' FROM demo_person d WHERE d.is_salesnav AND d.i < 3000;

INSERT INTO core.person_tenure
SELECT linkedin_url, date '2025-05-01', 'salesnav' FROM demo_person WHERE is_salesnav AND i < 3000;
