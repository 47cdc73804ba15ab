-- The spine, the company master and the rows of every hub.

INSERT INTO governance_outreach (outreach_id, sovereign_id, domain, ein, created_at, updated_at)
SELECT outreach_id, pg_temp.key('sovereign', copy, i), domain, CASE WHEN dol = 'DONE' THEN ein END, created_at, created_at
FROM demo_company, demo_plan p, LATERAL (
    SELECT least(p.latest, p.shift + CASE WHEN late IS NULL
        THEN timestamptz '2025-10-06 07:00+00' + pg_temp.chance('spine' || outreach_id) * interval '70 days'
        ELSE timestamptz '2026-01-01 00:00+00' + (late - 1) * interval '1 day' + pg_temp.chance('spine' || outreach_id) * interval '24 hours' END) AS created_at) t
ORDER BY created_at;

INSERT INTO governance_companymaster (company_unique_id, outreach_id, company_name, domain, email_pattern, address_state, source_system)
SELECT company_unique_id, outreach_id, name, CASE WHEN target = 'ready' THEN domain END, CASE WHEN target = 'ready' THEN '{first}.{last}' END, state,
    pg_temp.one_of('state registry,trade directory,broker list,web form', 'source' || outreach_id)
FROM demo_company;

INSERT INTO governance_companytarget (target_id, outreach_id, company_unique_id, email_method, method_type, confidence_score, execution_status,
    imo_completed_at, is_catchall, version)
SELECT pg_temp.key('target', copy, i), outreach_id, company_unique_id, CASE WHEN target = 'ready' THEN 'first.last' END,
    CASE WHEN target = 'ready' THEN 'MX_ONLY' END, CASE WHEN target = 'ready' THEN 0.70 END, target,
    CASE WHEN target <> 'pending' THEN p.shift + timestamptz '2026-01-07 00:05+00' + pg_temp.chance('target' || outreach_id) * interval '30 hours' END,
    CASE WHEN target = 'ready' THEN false END, 1
FROM demo_company, demo_plan p WHERE target IS NOT NULL;

INSERT INTO governance_dolfiling (dol_id, outreach_id, ein, filing_present, funding_type, broker_or_advisor, carrier)
SELECT pg_temp.key('filing', copy, i), outreach_id, ein, true, pg_temp.one_of('fully insured,self-funded,level-funded', 'funding' || outreach_id),
    pg_temp.one_of('Harwick Benefits,Tolland & Ames,Beacon Row Advisors,Pallister Group', 'broker' || outreach_id),
    pg_temp.one_of('Meridian Mutual,Old Harbor Life,Prairie Health Plan,Summit Assurance', 'carrier' || outreach_id)
FROM demo_company WHERE dol = 'DONE'
UNION ALL
SELECT pg_temp.key('filing', copy, i, filing), outreach_id, CASE filing WHEN 'earlier' THEN ein END, filing = 'no ein', NULL, NULL, NULL
FROM demo_company WHERE filing IS NOT NULL;

INSERT INTO governance_blogcontent (blog_id, outreach_id, context_summary, source_type, source_url, context_timestamp)
SELECT pg_temp.key('blog', copy, i), outreach_id, name || ' ' || pg_temp.one_of('opens a second site.,hires for a new shift.,changes its benefits broker.,'
    'celebrates an anniversary.,wins a county contract.,moves to a larger building.', 'topic' || outreach_id),
    pg_temp.one_of('company_site,newsroom,local_press', 'blog' || outreach_id), 'https://' || domain || '/news',
    p.shift + timestamptz '2025-12-01 06:00+00' + pg_temp.chance('read' || outreach_id) * interval '30 days'
FROM demo_company, demo_plan p WHERE target IS NOT NULL;

INSERT INTO governance_bitscore (outreach_id, score, score_tier, signal_count, people_score, dol_score, blog_score, talent_flow_score)
SELECT outreach_id, score, CASE WHEN score >= 70 THEN 'HOT' WHEN score >= 40 THEN 'WARM' ELSE 'COLD' END, 1 + floor(score / 20)::int,
    round(score * 0.3, 2), round(score * 0.4, 2), round(score * 0.2, 2), round(score * 0.1, 2)
FROM demo_company, LATERAL (SELECT round((5 + 90 * pg_temp.chance('bit' || outreach_id))::numeric, 2) AS score) t WHERE has_bit;

-- Seats are numbered from a different one in each company; the first ones are filled, the last ones in error.
CREATE TEMP TABLE demo_slot ON COMMIT DROP AS
SELECT c.copy, c.i, c.outreach_id, c.domain, pg_temp.key('slot', c.copy, c.i, s.slot_type) AS slot_id, s.slot_type, seat < c.filled AS is_filled,
    seat >= 3 - c.slot_errors AS is_in_error, seat < c.people AS has_person, seat = 0 AND c.is_verified AS is_verified,
    pg_temp.key('person', c.copy, c.i, s.slot_type) AS person_id
FROM demo_company c, (VALUES ('CEO', 0), ('CFO', 1), ('HR', 2)) s(slot_type, n), LATERAL (SELECT mod(s.n + c.i, 3) AS seat) t;

INSERT INTO governance_companyslot (slot_id, outreach_id, slot_type, is_filled, person_unique_id, confidence_score)
SELECT slot_id, outreach_id, slot_type, is_filled, CASE WHEN is_filled THEN person_id::text END,
    CASE WHEN is_filled THEN round((0.6 + 0.39 * pg_temp.chance('slot' || slot_id))::numeric, 4) END
FROM demo_slot;

INSERT INTO governance_person (person_id, outreach_id, email, email_verified, contact_status, slot_type)
SELECT person_id, outreach_id, lower(first || '.' || last) || '@' || domain, is_verified,
    CASE WHEN is_verified OR pg_temp.chance('status' || person_id) < 0.9 THEN 'active' ELSE pg_temp.one_of('bounced,unsubscribed', 'left' || person_id) END, slot_type
FROM demo_slot, LATERAL (
    SELECT pg_temp.one_of('Ada,Bruno,Clara,Dario,Elena,Femi,Greta,Hugo,Iris,Jonas,Kira,Liam,Mina,Noel,Olga,Pablo,Quinn,Rosa,Samir,Tessa,Uma,Victor,Wanda,Yusuf,Zoe', 'first' || person_id) AS first,
        pg_temp.one_of('Almeida,Berg,Carver,Dunn,Ekberg,Farrow,Grant,Hoang,Ivers,Jarvis,Klein,Lund,Mbeki,Nolan,Ostrow,Price,Rahim,Stone,Torres,Ueda,Voss,Ward,Yates', 'last' || person_id) AS last) t
WHERE has_person;
