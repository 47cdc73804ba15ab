-- The seed's columns of a workflow are kept in step with its flows, its intent and its names,
-- whoever writes: the page, a file, plain SQL.

-- coalesces_to_core says whether the intent is "should"; what was written last decides.
CREATE OR REPLACE FUNCTION enrichment.keep_intent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.intent IS NOT DISTINCT FROM OLD.intent THEN
        IF NEW.coalesces_to_core AND NEW.intent IS DISTINCT FROM 'should' THEN
            NEW.intent := 'should';
        ELSIF NOT NEW.coalesces_to_core AND NEW.intent = 'should' THEN
            NEW.intent := NULL;
        END IF;
    ELSIF NEW.intent IS NULL AND NEW.coalesces_to_core AND TG_OP = 'INSERT' THEN
        NEW.intent := 'should';
    END IF;
    NEW.coalesces_to_core := coalesce(NEW.intent = 'should', false);
    RETURN NEW;
END
$$;

-- A table or key of blanks is none; two layers may leave theirs empty.
CREATE OR REPLACE FUNCTION enrichment.read_tables() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.raw_table := nullif(btrim(NEW.raw_table), '');
    NEW.extracted_table := nullif(btrim(NEW.extracted_table), '');
    NEW.core_table := nullif(btrim(NEW.core_table), '');
    NEW.key_column := nullif(btrim(NEW.key_column), '');
    -- NULL comes from taking back what was done before these columns were there
    NEW.all_tables := coalesce(NEW.all_tables, enrichment.tables_of(NEW.id))::jsonb::text;
    NEW.other_names := coalesce(NEW.other_names, enrichment.names_of(NEW.id))::jsonb::text;
    RETURN NEW;
END
$$;

-- All tables of a workflow as one text: what an edit writes, and what taking it back gives again.
CREATE OR REPLACE FUNCTION enrichment.tables_of(workflow bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        jsonb_agg(
            jsonb_build_object(
                'layer', layer, 'table', table_name, 'keys', key_columns,
                'leads', is_primary, 'position', position)
            ORDER BY position, id),
        '[]')::text
    FROM enrichment_dataflow
    WHERE workflow_id = workflow
$$;

CREATE OR REPLACE FUNCTION enrichment.names_of(workflow bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(alias ORDER BY alias), '[]')::text
    FROM enrichment_workflowalias
    WHERE workflow_id = workflow
$$;

-- Give the flows what was written into `all_tables`; the seed's columns are followed afterwards.
CREATE OR REPLACE FUNCTION enrichment.keep_tables() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told record;
BEGIN
    IF (TG_OP = 'INSERT' AND NEW.all_tables = '[]') OR NEW.all_tables = enrichment.tables_of(NEW.id) THEN
        RETURN NULL;
    END IF;
    DELETE FROM enrichment_dataflow f
    WHERE f.workflow_id = NEW.id
        AND NOT NEW.all_tables::jsonb @> jsonb_build_array(jsonb_build_object('table', f.table_name));
    -- of a layer, only one may lead at a time
    UPDATE enrichment_dataflow f
    SET is_primary = false
    WHERE f.workflow_id = NEW.id AND f.is_primary
        AND NOT NEW.all_tables::jsonb @> jsonb_build_array(
            jsonb_build_object('table', f.table_name, 'layer', f.layer, 'leads', true));
    FOR told IN
        SELECT t.layer, t."table", t.keys, t.leads, t.position
        FROM jsonb_to_recordset(NEW.all_tables::jsonb)
            t (layer text, "table" text, keys text[], leads boolean, position smallint)
        ORDER BY t.leads DESC, t.position
    LOOP
        INSERT INTO enrichment_dataflow AS f (workflow_id, layer, table_name, key_columns, is_primary, position)
        VALUES (NEW.id, told.layer, told."table", told.keys, told.leads, told.position)
        ON CONFLICT (workflow_id, table_name) DO UPDATE
        SET layer = told.layer, key_columns = told.keys, is_primary = told.leads, position = told.position
        WHERE (f.layer, f.key_columns, f.is_primary, f.position)
            IS DISTINCT FROM (told.layer, told.keys, told.leads, told.position);
    END LOOP;
    RETURN NULL;
END
$$;

-- Give the aliases what was written into `other_names`, after a name that was given up has become one.
CREATE OR REPLACE FUNCTION enrichment.keep_aliases() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    taken text;
BEGIN
    IF (TG_OP = 'INSERT' AND NEW.other_names = '[]') OR NEW.other_names = enrichment.names_of(NEW.id) THEN
        RETURN NULL;
    END IF;
    DELETE FROM enrichment_workflowalias a
    WHERE a.workflow_id = NEW.id AND NOT NEW.other_names::jsonb ? a.alias;
    SELECT a.alias INTO taken
    FROM enrichment_workflowalias a
    WHERE a.workflow_id <> NEW.id AND NEW.other_names::jsonb ? a.alias
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '"%" is another workflow''s earlier name', taken
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'one_workflow_of_a_name';
    END IF;
    INSERT INTO enrichment_workflowalias (alias, workflow_id)
    SELECT n.name, NEW.id
    FROM jsonb_array_elements_text(NEW.other_names::jsonb) n (name)
    WHERE n.name <> NEW.workflow_name
    ON CONFLICT (alias) DO NOTHING;
    RETURN NULL;
END
$$;

-- Note aliases that somebody wrote beside an entry, so that it counts as changed.
CREATE OR REPLACE FUNCTION enrichment.note_aliases() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- while an entry is written, it says its names itself
    IF pg_trigger_depth() > 1 THEN
        RETURN NULL;
    END IF;
    UPDATE enrichment_workflow w
    SET other_names = enrichment.names_of(w.id)
    WHERE w.id IN (OLD.workflow_id, NEW.workflow_id)
        AND w.other_names <> enrichment.names_of(w.id);
    RETURN NULL;
END
$$;

-- A name means one workflow: no alias of another one is taken, and a name that a workflow gives up
-- stays as its alias.
CREATE OR REPLACE FUNCTION enrichment.keep_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('enrichment.workflow ' || NEW.workflow_name, 0));
    IF EXISTS (
        SELECT FROM enrichment_workflowalias
        WHERE alias = NEW.workflow_name AND workflow_id <> NEW.id) THEN
        RAISE EXCEPTION '"%" is another workflow''s earlier name', NEW.workflow_name
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'one_workflow_of_a_name';
    END IF;
    DELETE FROM enrichment_workflowalias WHERE alias = NEW.workflow_name;
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO enrichment_workflowalias (alias, workflow_id)
        VALUES (OLD.workflow_name, NEW.id)
        ON CONFLICT (alias) DO NOTHING;
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION enrichment.refuse_taken_alias() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('enrichment.workflow ' || NEW.alias, 0));
    IF EXISTS (SELECT FROM enrichment_workflow WHERE workflow_name = NEW.alias) THEN
        RAISE EXCEPTION '"%" is a workflow''s name', NEW.alias
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'one_workflow_of_a_name';
    END IF;
    RETURN NEW;
END
$$;

-- The first key of the flow that leads: extracted, else raw, else core.
CREATE OR REPLACE FUNCTION enrichment.leading_key(workflow bigint) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT key_columns[1]
    FROM enrichment_dataflow
    WHERE workflow_id = workflow AND is_primary AND key_columns <> '{}'
    ORDER BY array_position(ARRAY['extracted', 'raw', 'core', 'reference'], layer)
    LIMIT 1
$$;

-- Give the flows what was written into the seed's columns.
CREATE OR REPLACE FUNCTION enrichment.keep_flows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    named record;
    keys text[] := CASE WHEN NEW.key_column IS NULL THEN '{}' ELSE ARRAY[NEW.key_column] END;
BEGIN
    FOR named IN
        SELECT layer, table_name
        FROM (VALUES ('raw', NEW.raw_table), ('extracted', NEW.extracted_table), ('core', NEW.core_table)) v (layer, table_name)
        WHERE table_name IS DISTINCT FROM (
            SELECT f.table_name FROM enrichment_dataflow f
            WHERE f.workflow_id = NEW.id AND f.layer = v.layer AND f.is_primary)
    LOOP
        PERFORM enrichment.set_primary_flow(NEW.id, named.layer, named.table_name, keys);
    END LOOP;
    IF NEW.key_column IS DISTINCT FROM enrichment.leading_key(NEW.id) THEN
        UPDATE enrichment_dataflow f
        SET key_columns = keys || f.key_columns[2:]
        WHERE f.id = (
            SELECT id FROM enrichment_dataflow
            WHERE workflow_id = NEW.id AND is_primary
            ORDER BY array_position(ARRAY['extracted', 'raw', 'core', 'reference'], layer)
            LIMIT 1);
    END IF;
    -- a key that was emptied is that of the next table which has one
    UPDATE enrichment_workflow w
    SET key_column = enrichment.leading_key(NEW.id)
    WHERE w.id = NEW.id AND w.key_column IS DISTINCT FROM enrichment.leading_key(NEW.id)
        AND EXISTS (SELECT FROM enrichment_dataflow WHERE workflow_id = NEW.id AND is_primary);
    RETURN NULL;
END
$$;

-- Make `named` the primary table of a layer: one that is a flow already, the one before under its
-- new name, or a new one. NULL takes the primary flow away.
CREATE OR REPLACE FUNCTION enrichment.set_primary_flow(
    workflow bigint, of_layer text, named text, keys text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF named IS NULL THEN
        DELETE FROM enrichment_dataflow
        WHERE workflow_id = workflow AND layer = of_layer AND is_primary;
    ELSIF EXISTS (SELECT FROM enrichment_dataflow WHERE workflow_id = workflow AND table_name = named) THEN
        UPDATE enrichment_dataflow SET is_primary = false
        WHERE workflow_id = workflow AND layer = of_layer AND is_primary;
        UPDATE enrichment_dataflow SET is_primary = true, layer = of_layer
        WHERE workflow_id = workflow AND table_name = named;
    ELSE
        UPDATE enrichment_dataflow SET table_name = named
        WHERE workflow_id = workflow AND layer = of_layer AND is_primary;
        IF NOT FOUND THEN
            INSERT INTO enrichment_dataflow (workflow_id, layer, table_name, key_columns, is_primary, position)
            VALUES (workflow, of_layer, named, keys, true, 0);
        END IF;
    END IF;
END
$$;

-- A layer with flows has a primary one: the first of them, until somebody chooses.
CREATE OR REPLACE FUNCTION enrichment.choose_primary() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.is_primary := NEW.is_primary OR NOT EXISTS (
        SELECT FROM enrichment_dataflow
        WHERE workflow_id = NEW.workflow_id AND layer = NEW.layer AND is_primary);
    RETURN NEW;
END
$$;

-- Give the seed's columns what was written into the flows.
CREATE OR REPLACE FUNCTION enrichment.keep_flow_columns() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    workflow bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.workflow_id ELSE NEW.workflow_id END;
BEGIN
    -- while the columns of a workflow are written, they choose: half of the flows follow them by now
    IF pg_trigger_depth() > 1 THEN
        RETURN NULL;
    END IF;
    UPDATE enrichment_dataflow f
    SET is_primary = true
    WHERE f.id IN (
        SELECT DISTINCT ON (g.layer) g.id
        FROM enrichment_dataflow g
        WHERE g.workflow_id = workflow
            AND NOT EXISTS (
                SELECT FROM enrichment_dataflow p
                WHERE p.workflow_id = workflow AND p.layer = g.layer AND p.is_primary)
        ORDER BY g.layer, g.position, g.id);
    UPDATE enrichment_workflow w
    SET raw_table = t.raw_table, extracted_table = t.extracted_table, core_table = t.core_table,
        key_column = t.key_column, all_tables = enrichment.tables_of(workflow)
    FROM (
        SELECT min(table_name) FILTER (WHERE layer = 'raw') AS raw_table,
            min(table_name) FILTER (WHERE layer = 'extracted') AS extracted_table,
            min(table_name) FILTER (WHERE layer = 'core') AS core_table,
            coalesce(enrichment.leading_key(workflow), (
                SELECT key_column FROM enrichment_workflow
                WHERE id = workflow
                    AND NOT EXISTS (
                        SELECT FROM enrichment_dataflow
                        WHERE workflow_id = workflow AND is_primary))) AS key_column
        FROM enrichment_dataflow
        WHERE workflow_id = workflow AND is_primary
    ) t
    WHERE w.id = workflow
        AND (w.raw_table, w.extracted_table, w.core_table, w.key_column, w.all_tables)
            IS DISTINCT FROM (
                t.raw_table, t.extracted_table, t.core_table, t.key_column,
                enrichment.tables_of(workflow));
    RETURN NULL;
END
$$;

-- What a workflow alone has goes with it; runs and states keep it.
CREATE OR REPLACE FUNCTION enrichment.drop_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM enrichment_dataflow WHERE workflow_id = OLD.id;
    DELETE FROM enrichment_workflowalias WHERE workflow_id = OLD.id;
    DELETE FROM enrichment_coverageday WHERE workflow_id = OLD.id;
    RETURN OLD;
END
$$;
