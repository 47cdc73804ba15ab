-- The definition of readiness over all companies, and where the maintained rows differ from it.

CREATE OR REPLACE VIEW governance.readiness_counts AS
SELECT * FROM governance.readiness_counts_of(NULL);

-- The ids whose maintained row differs from the definition, but for those that wait for it; empty when
-- all is well.
CREATE OR REPLACE VIEW governance.readiness_drift AS
SELECT outreach_id
FROM governance.readiness_counts c FULL JOIN governance_readiness r USING (outreach_id)
WHERE (r.domain, r.company_name, r.address_state, r.ct_status, r.ct_done_rows, r.ct_marketing_rows, r.dol_done_rows, r.filled_slots, r.required_slots,
    r.blog_rows, r.bit_done_rows, r.verified_people,
    r.open_errors, r.ct_blocking, r.dol_blocking,
    r.people_blocking, r.other_blocking, r.ct_violations, r.dol_violations, r.people_violations,
    r.other_violations)
    IS DISTINCT FROM (c.domain, c.company_name, c.address_state, c.ct_status, c.ct_done_rows, c.ct_marketing_rows, c.dol_done_rows,
    c.filled_slots, c.required_slots, c.blog_rows, c.bit_done_rows, c.verified_people, c.open_errors, c.ct_blocking,
    c.dol_blocking, c.people_blocking, c.other_blocking, c.ct_violations, c.dol_violations, c.people_violations,
    c.other_violations)
    AND outreach_id NOT IN (SELECT unnest(ids) FROM governance.readiness_due);
