from django.db import migrations

TABLES = ("consultation", "refus", "lecture_du_journal", "sceau", "purge")

# Rows cannot be changed, even by the owner of the tables. Statement triggers, so that a statement is refused even when
# it touches no row.
GARDE = """
CREATE FUNCTION journal.garder() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'permission denied: journal.% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
""" + "".join(
    f"""
CREATE TRIGGER garde BEFORE {"UPDATE" if table in ("consultation", "refus", "lecture_du_journal") else "UPDATE OR DELETE"}
    OR TRUNCATE ON journal.{table} FOR EACH STATEMENT EXECUTE FUNCTION journal.garder();"""
    for table in TABLES
)

# Rows are erased only when a signed record of purge covers them.
EFFACEMENT = """
CREATE FUNCTION journal.garder_d_effacer() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    couvert boolean;
BEGIN
    IF TG_TABLE_NAME = 'consultation' THEN
        SELECT coalesce(max(e.id) <= (SELECT max(p.dernier) FROM journal.purge AS p), NOT EXISTS (SELECT FROM effacees))
        INTO couvert FROM effacees AS e;
    ELSIF TG_TABLE_NAME = 'lecture_du_journal' THEN
        SELECT coalesce(
            max(e.consultation) <= (SELECT max(p.dernier) FROM journal.purge AS p), NOT EXISTS (SELECT FROM effacees))
        INTO couvert FROM effacees AS e;
    ELSE
        SELECT coalesce(
            max(e.quand) < (SELECT (max(p.jour) + 1)::timestamp AT TIME ZONE 'Europe/Paris' FROM journal.purge AS p),
            NOT EXISTS (SELECT FROM effacees))
        INTO couvert FROM effacees AS e;
    END IF;
    IF NOT couvert THEN
        RAISE EXCEPTION 'permission denied: journal.% is append-only', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;
""" + "".join(
    f"""
CREATE TRIGGER garde_d_effacer AFTER DELETE ON journal.{table}
    REFERENCING OLD TABLE AS effacees FOR EACH STATEMENT EXECUTE FUNCTION journal.garder_d_effacer();"""
    for table in ("consultation", "refus", "lecture_du_journal")
)

# Purge one whole sealed day, never younger than six months.
PURGE = """
CREATE FUNCTION journal.purger(
    le_jour date, maintenant timestamptz, qui text, combien integer, pourquoi text, attendues bigint, la_cle text,
    le_sceau bytea
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    borne bigint;
    scelle timestamptz;
    minuit constant timestamptz := (le_jour + 1)::timestamp AT TIME ZONE 'Europe/Paris';
    effacees bigint;
BEGIN
    IF le_jour >= (clock_timestamp() AT TIME ZONE 'Europe/Paris')::date - interval '6 months' THEN
        RAISE EXCEPTION 'journal.purger: % is less than six months old', le_jour USING ERRCODE = 'check_violation';
    END IF;
    SELECT s.dernier, s.pose INTO borne, scelle FROM journal.sceau AS s WHERE s.jour = le_jour;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'journal.purger: % is not sealed', le_jour USING ERRCODE = 'check_violation';
    END IF;
    -- Younger rows that a late clock drew into that day; one dated after its own seal is wrong, and keeps nobody back.
    IF EXISTS (
        SELECT FROM journal.consultation AS c
        WHERE c.id <= borne AND c.quand >= clock_timestamp() - interval '6 months' AND c.quand <= scelle
    ) THEN
        RAISE EXCEPTION 'journal.purger: % holds rows less than six months old', le_jour
            USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO journal.purge VALUES (le_jour, maintenant, qui, combien, pourquoi, borne, attendues, la_cle, le_sceau);
    INSERT INTO journal.ancre AS a
    SELECT DISTINCT ON (c.agent) c.agent, c.rang, c.empreinte
    FROM journal.consultation AS c WHERE c.id <= borne ORDER BY c.agent, c.rang DESC
    ON CONFLICT (agent) DO UPDATE SET rang = excluded.rang, empreinte = excluded.empreinte;
    DELETE FROM journal.consultation WHERE id <= borne;
    GET DIAGNOSTICS effacees = ROW_COUNT;
    IF effacees <> attendues THEN
        RAISE EXCEPTION 'journal.purger: % rows instead of %', effacees, attendues USING ERRCODE = 'check_violation';
    END IF;
    -- Agents of whom nothing is left: their chain will begin anew.
    WITH oublies AS (
        DELETE FROM journal.tete AS t USING journal.ancre AS a
        WHERE a.agent = t.agent AND a.rang = t.rang RETURNING t.agent
    ) DELETE FROM journal.ancre AS a USING oublies AS o WHERE a.agent = o.agent;
    DELETE FROM journal.lecture_du_journal WHERE consultation <= borne;
    DELETE FROM journal.refus WHERE quand < minuit;
    DELETE FROM journal.alerte WHERE quand < minuit;
END
$$;
"""

# Each function is granted by itself to the role of the pages; nothing to anybody else.
DROITS = """
REVOKE ALL ON ALL TABLES IN SCHEMA journal FROM PUBLIC;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA journal FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA journal FROM PUBLIC;
"""

ANNULER = """
DROP FUNCTION journal.purger(date, timestamptz, text, integer, text, bigint, text, bytea);
DROP FUNCTION journal.garder_d_effacer() CASCADE;
DROP FUNCTION journal.garder() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_ecriture")]

    operations = [migrations.RunSQL(GARDE + EFFACEMENT + PURGE + DROITS, ANNULER)]
