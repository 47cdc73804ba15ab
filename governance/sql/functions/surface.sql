-- What the views of the seed's schemas need: values out of JSON under their own types, rows of COPY
-- gathered and filed by one statement, archives that nobody writes.
-- Promises: a value of another type reads NULL and stops no query; COPY files all its rows or none.

CREATE OR REPLACE FUNCTION governance.as_uuid(given text) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN given ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN given::uuid END
$$;

CREATE OR REPLACE FUNCTION governance.as_flag(given jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE given WHEN 'true' THEN true WHEN 'false' THEN false END
$$;

-- What was not given is not kept; what lies deeper stays as it is.
CREATE OR REPLACE FUNCTION governance.without_nulls(given jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_object_agg(key, value), '{}')
    FROM jsonb_each(given) WHERE value <> 'null'
$$;

-- COPY writes row by row, and a statement for each would run the triggers of statements for each. In
-- other styles a moment is written with the name of its zone, which may be another's as well.
CREATE OR REPLACE FUNCTION governance.gather_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET datestyle TO 'ISO, YMD' AS $$
BEGIN
    INSERT INTO governance.gathered (txid, view, body)
    VALUES (pg_current_xact_id(), TG_RELID, NEW::text);
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION governance.file_gathered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    -- read once a row, not once a column
    EXECUTE format('INSERT INTO %1$s SELECT (r.line).* FROM (
            SELECT g.body::%1$s AS line FROM governance.gathered g
            WHERE g.txid = $1 AND g.view = $2 OFFSET 0) r', TG_RELID::regclass)
    USING pg_current_xact_id(), TG_RELID;
    DELETE FROM governance.gathered g WHERE g.txid = pg_current_xact_id() AND g.view = TG_RELID;
    RETURN NULL;
END
$$;

-- Views over one table are updatable, and write with the rights of its owner. Arguments: what is true
-- of the rows, and what to do.
CREATE OR REPLACE FUNCTION governance.refuse_view_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % refused', TG_ARGV[0], TG_OP
        USING ERRCODE = 'insufficient_privilege', HINT = TG_ARGV[1];
END
$$;
