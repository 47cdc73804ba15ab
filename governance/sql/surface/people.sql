-- The seats at a company (CEO, CFO, HR) that people fill; one of a type per id.
CREATE OR REPLACE VIEW people.company_slot AS
SELECT slot_id, outreach_id, slot_type, is_filled, person_unique_id, confidence_score
FROM governance_companyslot;
