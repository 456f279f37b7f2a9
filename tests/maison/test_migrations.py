"""Each new migration is safe while the code of the release before still runs on the database, and readers read it.

squawk reads the SQL that Django would run, whatever operation wrote it.
"""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

DONNEES = tomllib.loads(Path(__file__).with_name("migrations.toml").read_text())
SQUAWK = (Path(sys.executable).with_name("squawk"), "--reporter", "json", "--pg-version", "15")
# Matters of taste, and the time-outs, which ``fce migrate`` sets.
SANS = re.compile(r"prefer-|require-(lock|statement)-timeout")
SUR_LES_LIGNES = re.compile(r"^(UPDATE|DELETE|INSERT|MERGE|TRUNCATE|LOCK|VACUUM|CLUSTER|DO)\b", re.M | re.I)
RETIRENT = {"ban-drop-column", "ban-drop-table", "renaming-column", "renaming-table"}
HORS_TRANSACTION = re.compile(r"\bCONCURRENTLY\b|\bVALIDATE CONSTRAINT\b", re.I)


def enoncer(migration: migrations.Migration, etat: ProjectState) -> str:
    with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editeur:
        migration.apply(etat.clone(), editeur, collect_sql=True)
    return "\n".join(editeur.collected_sql)


def fautes(migration: migrations.Migration, etat: ProjectState) -> set[str]:
    """Rules that a migration breaks: those of squawk, and ours.

    - ``reprise``: it goes through rows, which an ``fce`` command does, in batches (CONTRIBUTING.md);
    - ``hors-transaction``: without a transaction ``fce migrate`` sets no time-out, so only what blocks nobody is done;
    - ``nom``: it removes what the release before may read, and its name does not say so (``_post_``).
    """
    enonce = enoncer(migration, etat)
    options = ["--assume-in-transaction"] if migration.atomic else []
    dites = subprocess.run([*SQUAWK, *options], input=enonce, capture_output=True, text=True).stdout
    trouvees = {dite["rule_name"] for dite in json.loads(dites)}
    if SUR_LES_LIGNES.search(enonce) or "CANNOT BE WRITTEN AS SQL" in enonce:
        trouvees.add("reprise")
    instructions = [i for i in re.sub("--.*", "", enonce).split(";") if i.strip()]
    if not migration.atomic and not all(map(HORS_TRANSACTION.search, instructions)):
        trouvees.add("hors-transaction")
    if trouvees & RETIRENT and not re.match(r"\d{4}_post_", migration.name):
        trouvees.add("nom")
    return {regle for regle in trouvees if not SANS.match(regle)}


@pytest.mark.django_db(transaction=True)
def test_each_new_migration_is_safe_beside_the_release_before() -> None:
    chargees = MigrationLoader(None)
    trouvees = {}
    for app, derniere in DONNEES["jugees_apres"].items():
        anciennes = {nom for a, nom in chargees.graph.forwards_plan((app, derniere)) if a == app}
        for _, nom in sorted(cle for cle in chargees.graph.nodes if cle[0] == app and cle[1] not in anciennes):
            acceptees = DONNEES["acceptees"].get(f"{app}.{nom}", {})
            etat = chargees.project_state((app, nom), at_end=False)
            if restent := fautes(chargees.graph.nodes[app, nom], etat) - {*acceptees}:
                trouvees[f"{app}.{nom}"] = restent
    assert trouvees == {}


def test_every_app_with_migrations_is_judged() -> None:
    dossiers = {p.parents[1].resolve() for p in Path("fce").rglob("migrations/0*.py")}
    assert {*DONNEES["jugees_apres"]} == {a.label for a in apps.get_app_configs() if Path(a.path) in dossiers}


CLE = ("id", models.BigAutoField(primary_key=True))
SANS_NUL = models.CharField(max_length=20, default="")
ENTIER = models.IntegerField()
NOM = models.CharField(max_length=20, null=True)
VERS_AUTRE = models.ForeignKey("maison.Autre", models.CASCADE, null=True)
PAR_NOMBRE = models.Index(fields=["nombre"], name="lot_nombre")
POSITIF = models.CheckConstraint(condition=models.Q(nombre__gt=0), name="lot_positif")
ETAT = ProjectState()
ETAT.add_model(migrations.state.ModelState("maison", "Lot", [CLE, ("nombre", ENTIER), ("nom", NOM)]))
ETAT.add_model(migrations.state.ModelState("maison", "Autre", [CLE]))


def sql(*instructions: str) -> list[Operation]:
    return [migrations.RunSQL(instruction) for instruction in instructions]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("operations", "atomique", "attendues"),
    [
        ([migrations.RenameField("lot", "nombre", "quantite")], True, {"renaming-column", "nom"}),
        ([migrations.RenameModel("lot", "Paquet")], True, {"renaming-table"}),
        ([migrations.RemoveField("lot", "nombre")], True, {"ban-drop-column", "nom"}),
        ([migrations.DeleteModel("lot")], True, {"ban-drop-table", "nom"}),
        ([migrations.AlterField("lot", "nombre", models.BigIntegerField())], True, {"changing-column-type"}),
        ([migrations.AlterField("lot", "nom", SANS_NUL)], True, {"adding-not-nullable-field"}),
        ([migrations.AlterField("lot", "nombre", models.IntegerField(null=True))], True, {"ban-drop-not-null"}),
        # Django drops the default at once: the release before, which does not know the column, could insert no more.
        ([migrations.AddField("lot", "rang", models.IntegerField(default=0))], True, {"ban-drop-default"}),
        (sql("ALTER TABLE maison_lot ADD COLUMN rang integer NOT NULL;"), True, {"adding-required-field"}),
        (sql("ALTER TABLE maison_lot ADD COLUMN tire float DEFAULT random();"), True, {"adding-field-with-default"}),
        ([migrations.AddIndex("lot", PAR_NOMBRE)], True, {"require-concurrent-index-creation"}),
        ([migrations.AddConstraint("lot", POSITIF)], True, {"constraint-missing-not-valid"}),
        (sql("ALTER TABLE maison_lot ADD CONSTRAINT c UNIQUE (nombre);"), True, {"disallowed-unique-constraint"}),
        ([migrations.AddField("lot", "autre", VERS_AUTRE)], True, {"adding-foreign-key-constraint"}),
        ([migrations.RunPython(migrations.RunPython.noop)], True, {"reprise"}),
        (sql("UPDATE maison_lot SET nombre = 0;"), True, {"reprise"}),
        (sql("LOCK TABLE maison_lot;"), True, {"reprise"}),
        (sql("ALTER TABLE maison_lot ADD COLUMN rang integer;"), False, {"hors-transaction"}),
    ],
)
def test_a_migration_that_would_stop_someone_is_refused(
    operations: Sequence[Operation], atomique: bool, attendues: set[str]
) -> None:
    assert attendues <= fautes(faite(operations, atomique), ETAT)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("operations", "atomique"),
    [
        ([migrations.CreateModel("Neuf", [CLE, ("autre", VERS_AUTRE)])], True),
        ([migrations.AddField("lot", "rang", models.IntegerField(null=True))], True),
        ([migrations.AddField("lot", "rang", models.IntegerField(db_default=0))], True),
        ([AddIndexConcurrently("lot", PAR_NOMBRE)], False),
        ([migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("lot", "nom")])], True),
        (sql("ALTER TABLE maison_lot ADD CONSTRAINT c CHECK (nombre > 0) NOT VALID;"), True),
        (sql("ALTER TABLE maison_lot VALIDATE CONSTRAINT c;"), True),
    ],
)
def test_a_migration_that_stops_nobody_is_accepted(operations: Sequence[Operation], atomique: bool) -> None:
    assert fautes(faite(operations, atomique), ETAT) == set()


@pytest.mark.django_db(transaction=True)
def test_the_name_of_a_migration_says_that_it_removes() -> None:
    retrait = [migrations.RemoveField("lot", "nombre")]
    assert fautes(faite(retrait, True, "0099_post_nombre"), ETAT) == {"ban-drop-column"}


def faite(operations: Sequence[Operation], atomique: bool, nom: str = "0099_essai") -> migrations.Migration:
    migration = migrations.Migration(nom, "maison")
    migration.operations, migration.atomic = [*operations], atomique
    return migration
