-- Drop whatever the owner has in this database, so that migrations begin anew; extensions and other people's schemas stay.
DO $$
DECLARE
    own oid := (SELECT oid FROM pg_roles WHERE rolname = current_user);
    home oid := current_schema()::regnamespace;
    found record;
BEGIN
    FOR found IN SELECT nspname FROM pg_namespace WHERE nspowner = own AND oid <> home AND nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', found.nspname);
    END LOOP;
    FOR found IN
        SELECT c.relname, CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind
        FROM pg_class c WHERE c.relnamespace = home AND c.relowner = own AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        ORDER BY c.relkind IN ('r', 'p') DESC LOOP
        EXECUTE format('DROP %s IF EXISTS %I CASCADE', found.kind, found.relname);
    END LOOP;
    FOR found IN
        SELECT p.oid::regprocedure AS signature FROM pg_proc p WHERE p.pronamespace = home AND p.proowner = own
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') LOOP
        EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', found.signature);
    END LOOP;
    FOR found IN
        SELECT t.typname FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid WHERE t.typnamespace = home AND t.typowner = own
          AND (t.typtype IN ('d', 'e') OR c.relkind = 'c') AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e') LOOP
        EXECUTE format('DROP TYPE IF EXISTS %I CASCADE', found.typname);
    END LOOP;
END
$$;
