-- What the warehouse and its runs amount to, counted.
SELECT label, count FROM (
    SELECT 1 AS line, 'core.companies' AS label, count(*) AS count FROM core.companies
    UNION ALL SELECT 2, 'core.people', count(*) FROM core.people
    UNION ALL SELECT 3, 'tables of the warehouse', count(*)
        FROM pg_class WHERE relnamespace::regnamespace::text IN ('raw', 'extracted', 'core', 'reference') AND relkind = 'r'
    UNION ALL SELECT 4, 'companies listed without a location', count(*)
        FROM core.companies_missing_location WHERE discovery_location IS NULL AND salesnav_location IS NULL
    UNION ALL SELECT 5, 'of them with people', count(DISTINCT m.id)
        FROM core.companies_missing_location m JOIN core.people p ON p.core_company_id = m.id
        WHERE m.discovery_location IS NULL AND m.salesnav_location IS NULL
    UNION ALL SELECT 6, 'people with a start date and no tenure', count(DISTINCT d.person_linkedin_url)
        FROM core.person_job_start_dates d
        LEFT JOIN core.person_tenure t ON t.linkedin_url = d.person_linkedin_url WHERE t.linkedin_url IS NULL
    UNION ALL SELECT 7, 'domains with funding that core has not', count(DISTINCT d.domain)
        FROM extracted.company_discovery d LEFT JOIN core.company_funding f USING (domain)
        WHERE d.total_funding_amount_range_usd IS NOT NULL AND f.domain IS NULL
    UNION ALL SELECT 8, 'profiles of people', count(DISTINCT nullif(linkedin_url, '')) FROM extracted.person_profile
    UNION ALL SELECT 9, 'people with a location in core', count(DISTINCT linkedin_url) FROM core.person_locations
    UNION ALL SELECT 10, 'people with a profile and a location', count(DISTINCT linkedin_url)
        FROM extracted.person_profile JOIN core.person_locations USING (linkedin_url)
    UNION ALL SELECT 11, 'people whose experience core has not', count(DISTINCT e.linkedin_url)
        FROM extracted.person_experience e LEFT JOIN core.person_work_history h USING (linkedin_url) WHERE h.linkedin_url IS NULL
    UNION ALL SELECT 12, 'titles without a mapping', count(DISTINCT e.title)
        FROM extracted.person_experience e LEFT JOIN reference.job_title_lookup l ON l.latest_title = e.title WHERE l.latest_title IS NULL
    UNION ALL SELECT 13, 'workflows registered', count(*) FROM enrichment_workflow
    UNION ALL SELECT 14, 'runs ' || status, count(*) FROM enrichment_run GROUP BY status
    UNION ALL SELECT 15, 'entities of the warehouse', count(*) FROM enrichment_entity WHERE in_warehouse
) figures ORDER BY line, count DESC, label
