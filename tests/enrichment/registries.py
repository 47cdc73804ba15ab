"""A registry that a warehouse holds as a table, with the odd rows that such tables have."""

TABLE = (
    """CREATE TABLE reference.enrichment_workflow_registry (workflow_name text, raw_table text,
        extracted_table text, core_table text, key_column text, key_type text,
        coalesces_to_core boolean, is_active boolean, provider text, notes text)""",
    """INSERT INTO reference.enrichment_workflow_registry VALUES
        ('company_discovery', NULL, NULL, 'core.companies', 'domain', 'company', true, true, 'clay', 'x'),
        ('Company_Discovery', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
        ('person_profile', 'raw.gone', NULL, 'core.people', 'linkedin_url', 'Person', false, false, 'clay', ''),
        ('odd_key', NULL, NULL, 'core.companies', 'no_such', 'planet', NULL, NULL, NULL, NULL),
        ('evil', 'core.companies; DROP TABLE x', '', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
        ('has blanks!', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
        (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)""",
    "GRANT SELECT ON reference.enrichment_workflow_registry TO PUBLIC",
)
