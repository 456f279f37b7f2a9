"""Until this version an import that nothing dated was given the day it was made: those dates are taken away.

A date is known to be invented when it is the very day of the import, its source declared no date, the name of its file
has none and no depositor asked for one. One asked for on the command line, for that same day, goes with them: unknown is
the honest reading of both.
"""

from pathlib import Path

from django.db import migrations
from django.utils import timezone

# Sources that this version dates by a field, and the one before did not.
DATEES_DEPUIS = frozenset({
    "collectivites", "contrats-aides", "dgfip-liens-capitalistiques", "egapro", "egapro-representation", "eos-visites",
    "rge", "sirene-etablissements-historique", "sirene-unites-legales-historique",
})


def oublier(apps, schema_editor):
    from fce.sources import registre
    from fce.donnees.imports.chargement.dates import date_du_nom

    Import, Depot = apps.get_model("sources", "Import"), apps.get_model("sources", "Depot")
    sans_date = DATEES_DEPUIS | {s.nom for s in registre.toutes() if s.importable and not s.date_metier}
    demandees = Depot.objects.exclude(date_metier=None).exclude(importation=None).values("importation")
    datees = Import.objects.filter(source__in=sans_date).exclude(date_metier=None).exclude(pk__in=demandees)
    for importation in datees.only("debut", "fin", "date_metier", "fichiers", "parties").iterator():
        jours = {timezone.localdate(instant) for instant in (importation.debut, importation.fin) if instant}
        noms = [Path(fichier["nom"]) for fichier in importation.fichiers]
        if importation.date_metier not in jours or date_du_nom(noms):
            continue
        ecrits = {jour.isoformat() for jour in jours}
        for partie in importation.parties:
            partie["date"] = None if partie["date"] in ecrits else partie["date"]
        importation.date_metier = None
        importation.save(update_fields=["date_metier", "parties"])


class Migration(migrations.Migration):

    dependencies = [
        ("sources", "0008_echecs_des_travaux"),
    ]

    operations = [
        migrations.RunPython(oublier, migrations.RunPython.noop),
    ]
