-- Companies whose readiness has to wait, so that writers of different rows never end in a deadlock.
-- Promises: a change is never refused for the sake of a count, and every count is right once the
-- transactions that met have ended.

-- Transactions of several statements meet companies in any order and would end in a deadlock, although
-- they change different rows. The one that PostgreSQL picks leaves these companies for later instead of
-- failing: they are counted anew when it commits, or when who held them does, or within a minute. The
-- trigger functions that call this lock and count in one block, or each row would get a number for two
-- lockers.
CREATE OR REPLACE FUNCTION governance.leave_readiness(ids uuid[]) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO governance.readiness_due (ids) VALUES (ids)
$$;

-- Lock companies; whoever holds one that somebody else has left takes care of it at his commit.
CREATE OR REPLACE FUNCTION governance.take_readiness(ids uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    left_here uuid[];
BEGIN
    PERFORM governance.lock_readiness(ids);
    IF EXISTS (SELECT FROM governance.readiness_due d WHERE d.txid <> pg_current_xact_id())
       AND current_setting('transaction_isolation') = 'read committed' THEN
        left_here := ARRAY(
            SELECT r.outreach_id FROM governance_readiness r
            WHERE r.outreach_id IN (SELECT unnest(d.ids) FROM governance.readiness_due d)
              AND NOT EXISTS (
                SELECT FROM governance.readiness_due o
                WHERE o.txid = pg_current_xact_id() AND r.outreach_id = ANY (o.ids))
            FOR UPDATE SKIP LOCKED);
        IF cardinality(left_here) > 0 THEN
            PERFORM governance.leave_readiness(left_here);
        END IF;
    END IF;
END
$$;

-- Make the rows of companies that were left anew, but for those that are held; returns how many they
-- were. Called at the end of a transaction, when each of its changes has been counted: counted here
-- and again by a trigger that comes later, one would count twice.
CREATE OR REPLACE FUNCTION governance.settle_readiness() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    due bigint[];
    free uuid[];
BEGIN
    -- of a snapshot that is older than the locks nothing can be counted
    IF current_setting('transaction_isolation') = 'read committed' THEN
        due := ARRAY(SELECT d.id FROM governance.readiness_due d FOR UPDATE SKIP LOCKED);
    END IF;
    IF cardinality(due) > 0 THEN
        free := ARRAY(
            SELECT r.outreach_id FROM governance_readiness r
            WHERE r.outreach_id IN (
                SELECT unnest(d.ids) FROM governance.readiness_due d WHERE d.id = ANY (due))
            FOR UPDATE SKIP LOCKED);
        PERFORM governance.rebuild_readiness(free);
        -- companies that are gone need no row
        UPDATE governance.readiness_due d SET ids = ARRAY(
            SELECT r.outreach_id FROM governance_readiness r
            WHERE r.outreach_id = ANY (d.ids) AND r.outreach_id <> ALL (free))
        WHERE d.id = ANY (due);
        DELETE FROM governance.readiness_due d WHERE d.id = ANY (due) AND d.ids = '{}';
    END IF;
    RETURN coalesce(cardinality(free), 0);
END
$$;
