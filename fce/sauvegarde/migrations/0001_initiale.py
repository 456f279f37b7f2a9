from django.db import migrations

SCHEMA = """
CREATE SCHEMA IF NOT EXISTS sauvegarde;
-- One row once the database has been restored: whether it is open again, and what the restore said.
CREATE TABLE IF NOT EXISTS sauvegarde.restauration (
    unique_ligne boolean PRIMARY KEY DEFAULT true CHECK (unique_ligne),
    etat text NOT NULL CHECK (etat IN ('en_cours', 'fermee', 'publique', 'ouverte')),
    nom text NOT NULL,
    quand timestamptz NOT NULL DEFAULT now(),
    retraits boolean NOT NULL DEFAULT false,
    courriels boolean NOT NULL DEFAULT false,
    recit jsonb NOT NULL DEFAULT '[]'
);
-- What was withdrawn and waits to be written in the list kept off the machine.
CREATE TABLE IF NOT EXISTS sauvegarde.retrait (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    quand timestamptz NOT NULL DEFAULT clock_timestamp(),
    objet text NOT NULL,
    cle text NOT NULL,
    valeurs jsonb
);
CREATE OR REPLACE FUNCTION sauvegarde.retirer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO sauvegarde.retrait (objet, cle) VALUES (TG_TABLE_NAME, to_jsonb(OLD) ->> TG_ARGV[0]);
    ELSE
        INSERT INTO sauvegarde.retrait (objet, cle, valeurs)
        SELECT TG_TABLE_NAME, to_jsonb(NEW) ->> TG_ARGV[0], jsonb_object_agg(nom, to_jsonb(NEW) -> nom)
        FROM unnest(TG_ARGV[1:]) AS nom;
    END IF;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION sauvegarde.retirer() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    initial = True
    # The schema belongs to the machine: a restore makes it by this same text, before the data.
    operations = [migrations.RunSQL(SCHEMA, "DROP SCHEMA sauvegarde CASCADE")]
