"""Files on demand are those that rooms declare: each has its table, its job, and the erasure of its contents."""

from importlib import import_module

from django.apps import apps
from django.conf import settings
from procrastinate.contrib.django import app

from fce.ensembles.fichiers.models import FichierDemande
from fce.socle.web.offres import offres


def test_every_table_of_files_is_declared_and_its_job_exists() -> None:
    for module in settings.PROCRASTINATE_IMPORT_PATHS:
        import_module(module)
    genres = offres().fichiers
    assert {genre.modele for genre in genres} == {m for m in apps.get_models() if issubclass(m, FichierDemande)}
    assert {genre.tache for genre in genres} <= set(app.tasks)
