-- What a company may be promoted to, and what stands in its way: the one rule that pages, files and
-- pipelines ask. Promises: can_promote() says yes exactly where promotion_blockers() names nothing
-- that blocks that hub. Tables are named with their schema, so that both are inlined.

-- The targets one can ask about, by name in any case or by hub id; anything else is an error, not a quiet no.
CREATE OR REPLACE FUNCTION governance.promotion_target(hub text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    asked text := upper(trim(coalesce(hub, '')));
    target text := CASE asked
        WHEN 'HUB-DOL' THEN 'DOL'
        WHEN 'HUB-PEOPLE' THEN 'PEOPLE'
        WHEN 'HUB-BLOG-001' THEN 'BLOG'
        WHEN 'HUB-OUTREACH' THEN 'OUTREACH'
        ELSE asked END;
BEGIN
    IF target NOT IN ('DOL', 'PEOPLE', 'BLOG', 'BIT', 'OUTREACH') THEN
        RAISE EXCEPTION '"%" is no hub that one can be promoted to', left(coalesce(hub, ''), 60)
            USING ERRCODE = 'invalid_parameter_value',
                HINT = 'Ask about DOL, PEOPLE, BLOG, BIT or OUTREACH.';
    END IF;
    RETURN target;
END
$$;

-- Every hub behind the anchor needs it done and free of blocking errors and open violations; Outreach also needs
-- DOL and People so, and no open violation at any hub. An id that the spine does not know may go nowhere, nor
-- does one that waits to be counted anew.
CREATE OR REPLACE FUNCTION governance.can_promote(company uuid, hub text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT coalesce(bool_or(
        CASE asked.target
            WHEN 'OUTREACH' THEN r.promotable
            ELSE r.ct_done AND NOT r.ct_blocked END), false)
    FROM (VALUES (governance.promotion_target(hub))) asked (target)
    LEFT JOIN public.governance_readiness r ON r.outreach_id = company
        AND NOT EXISTS (SELECT FROM governance.readiness_due d WHERE company = ANY (d.ids))
$$;

-- What stands in the way: each hub that is not done, each blocking error of a hub that gates, and each open violation
-- of the tool canon. `hub` is whose fact it is, `error_id` the error, `violation_id` the violation. In no order: whoever wants few of many says LIMIT.
CREATE OR REPLACE FUNCTION governance.promotion_blockers(company uuid)
RETURNS TABLE (blocker_type text, blocker_reason text, blocker_severity text, blocks_hub text,
    hub text, error_id uuid, violation_id bigint)
LANGUAGE sql STABLE AS $$
    SELECT 'DONE_STATE', u.reason, u.severity, u.blocks, u.hub, NULL::uuid, NULL::bigint
    FROM public.governance_readiness r
    CROSS JOIN LATERAL (VALUES
        (r.ct_done, 'Company target not done', 'CRITICAL', 'ALL', 'HUB-COMPANY-TARGET'),
        (r.dol_done, 'DOL not done', 'MEDIUM', 'OUTREACH', 'HUB-DOL'),
        (r.people_done, 'People not done', 'MEDIUM', 'OUTREACH', 'HUB-PEOPLE')
    ) u (is_done, reason, severity, blocks, hub)
    WHERE r.outreach_id = company AND NOT u.is_done
    UNION ALL
    SELECT 'BLOCKING_ERROR', e.code, 'HIGH',
        CASE governance.gate_of(t.hub_id) WHEN 'ct' THEN 'ALL' ELSE 'OUTREACH' END, t.hub_id, e.id,
        NULL
    FROM public.governance_huberror e
    JOIN public.governance_errortable t ON t.name = e.error_table
    WHERE e.outreach_id = company AND governance.error_is_blocking(e.blocks, e.disposition)
      AND governance.gate_of(t.hub_id) <> 'other'
    UNION ALL
    SELECT 'BLOCKING_ERROR', c.code, 'HIGH',
        CASE governance.gate_of(c.hub_id) WHEN 'ct' THEN 'ALL' ELSE 'OUTREACH' END, c.hub_id, NULL,
        c.id
    FROM public.governance_violationcase c
    WHERE c.outreach_id = company AND governance.error_is_open(c.disposition)
    UNION ALL
    SELECT 'DONE_STATE', 'Being counted anew: ask again in a minute', 'CRITICAL', 'ALL',
        'HUB-COMPANY-TARGET', NULL, NULL
    WHERE EXISTS (SELECT FROM governance.readiness_due d WHERE company = ANY (d.ids))
$$;
