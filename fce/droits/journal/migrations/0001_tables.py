from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

TABLES = """
CREATE SCHEMA journal;
REVOKE ALL ON SCHEMA journal FROM PUBLIC;

CREATE SEQUENCE journal.consultation_id_seq;
CREATE TABLE journal.consultation (
    id bigint PRIMARY KEY,
    quand timestamptz(3) NOT NULL,
    agent text NOT NULL CHECK (agent <> ''),
    rang bigint NOT NULL CHECK (rang > 0),
    siret_administration text NOT NULL,
    habilitations text[] NOT NULL,
    finalite text NOT NULL,
    sources text[] NOT NULL,
    numero text NOT NULL,
    surface text NOT NULL CHECK (surface <> ''),
    action text NOT NULL,
    lignes jsonb NOT NULL,
    classe text NOT NULL,
    requete text NOT NULL,
    adresse_ip text NOT NULL,
    poids integer NOT NULL CHECK (poids >= 0),
    empreinte_precedente bytea NOT NULL,
    empreinte bytea NOT NULL,
    -- Whatever happens to the locks, a chain never forks.
    CONSTRAINT consultation_rang UNIQUE (agent, rang)
);
ALTER SEQUENCE journal.consultation_id_seq OWNED BY journal.consultation.id;
CREATE INDEX consultation_agent ON journal.consultation (agent, quand DESC, id DESC);
CREATE INDEX consultation_quand ON journal.consultation (quand DESC, id DESC);
CREATE INDEX consultation_siren ON journal.consultation (left(numero, 9), quand DESC, id DESC) WHERE numero <> '';

-- The head of each agent's chain: locked by whoever lengthens it.
CREATE TABLE journal.tete (
    agent text PRIMARY KEY, rang bigint NOT NULL, empreinte bytea NOT NULL
) WITH (fillfactor = 70);
-- Where the chain of an agent begins once its oldest rows are purged.
CREATE TABLE journal.ancre (agent text PRIMARY KEY, rang bigint NOT NULL, empreinte bytea NOT NULL);
-- Companies disclosed to an agent, by slots of ten minutes.
CREATE TABLE journal.compteur (
    agent text NOT NULL, tranche timestamptz NOT NULL, poids bigint NOT NULL, PRIMARY KEY (agent, tranche)
) WITH (fillfactor = 70);
CREATE INDEX compteur_tranche ON journal.compteur (tranche);

CREATE TABLE journal.refus (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    quand timestamptz(3) NOT NULL,
    agent text NOT NULL,
    raison_code text NOT NULL,
    source text NOT NULL,
    numero text NOT NULL,
    surface text NOT NULL,
    requete text NOT NULL,
    adresse_ip text NOT NULL
);
CREATE INDEX refus_quand ON journal.refus (quand DESC, id DESC);
CREATE INDEX refus_agent ON journal.refus (agent, quand DESC);

CREATE TABLE journal.lecture_du_journal (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    quand timestamptz(3) NOT NULL,
    lecteur text NOT NULL,
    agents text[] NOT NULL,
    motif text NOT NULL CHECK (length(motif) >= 10),
    filtres jsonb NOT NULL,
    lignes bigint NOT NULL,
    consultation bigint NOT NULL UNIQUE
);
CREATE INDEX lecture_agents ON journal.lecture_du_journal USING gin (agents);
CREATE INDEX lecture_quand ON journal.lecture_du_journal (quand DESC, id DESC);

CREATE TABLE journal.sceau (
    jour date PRIMARY KEY,
    nombre bigint NOT NULL,
    premier bigint,
    dernier bigint NOT NULL,
    racine bytea NOT NULL,
    precedent bytea NOT NULL,
    cle text NOT NULL,
    sceau bytea NOT NULL,
    pose timestamptz NOT NULL
);
CREATE TABLE journal.purge (
    jour date PRIMARY KEY,
    quand timestamptz NOT NULL,
    par text NOT NULL,
    mois integer NOT NULL,
    motif text NOT NULL,
    dernier bigint NOT NULL,
    nombre bigint NOT NULL,
    cle text NOT NULL,
    sceau bytea NOT NULL
);
CREATE TABLE journal.alerte (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cle text NOT NULL UNIQUE,
    quand timestamptz NOT NULL,
    genre text NOT NULL,
    agent text NOT NULL,
    detail text NOT NULL,
    envoyee timestamptz
);
CREATE INDEX alerte_a_envoyer ON journal.alerte (id) WHERE envoyee IS NULL;
CREATE INDEX alerte_agent ON journal.alerte (agent, quand DESC);
"""


def textes(*noms):
    return [(nom, models.TextField(verbose_name=libelle)) for nom, libelle in noms]


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.RunSQL(TABLES, "DROP SCHEMA journal CASCADE"),
        # Unmanaged models: only database functions write these tables.
        migrations.CreateModel(
            name="Consultation",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="numéro")),
                ("quand", models.DateTimeField(verbose_name="quand")),
                ("agent", models.TextField(verbose_name="agent")),
                ("rang", models.BigIntegerField(verbose_name="rang")),
                ("siret_administration", models.TextField(verbose_name="administration")),
                ("habilitations", ArrayField(models.TextField(), verbose_name="habilitations")),
                ("finalite", models.TextField(verbose_name="finalité")),
                ("sources", ArrayField(models.TextField(), verbose_name="sources")),
                *textes(("numero", "SIREN ou SIRET"), ("surface", "surface"), ("action", "action")),
                ("lignes", models.JSONField(verbose_name="lignes par source")),
                *textes(("classe", "classe"), ("requete", "demande"), ("adresse_ip", "adresse IP")),
                ("poids", models.IntegerField(verbose_name="entreprises comptées")),
                ("empreinte_precedente", models.BinaryField(verbose_name="empreinte précédente")),
                ("empreinte", models.BinaryField(verbose_name="empreinte")),
            ],
            options={
                "managed": False,
                "db_table": '"journal"."consultation"',
                "verbose_name": "consultation",
                "ordering": ["-quand", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Refus",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="numéro")),
                ("quand", models.DateTimeField(verbose_name="quand")),
                *textes(("agent", "agent"), ("raison_code", "raison"), ("source", "source")),
                *textes(("numero", "SIREN ou SIRET"), ("surface", "surface")),
                *textes(("requete", "demande"), ("adresse_ip", "adresse IP")),
            ],
            options={
                "managed": False,
                "db_table": '"journal"."refus"',
                "verbose_name": "refus",
                "verbose_name_plural": "refus",
                "ordering": ["-quand", "-id"],
            },
        ),
        migrations.CreateModel(
            name="LectureDuJournal",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="numéro")),
                ("quand", models.DateTimeField(verbose_name="quand")),
                ("lecteur", models.TextField(verbose_name="lecteur")),
                ("agents", ArrayField(models.TextField(), verbose_name="agents lus")),
                ("motif", models.TextField(verbose_name="motif")),
                ("filtres", models.JSONField(verbose_name="filtres")),
                ("lignes", models.BigIntegerField(verbose_name="lignes lues")),
                ("consultation", models.BigIntegerField(verbose_name="consultation")),
            ],
            options={
                "managed": False,
                "db_table": '"journal"."lecture_du_journal"',
                "verbose_name": "lecture du journal",
                "verbose_name_plural": "lectures du journal",
                "ordering": ["-quand", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Sceau",
            fields=[
                ("jour", models.DateField(primary_key=True, serialize=False, verbose_name="jour")),
                ("nombre", models.BigIntegerField(verbose_name="consultations")),
                ("premier", models.BigIntegerField(null=True, verbose_name="première")),
                ("dernier", models.BigIntegerField(verbose_name="dernière")),
                ("racine", models.BinaryField(verbose_name="empreinte du jour")),
                ("precedent", models.BinaryField(verbose_name="sceau précédent")),
                ("cle", models.TextField(verbose_name="clé")),
                ("sceau", models.BinaryField(verbose_name="sceau")),
                ("pose", models.DateTimeField(verbose_name="posé le")),
            ],
            options={
                "managed": False,
                "db_table": '"journal"."sceau"',
                "verbose_name": "sceau",
                "verbose_name_plural": "sceaux",
                "ordering": ["jour"],
            },
        ),
        migrations.CreateModel(
            name="Purge",
            fields=[
                ("jour", models.DateField(primary_key=True, serialize=False, verbose_name="dernier jour effacé")),
                ("quand", models.DateTimeField(verbose_name="quand")),
                ("par", models.TextField(verbose_name="par")),
                ("mois", models.IntegerField(verbose_name="mois gardés")),
                ("motif", models.TextField(verbose_name="motif")),
                ("dernier", models.BigIntegerField(verbose_name="dernière consultation effacée")),
                ("nombre", models.BigIntegerField(verbose_name="consultations effacées")),
                ("cle", models.TextField(verbose_name="clé")),
                ("sceau", models.BinaryField(verbose_name="sceau")),
            ],
            options={
                "managed": False,
                "db_table": '"journal"."purge"',
                "verbose_name": "purge",
                "ordering": ["jour"],
            },
        ),
        migrations.CreateModel(
            name="Alerte",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="numéro")),
                ("cle", models.TextField(unique=True, verbose_name="clé")),
                ("quand", models.DateTimeField(verbose_name="quand")),
                *textes(("genre", "genre"), ("agent", "agent"), ("detail", "détail")),
                ("envoyee", models.DateTimeField(null=True, verbose_name="envoyée le")),
            ],
            options={
                "managed": False,
                "db_table": '"journal"."alerte"',
                "verbose_name": "alerte",
                "ordering": ["-quand", "-id"],
            },
        ),
    ]
