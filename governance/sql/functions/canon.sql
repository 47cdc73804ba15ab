-- The tool canon: versions and kill switches, kept as they were written.
-- Promises: of a version only the moment and person of its enforcement change, and only forwards, so that
-- the one enforced last is in force, put there by somebody else than who brought it in; a switch is released once, and nothing else of it changes.

CREATE OR REPLACE FUNCTION governance.guard_canonversion() RETURNS trigger
LANGUAGE plpgsql SET search_path TO public, pg_temp AS $$
DECLARE
    before_at timestamptz := CASE WHEN TG_OP = 'UPDATE' THEN OLD.enforced_at END;
    before_by bigint := CASE WHEN TG_OP = 'UPDATE' THEN OLD.enforced_by_id END;
    latest timestamptz;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.version, NEW.sha256, NEW.text, NEW.loaded_at, NEW.loaded_by_id)
        IS DISTINCT FROM (OLD.id, OLD.version, OLD.sha256, OLD.text, OLD.loaded_at, OLD.loaded_by_id) THEN
        RAISE EXCEPTION 'a version of the canon stays as it was loaded'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'canonversion_kept';
    END IF;
    IF NEW.sha256 <> encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex') THEN
        RAISE EXCEPTION 'the digest of a version of the canon is not that of its text'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'canonversion_digest';
    END IF;
    IF (NEW.enforced_at, NEW.enforced_by_id) IS NOT DISTINCT FROM (before_at, before_by) THEN
        RETURN NEW;
    END IF;
    SELECT max(v.enforced_at) INTO latest FROM governance_canonversion v;
    IF NEW.enforced_at IS NULL OR NEW.enforced_at <= latest OR NEW.enforced_at > clock_timestamp() THEN
        RAISE EXCEPTION 'a version of the canon is put in force now, after all others'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'canonversion_in_order';
    END IF;
    -- the first one ever comes with the console, and nobody has to be there
    IF NEW.enforced_by_id = NEW.loaded_by_id OR (NEW.enforced_by_id IS NULL AND latest IS NOT NULL) THEN
        RAISE EXCEPTION 'a version of the canon is put in force by a person, and by another one than brought it in'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'canonversion_four_eyes';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION governance.guard_killswitch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.released_at IS NOT NULL
        OR (NEW.id, NEW.tool, NEW.reason, NEW.at, NEW.by_id)
            IS DISTINCT FROM (OLD.id, OLD.tool, OLD.reason, OLD.at, OLD.by_id) THEN
        RAISE EXCEPTION 'a kill switch is released once, and nothing else of it changes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'killswitch_kept';
    END IF;
    RETURN NEW;
END
$$;
