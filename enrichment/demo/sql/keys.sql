-- Keys and indexes of the warehouse, once its rows are there.
ALTER TABLE core.companies ADD PRIMARY KEY (id), ADD UNIQUE (domain);
ALTER TABLE core.companies_missing_location ADD PRIMARY KEY (id);
ALTER TABLE core.people ADD PRIMARY KEY (id),
    ADD FOREIGN KEY (core_company_id) REFERENCES core.companies (id);
CREATE INDEX ON core.people (linkedin_url);
CREATE INDEX ON core.people (core_company_id);
ALTER TABLE core.person_tenure ADD UNIQUE (linkedin_url);
ALTER TABLE core.person_job_start_dates ADD UNIQUE (person_linkedin_url, source);
ALTER TABLE core.person_work_history ADD PRIMARY KEY (linkedin_url, experience_order, source_id);
CREATE INDEX ON core.person_work_history (company_domain);
ALTER TABLE core.person_locations ADD UNIQUE (linkedin_url, source);
ALTER TABLE core.person_job_titles ADD UNIQUE (linkedin_url, source);
ALTER TABLE core.company_funding ADD UNIQUE (domain, source);
ALTER TABLE core.company_locations ADD UNIQUE (domain, source);
ALTER TABLE extracted.company_discovery ADD UNIQUE (domain);
ALTER TABLE extracted.person_profile ADD PRIMARY KEY (id);
CREATE INDEX ON extracted.person_profile (linkedin_url);
ALTER TABLE extracted.person_experience ADD PRIMARY KEY (linkedin_url, experience_order);
ALTER TABLE reference.job_title_lookup ADD PRIMARY KEY (latest_title);
ALTER TABLE reference.funding_ranges ADD PRIMARY KEY (funding_range);
ALTER TABLE reference.funding_range_lookup ADD PRIMARY KEY (raw_funding_range);
