CREATE OR REPLACE TRIGGER a_time_new
    BEFORE INSERT ON governance_schedule
    FOR EACH ROW EXECUTE FUNCTION governance.refuse_odd_times();

CREATE OR REPLACE TRIGGER a_time
    BEFORE UPDATE OF at, time_zone ON governance_schedule
    FOR EACH ROW WHEN (OLD.at IS DISTINCT FROM NEW.at OR OLD.time_zone IS DISTINCT FROM NEW.time_zone)
    EXECUTE FUNCTION governance.refuse_odd_times();
