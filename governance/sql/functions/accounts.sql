-- Accounts: what a person may, and that history stays theirs.
-- Promises: has_right() says what Django says of groups and rights; an account that left a trace
-- keeps its name and is never deleted, so that a name in the history means one person for good.

CREATE OR REPLACE FUNCTION governance.has_right(person bigint, wanted text) RETURNS boolean
LANGUAGE sql STABLE SET search_path TO public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM auth_user u WHERE u.id = person AND u.is_active AND (u.is_superuser OR EXISTS (
            SELECT FROM auth_permission p JOIN django_content_type t ON t.id = p.content_type_id
            WHERE t.app_label = split_part(wanted, '.', 1)
              AND p.codename = split_part(wanted, '.', 2)
              AND (EXISTS (SELECT FROM auth_user_user_permissions own
                      WHERE own.user_id = u.id AND own.permission_id = p.id)
                OR EXISTS (SELECT FROM auth_user_groups m
                      JOIN auth_group_permissions g USING (group_id)
                      WHERE m.user_id = u.id AND g.permission_id = p.id)))))
$$;

-- Signed in once, or named by any row of any table, or by the history. Memberships and rights are
-- no deeds.
CREATE OR REPLACE FUNCTION governance.left_trace(person auth_user) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path TO public, pg_temp AS $$
DECLARE
    naming record;
    found_ boolean := person.last_login IS NOT NULL;
BEGIN
    FOR naming IN
        SELECT c.conrelid::regclass AS table_, a.attname AS column_
        FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
        WHERE c.contype = 'f' AND c.confrelid = 'auth_user'::regclass
          AND c.conrelid NOT IN (
              'auth_user_groups'::regclass, 'auth_user_user_permissions'::regclass)
    LOOP
        EXIT WHEN found_;
        EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE %I = $1)',
            naming.table_, naming.column_) INTO found_ USING person.id;
    END LOOP;
    RETURN found_
        OR EXISTS (SELECT FROM governance_operationstep WHERE actor = person.username)
        OR EXISTS (SELECT FROM governance_violation WHERE actor = person.username)
        OR EXISTS (SELECT FROM governance_event WHERE actor = person.username);
END
$$;

-- "system" is what the history says where no person did it.
CREATE OR REPLACE FUNCTION governance.guard_account_name() RETURNS trigger
LANGUAGE plpgsql SET search_path TO public, pg_temp AS $$
BEGIN
    IF lower(NEW.username) IN ('', 'system') OR NEW.username ~ '^\s|\s$'
       OR EXISTS (SELECT FROM auth_user u
            WHERE lower(u.username) = lower(NEW.username) AND u.id <> NEW.id) THEN
        RAISE EXCEPTION 'the name % is taken: accounts differ by more than capitals and blanks', NEW.username
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'account_name_free';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION governance.guard_account() RETURNS trigger
LANGUAGE plpgsql SET search_path TO public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN
        RAISE EXCEPTION 'an account keeps its id'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_kept';
    END IF;
    IF governance.left_trace(OLD) THEN
        RAISE EXCEPTION 'the account % left a trace in the history: %', OLD.username,
            CASE TG_OP WHEN 'DELETE' THEN 'switch it off instead' ELSE 'its name stays' END
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_kept';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
