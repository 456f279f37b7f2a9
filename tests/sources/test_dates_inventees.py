"""The dates that imports invented before they could say "unknown" are taken away, and those alone."""

import datetime
from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps
from django.utils import timezone

from fce.donnees.imports.models import Depot, Import

pytestmark = pytest.mark.django_db
AVANT = datetime.date(2019, 6, 1)


def importe(source: str, date: datetime.date, nom: str = "liste.csv", **champs: object) -> Import:
    return Import.objects.create(
        source=source, date_metier=date, fin=timezone.now(), fichiers=[{"nom": nom, "octets": 1}], **champs
    )


def test_t3_only_the_dates_invented_by_the_version_before_are_forgotten() -> None:
    aujourd_hui = timezone.localdate()
    du_jour = aujourd_hui.isoformat()
    inventees = [importe("ess", aujourd_hui), importe("egapro", aujourd_hui)]
    periodes = importe("detachement-siret", aujourd_hui, parties=[{"date": "2025-12-31"}, {"date": du_jour}])
    vraies = [
        importe("ess", AVANT),  # asked for
        importe("ess", aujourd_hui, f"liste-{du_jour}.csv"),  # in its name
        importe("bodacc", aujourd_hui),  # in its rows
    ]
    deposee = importe("ess", aujourd_hui)
    Depot.objects.create(
        source="ess", date_metier=aujourd_hui, importation=deposee, octets=1, dossier=uuid4(), par="agent"
    )
    import_module("fce.donnees.imports.migrations.0009_dates_inventees").oublier(apps, None)
    for importation in (*inventees, periodes, *vraies, deposee):
        importation.refresh_from_db()
    assert [i.date_metier for i in inventees] == [None, None]
    assert (periodes.date_metier, periodes.parties) == (None, [{"date": "2025-12-31"}, {"date": None}])
    assert [i.date_metier for i in (*vraies, deposee)] == [AVANT, aujourd_hui, aujourd_hui, aujourd_hui]
