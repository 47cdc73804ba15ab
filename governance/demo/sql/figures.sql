-- Every figure of the population, counted; in the order of the table it was built from.
SELECT label, count FROM (
    SELECT 1 AS line, 'spine' AS label, count(*) AS count FROM governance_outreach
    UNION ALL SELECT 2, 'company master, joined by outreach id', count(*) FROM governance_companymaster JOIN governance_outreach USING (outreach_id)
    UNION ALL SELECT 3, 'company master without domain and pattern', count(*) FROM governance_companymaster WHERE domain IS NULL AND email_pattern IS NULL
    UNION ALL SELECT 4, 'company targets', count(*) FROM governance_companytarget
    UNION ALL SELECT 5, 'company targets ' || execution_status, count(*) FROM governance_companytarget GROUP BY execution_status
    UNION ALL SELECT 6, 'ids without a company target', count(*) FROM governance_readiness WHERE ct_status IS NULL
    UNION ALL SELECT 7 + n * 0.1, 'tier ' || tier, count(r.outreach_id)
        FROM unnest(ARRAY['NOT_READY', 'TIER_0_ANCHOR_DONE', 'TIER_1_MARKETING_READY', 'TIER_2_ENRICHMENT_COMPLETE', 'TIER_3_CAMPAIGN_READY'])
            WITH ORDINALITY t(tier, n)
        LEFT JOIN governance_readiness r USING (tier) GROUP BY tier, n
    UNION ALL SELECT 8, 'DOL rows', count(*) FROM governance_dolfiling
    UNION ALL SELECT 9, 'ids with DOL done', count(*) FROM governance_readiness WHERE dol_done
    UNION ALL SELECT 10, 'blog rows', count(*) FROM governance_blogcontent
    UNION ALL SELECT 11, 'BIT rows with score and signals', count(*) FROM governance_bitscore WHERE score IS NOT NULL AND signal_count > 0
    UNION ALL SELECT 12, 'company slots', count(*) FROM governance_companyslot
    UNION ALL SELECT 13, 'company slots filled', count(*) FROM governance_companyslot WHERE is_filled
    UNION ALL SELECT 14, 'ids with people done', count(*) FROM governance_readiness WHERE people_done
    UNION ALL SELECT 15, 'people', count(*) FROM governance_person
    UNION ALL SELECT 16, 'errors ' || error_table || ' ' || code || ' ' || disposition || ', ' || retry_count || ' tries', count(*)
        FROM governance_huberror GROUP BY error_table, code, disposition, retry_count
    UNION ALL SELECT 17, 'errors CT-M-NO-MX at targets ' || t.execution_status, count(*)
        FROM governance_huberror e JOIN governance_companytarget t USING (outreach_id)
        WHERE e.error_table = 'outreach.company_target_errors' GROUP BY t.execution_status
    UNION ALL SELECT 18, 'failed company targets without a blocking error', count(*)
        FROM governance_readiness WHERE ct_status = 'failed' AND ct_blocking + dol_blocking + people_blocking + other_blocking = 0
    UNION ALL SELECT 19, 'URL failures outside the spine', count(*)
        FROM governance_huberror WHERE error_table = 'company.url_discovery_failures' AND outreach_id IS NULL
    UNION ALL SELECT 20, 'open errors', count(*) FROM governance_huberror WHERE disposition IN ('RETRY', 'PARKED')
    UNION ALL SELECT 21, 'ids with target, DOL and people done', count(*) FROM governance_readiness WHERE ct_done AND dol_done AND people_done
    UNION ALL SELECT 22, 'ids promotable to outreach', count(*) FROM governance_readiness WHERE promotable
    UNION ALL SELECT 23, 'ids held by a people error alone', count(*)
        FROM governance_readiness WHERE ct_done AND dol_done AND people_done AND people_blocking > 0 AND ct_blocking + dol_blocking + other_blocking = 0
    UNION ALL SELECT 24, 'ids held by a company target error alone', count(*)
        FROM governance_readiness WHERE ct_done AND dol_done AND people_done AND ct_blocking > 0 AND dol_blocking + people_blocking + other_blocking = 0
) figures ORDER BY line, count DESC, label
