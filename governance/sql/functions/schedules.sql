-- When schedules are due.
-- Promises: a time zone that is written is one of PostgreSQL's names, letter by letter, and a time one
-- that a day has; what stood before is left as it is, and read as UTC or as the end of the day.

-- Abbreviations and rules of POSIX ("EST", "Foo1"), which AT TIME ZONE takes too, are no zones here:
-- Python, which reckons when something is due, knows names alone. What some machines call "localtime"
-- is another zone on each of them.
CREATE OR REPLACE FUNCTION governance.refuse_odd_times() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.time_zone = 'localtime' OR NOT EXISTS (
        SELECT FROM pg_catalog.pg_timezone_names z WHERE z.name = NEW.time_zone) THEN
        RAISE EXCEPTION 'there is no time zone %', quote_literal(left(NEW.time_zone, 60))
            USING ERRCODE = 'check_violation', CONSTRAINT = 'time_zone_known',
                TABLE = TG_TABLE_NAME, COLUMN = 'time_zone',
                HINT = 'Write a name of pg_timezone_names, as Europe/Berlin.';
    ELSIF NEW.at = time '24:00' THEN
        RAISE EXCEPTION 'no day has a 24:00: the next one has 00:00'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'time_of_a_day',
                TABLE = TG_TABLE_NAME, COLUMN = 'at',
                HINT = 'Write 00:00, and the day after where it is due on one day of the week.';
    END IF;
    RETURN NEW;
END
$$;
