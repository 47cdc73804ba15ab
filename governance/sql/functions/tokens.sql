-- Tokens: what programs show instead of a password, and the accounts that pipelines have.
-- Promises: when a token was last used is no change of it; a pipeline is one for good, nobody signs
-- in as it, it holds tokens of its own kind alone, and it never votes. A renewal may no more than what it renews.

-- The mark is in the password, which it makes unusable: whoever holds the account sees it.
CREATE OR REPLACE FUNCTION governance.is_pipeline(password text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT password LIKE '!pipeline %' $$;

-- Runs after a_version, which counts every column.
CREATE OR REPLACE FUNCTION governance.pass_over_use() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unused governance_token := NEW;
BEGIN
    unused.last_used_at := OLD.last_used_at;
    unused.last_used_from := OLD.last_used_from;
    unused.version := OLD.version;
    IF unused *= OLD THEN
        NEW.version := OLD.version;
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION governance.guard_token() RETURNS trigger
LANGUAGE plpgsql SET search_path TO public, pg_temp AS $$
DECLARE
    of_pipeline boolean;
BEGIN
    IF TG_OP = 'UPDATE' AND (
        (NEW.account_id, NEW.kind, NEW.digest, NEW.prefix, NEW.renews_id)
            IS DISTINCT FROM (OLD.account_id, OLD.kind, OLD.digest, OLD.prefix, OLD.renews_id)
        OR OLD.revoked_at IS NOT NULL
            AND (NEW.revoked_at, NEW.revoked_by_id)
                IS DISTINCT FROM (OLD.revoked_at, OLD.revoked_by_id)) THEN
        RAISE EXCEPTION 'a token keeps its account and its secret, and stays revoked'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'token_kept';
    END IF;
    SELECT governance.is_pipeline(u.password) INTO of_pipeline
    FROM auth_user u WHERE u.id = NEW.account_id;
    IF of_pipeline <> (NEW.kind = 'pipeline') THEN
        RAISE EXCEPTION 'a % holds no token of a %',
            CASE WHEN of_pipeline THEN 'pipeline' ELSE 'person' END, NEW.kind
            USING ERRCODE = 'check_violation', CONSTRAINT = 'token_of_its_kind';
    END IF;
    IF TG_OP = 'INSERT' AND NEW.renews_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM governance_token t
        WHERE t.id = NEW.renews_id AND t.account_id = NEW.account_id
          AND t.revoked_at IS NULL AND NEW.scopes <@ t.scopes) THEN
        RAISE EXCEPTION 'a token renews one of its account that is not revoked, and may no more'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'token_renews_its_own';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION governance.guard_pipeline() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is a pipeline for good: nobody signs in as it', OLD.username
        USING ERRCODE = 'check_violation', CONSTRAINT = 'pipeline_kept';
END
$$;

CREATE OR REPLACE FUNCTION governance.refuse_vote_of_pipeline() RETURNS trigger
LANGUAGE plpgsql SET search_path TO public, pg_temp AS $$
BEGIN
    IF (SELECT governance.is_pipeline(u.password) FROM auth_user u WHERE u.id = NEW.voter_id) THEN
        RAISE EXCEPTION 'a pipeline never votes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'people_vote';
    END IF;
    RETURN NEW;
END
$$;
