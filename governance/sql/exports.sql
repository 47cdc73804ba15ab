-- Text on its way into a spreadsheet and back.
-- Promises: spreadsheet_safe() never returns text that a spreadsheet would run as a formula, and
-- spreadsheet_read() gives back exactly what spreadsheet_safe() was given.

-- A leading apostrophe tells spreadsheets "this is text"; one that stands before such a sign gets another, so that reading is exact.
CREATE OR REPLACE FUNCTION governance.spreadsheet_safe(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        -- the signs = + - @, tab, line feed, carriage return, and the apostrophe itself
        WHEN ascii(value) NOT IN (61, 43, 45, 64, 9, 10, 13, 39) THEN value
        WHEN value ~ '^''*[-=+@\t\n\r]' THEN '''' || value
        ELSE value END
$$;

CREATE OR REPLACE FUNCTION governance.spreadsheet_read(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN value ~ '^''+[-=+@\t\n\r]' THEN substr(value, 2) ELSE value END
$$;
