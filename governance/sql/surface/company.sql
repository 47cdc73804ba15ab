-- What is known of a company under its own id.
CREATE OR REPLACE VIEW company.company_master AS
SELECT company_unique_id, company_name, domain, email_pattern, address_state, source_system
FROM governance_companymaster;
