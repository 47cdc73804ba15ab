-- The one form of a key where plain SQL writes one, as enrichment/keys.py has it. Other scripts and
-- percent signs are refused: SQL has no punycode.

CREATE OR REPLACE FUNCTION enrichment.refuse_key(raw text, looks_like text)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'no key: “%”', left(raw, 100)
        USING ERRCODE = 'check_violation', HINT = 'A key looks like ' || looks_like || '.';
END
$$;

CREATE OR REPLACE FUNCTION enrichment.company_key(raw text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    address text := regexp_replace(btrim(raw, E' \t\r\n'), '^([A-Za-z][A-Za-z0-9+.-]*:)?//', '');
    host text := lower(split_part(regexp_replace(address, '[?#\\].*$', ''), '/', 1));
    rest text := btrim(substr(regexp_replace(address, '[?#\\].*$', ''), length(host) + 1), '/');
BEGIN
    host := regexp_replace(host, '^.*@', '');
    host := rtrim(regexp_replace(host, ':[0-9]*$', ''), '.');
    WHILE host LIKE 'www.%.%' LOOP
        host := substr(host, 5);
    END LOOP;
    IF host !~ '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]+)$'
        OR length(host) > 253
        OR host ~ '(^|\.)local(host|domain)$'
        OR host ~ '(^|\.)linkedin\.com$' AND rest <> ''
    THEN
        RETURN enrichment.refuse_key(raw, 'ironclad.com');
    END IF;
    RETURN host;
END
$$;

CREATE OR REPLACE FUNCTION enrichment.person_key(raw text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    address text := regexp_replace(btrim(raw, E' \t\r\n'), '^([A-Za-z][A-Za-z0-9+.-]*:)?//', '');
    parts text[] := string_to_array(regexp_replace(address, '[?#].*$', ''), '/');
    lead text := split_part(parts[4], ',', 1);
BEGIN
    IF lower(address) ~ '^salesnav:[0-9a-f]{32}$' THEN
        RETURN lower(address);
    ELSIF lower(parts[1]) !~ '^([a-z0-9-]+\.)?linkedin\.com\.?$' THEN
        RETURN enrichment.refuse_key(raw, 'linkedin.com/in/jane-doe');
    ELSIF lower(parts[2]) = 'in' AND lower(parts[3]) ~ '^(?=.*[a-z0-9])[a-z0-9_.~-]{1,100}$' THEN
        RETURN 'linkedin.com/in/' || lower(parts[3]);
    ELSIF lower(parts[2]) = 'sales' AND lower(parts[3]) IN ('lead', 'people') AND lead ~ '^[A-Za-z0-9_-]+$' THEN
        RETURN 'salesnav:' || left(encode(sha256(convert_to(lead, 'UTF8')), 'hex'), 32);
    END IF;
    RETURN enrichment.refuse_key(raw, 'linkedin.com/in/jane-doe');
END
$$;

CREATE OR REPLACE FUNCTION enrichment.entity_key(kind text, raw text) RETURNS text LANGUAGE sql AS $$
    SELECT CASE kind
        WHEN 'company' THEN enrichment.company_key(raw)
        WHEN 'person' THEN enrichment.person_key(raw)
        ELSE enrichment.refuse_key(raw, 'one of a company or a person') END
$$;
