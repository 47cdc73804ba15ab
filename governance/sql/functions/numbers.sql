-- Numbers of operations and runs.
-- Promises: they follow each other without a gap, at any isolation: whoever is second waits until
-- the first has its number for good or has given it back, and goes on from there.
-- The unique index decides, because it sees what a snapshot does not.

CREATE OR REPLACE FUNCTION governance.number_operation(provisional bigint) RETURNS bigint
LANGUAGE plpgsql SET search_path TO public, pg_temp AS $$
DECLARE
    wanted bigint := (SELECT greatest(coalesce(max(id), 0), 0) + 1 FROM governance_operation);
BEGIN
    LOOP
        BEGIN
            UPDATE governance_operation SET id = wanted WHERE id = provisional;
            RETURN wanted;
        EXCEPTION WHEN unique_violation THEN
            wanted := wanted + 1;
        END;
    END LOOP;
END
$$;

-- The operations of the run go with it.
CREATE OR REPLACE FUNCTION governance.number_run(provisional bigint) RETURNS bigint
LANGUAGE plpgsql SET search_path TO public, pg_temp AS $$
DECLARE
    wanted bigint := (SELECT greatest(coalesce(max(id), 0), 0) + 1 FROM governance_playbookrun);
BEGIN
    LOOP
        BEGIN
            UPDATE governance_playbookrun SET id = wanted WHERE id = provisional;
            EXIT;
        EXCEPTION WHEN unique_violation THEN
            wanted := wanted + 1;
        END;
    END LOOP;
    UPDATE governance_operation SET playbook_run_id = wanted WHERE playbook_run_id = provisional;
    RETURN wanted;
END
$$;
