-- Who has what: traits of the 42,192 companies of one copy, by number from first to last.
-- Promises: the figures of the population follow from these ranges alone.
--   0 to 4313 are not ready (855 failed, 2,692 pending, 767 without a company target), the rest is ready.

CREATE TEMP TABLE demo_range (trait text, first int, last int, value text) ON COMMIT DROP;
INSERT INTO demo_range VALUES
    ('target', 0, 854, 'failed'), ('target', 855, 3546, 'pending'), ('target', 4314, 42191, 'ready'),
    -- spine rows of those without a target came late: 27 to 30 January
    ('late', 3547, 3835, '27'), ('late', 3836, 4254, '28'), ('late', 4255, 4292, '29'), ('late', 4293, 4313, '30'),
    -- a filing, or the reason why there is none
    ('dol', 842, 1712, 'DONE'), ('dol', 4314, 15127, 'DONE'),
    ('dol', 0, 841, 'NO_MATCH'), ('dol', 1713, 3230, 'NO_MATCH'), ('dol', 15128, 37313, 'NO_MATCH'),
    ('dol', 3231, 3546, 'NO_STATE'), ('dol', 37314, 42191, 'NO_STATE'),
    -- 2,875 second filings of an earlier year, 2,300 filings that lack an EIN
    ('filing', 4314, 7188, 'earlier'), ('filing', 15128, 17427, 'no ein'),
    -- tier 2 is: ready, filing, score; but 60 ids with people done and 7,000 others have no score
    ('bit', 1400, 1871, 'yes'), ('bit', 4314, 4453, 'yes'), ('bit', 4514, 8127, 'yes'), ('bit', 15128, 24127, 'yes'),
    -- tries of CT-M-NO-MX: all but 13 failed ids, all pending, 870 ready ids (50 of them held by it alone)
    ('tries', 0, 841, '1'), ('tries', 855, 880, '2'), ('tries', 881, 3546, '1'), ('tries', 4464, 4513, '1'), ('tries', 24314, 25133, '1'),
    -- filled slots: 4314 to 4513 are the 200 with target, filing and people done
    ('filled', 2000, 2116, '3'), ('filled', 4314, 4513, '3'), ('filled', 25314, 26013, '3'), ('filled', 26314, 32313, '2'),
    ('filled', 0, 841, '1'), ('filled', 8128, 9659, '1'), ('filled', 32314, 42191, '1'),
    -- slots in error: 70 ids held by it alone, 583 others
    ('slot errors', 4394, 4463, '1'), ('slot errors', 32314, 32713, '2'), ('slot errors', 32714, 32896, '1'),
    -- people, and whether the first one's address is verified: 17 ids of tier 3
    ('people', 4314, 4330, '3'), ('people', 26314, 26433, '2'), ('people', 32314, 32346, '1'),
    ('verified', 4314, 4330, 'yes'), ('verified', 26314, 26353, 'yes');

CREATE TEMP TABLE demo_layout ON COMMIT DROP AS
SELECT s.i,
    max(value) FILTER (WHERE trait = 'target') AS target,
    max(value) FILTER (WHERE trait = 'late')::int AS late,
    max(value) FILTER (WHERE trait = 'dol') AS dol,
    max(value) FILTER (WHERE trait = 'filing') AS filing,
    coalesce(bool_or(trait = 'bit'), false) AS has_bit,
    max(value) FILTER (WHERE trait = 'tries')::int AS tries,
    coalesce(max(value) FILTER (WHERE trait = 'filled')::int, 0) AS filled,
    coalesce(max(value) FILTER (WHERE trait = 'slot errors')::int, 0) AS slot_errors,
    coalesce(max(value) FILTER (WHERE trait = 'people')::int, 0) AS people,
    coalesce(bool_or(trait = 'verified'), false) AS is_verified
FROM generate_series(0, 42191) s(i) LEFT JOIN demo_range r ON s.i BETWEEN r.first AND r.last
GROUP BY s.i;

-- 42,348 URL discovery failures of a copy, the last 156 at companies outside the spine, scattered over five reasons.
CREATE TEMP TABLE demo_url ON COMMIT DROP AS
SELECT i, CASE WHEN p < 18904 THEN 'dns_error' WHEN p < 30120 THEN 'base_url_timeout' WHEN p < 37623 THEN 'no_pages_discovered'
    WHEN p < 41494 THEN 'blocked' ELSE 'redirect_loop' END AS code
FROM generate_series(0, 42347) i, LATERAL (SELECT mod(i * 20011 + 7, 42348) AS p) scattered;
