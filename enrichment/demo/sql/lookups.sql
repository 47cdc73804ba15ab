-- What the warehouse looks up. Promises: "unknown" funding and every fifth title map to nothing.
INSERT INTO reference.funding_ranges VALUES
    ('USD 0 to 1M', 1), ('USD 1M to 5M', 2), ('USD 5M to 10M', 3), ('USD 10M to 50M', 4), ('USD 50M and more', 5);
INSERT INTO reference.funding_range_lookup VALUES
    ('$0 - $1M', 'USD 0 to 1M'), ('$1M - $5M', 'USD 1M to 5M'), ('$5M - $10M', 'USD 5M to 10M'),
    ('$10M - $50M', 'USD 10M to 50M'), ('$50M+', 'USD 50M and more');

CREATE TEMP TABLE demo_title ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY level.n, field.n) - 1 AS n, level.word || ' ' || field.word AS title,
    level.word AS seniority, field.word AS job_function
FROM unnest(ARRAY['Head of', 'Director of', 'VP', 'Manager', 'Lead', 'Associate']) WITH ORDINALITY level (word, n),
    unnest(ARRAY['Sales', 'Marketing', 'Finance', 'People', 'Operations', 'Engineering', 'Product', 'Support', 'Legal', 'Procurement'])
        WITH ORDINALITY field (word, n);
CREATE UNIQUE INDEX ON demo_title (n);

INSERT INTO reference.job_title_lookup
SELECT title, title, seniority, job_function FROM demo_title WHERE mod(n, 5) <> 4;
