-- The one form of words and domains; governance/words.py says the same in Python.
-- Promises: each form of a form is that form; a domain in ASCII has no capital, scheme, account,
-- port, path or final dot.

-- Trims what is blank, seen or not (no-break, ideographic, zero-width), and composes accents.
CREATE OR REPLACE FUNCTION governance.tidy_word(word text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT btrim(normalize(word), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\t\n\u000b\f\r'
        '\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b'
        '\u001c\u001d\u001e\u001f \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006'
        '\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff')
$$;

-- Letters beyond ASCII stay: PostgreSQL has no punycode, and a check refuses them.
CREATE OR REPLACE FUNCTION governance.domain_form(given text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ltrim(rtrim(lower(
        regexp_replace(
        regexp_replace(
        regexp_replace(
            governance.tidy_word(given),
            '^([A-Za-z][A-Za-z0-9+.-]*:)?//', ''),
            '^[^/?#\\]*@', ''),
            '[:/?#\\].*$', '') COLLATE "C"), E'. \t\r\n'), E' \t\r\n')
$$;

-- A path or an account may matter to whoever looks into the error: kept as it was given.
CREATE OR REPLACE FUNCTION governance.with_given_domain(details jsonb, given text) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN rtrim(lower(governance.tidy_word(given) COLLATE "C"), '.')
            <> governance.domain_form(given) AND jsonb_typeof(details) = 'object'
            THEN details || jsonb_build_object('given_domain', given)
        ELSE details END
$$;
