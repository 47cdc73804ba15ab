-- What was archived changes by plain SQL alone.
-- Promises: an archived error keeps its id, its error table and, while its text stays, its group.

CREATE OR REPLACE FUNCTION governance.guard_archived() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.error_table <> OLD.error_table THEN
        RAISE EXCEPTION 'an archived error keeps its id and its error table'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.message <> OLD.message OR NEW.code <> OLD.code
       OR NEW.domain IS DISTINCT FROM OLD.domain THEN
        NEW.message_key := governance.refile(NEW.id, NEW.message, NEW.code, NEW.domain);
    ELSE
        NEW.message_key := OLD.message_key;
    END IF;
    RETURN NEW;
END
$$;
