-- What models declare (outreach_admin/db/declarations.py), as trigger functions for any table.
-- Promises: what is append-only or never deleted stays, whoever asks; a version rises with every
-- change, and with nothing else.

-- Argument 0: what is true of the table.
CREATE OR REPLACE FUNCTION outreach_admin.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% %: % refused', TG_TABLE_NAME, TG_ARGV[0], TG_OP
        USING ERRCODE = 'insufficient_privilege';
END
$$;

-- Argument 0: the sentence.
CREATE OR REPLACE FUNCTION outreach_admin.refuse_new_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'check_violation';
END
$$;

CREATE OR REPLACE FUNCTION outreach_admin.raise_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version;
    IF NEW *<> OLD THEN
        NEW.version := OLD.version + 1;
    END IF;
    RETURN NEW;
END
$$;
