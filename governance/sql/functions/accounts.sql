-- Accounts: what a person may, and that history stays theirs.
-- Promises: has_right() says what Django says of groups and rights; an account that left a trace
-- keeps its name and is never deleted, so that a name in the history means one person for good;
-- no two names look the same.

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

-- What a name looks like: letters of other alphabets as the Latin ones that they are drawn as.
-- They stand here by number, for here, too, nobody would see the difference.
CREATE OR REPLACE FUNCTION governance.look_of(name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lower(translate(normalize(name, NFKC),
            U&'\0410\0412\0415\0405\0406\0408\041a\041c\041d\041e\0420'
            '\0421\0422\0423\0425\050c\051a\051c\04c0\0430\0435\0455'
            '\0456\0458\043e\0440\0441\0443\0445\04bb\0501\051b\051d'
            '\04cf\043a\043c\0442\0391\0392\0395\0396\0397\0399\039a'
            '\039c\039d\039f\03a1\03a4\03a5\03a7\03b1\03bf\03b9\03bd'
            '\03c1\03ba\03c4\03c5\03c7\03b3\0585\057d\0578\0581\0570',
            'ABESIJKMHOPCTYXGQWLaesijopcyxhdqwlkmtABEZHIKMNOPTYXaoivpktuxyoungh'))
$$;

-- "system" is what the history says where no person did it.
CREATE OR REPLACE FUNCTION governance.name_is_free(name text, own bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path TO public, pg_temp AS $$
    SELECT governance.look_of(name) NOT IN ('', 'system') AND name !~ '^\s|\s$'
        AND NOT EXISTS (
            SELECT FROM auth_user u
            WHERE governance.look_of(u.username) = governance.look_of(name)
              AND u.id IS DISTINCT FROM own)
$$;

-- One alphabet, and no letter that nobody sees; Chinese, Japanese and Korean go with any.
CREATE OR REPLACE FUNCTION governance.name_is_readable(name text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT name !~ '[\u0001-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f]'
        AND name !~ '[\u2028-\u202f\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff]'
        AND 1 >= (name ~ '[A-Za-z\u00c0-\u024f\u1e00-\u1eff]')::int
            + (name ~ '[\u0370-\u03ff\u1f00-\u1fff]')::int
            + (name ~ '[\u0400-\u052f\u1c80-\u1c8f\u2de0-\u2dff\ua640-\ua69f]')::int
            + (name ~ '[\u0530-\u109f\u10d0-\u10ff\u13a0-\u13ff\uab70-\uabbf]')::int
$$;

CREATE OR REPLACE FUNCTION governance.guard_account_name() RETURNS trigger
LANGUAGE plpgsql SET search_path TO public, pg_temp AS $$
BEGIN
    IF NOT governance.name_is_free(NEW.username, NEW.id) THEN
        RAISE EXCEPTION 'the name % is taken: accounts differ by more than capitals, blanks and letters that look alike', NEW.username
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'account_name_free';
    END IF;
    IF NOT governance.name_is_readable(NEW.username) THEN
        RAISE EXCEPTION 'the name % mixes alphabets or has letters that nobody sees', NEW.username
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_name_readable';
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
