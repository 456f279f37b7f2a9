"""A worker that could do nothing good does not start; what it does is written down."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from fce.socle.erreurs import ConfigurationInvalide

RACINE = Path(__file__).resolve().parents[4]


@pytest.mark.parametrize(
    ("reglage", "valeur", "phrase"),
    [
        ("FCE_DEPARTEMENT", "99Z", "FCE_DEPARTEMENT : « 99Z » n'est pas un code de département"),
        ("FCE_DEPOTS_S3", "https://stockage/seau", "FCE_DEPOTS_S3 s’écrit « s3://seau/prefixe »"),
        ("FCE_DEPOTS_DIR", Path("/nulle/part"), "FCE_DEPOTS_DIR : le dossier /nulle/part n’existe pas"),
        ("FCE_TRAVAUX", 0, "FCE_TRAVAUX est un nombre entre 1 et 32"),
    ],
)
def test_a_wrong_setting_is_said_at_the_start(settings: Any, reglage: str, valeur: object, phrase: str) -> None:
    setattr(settings, reglage, valeur)
    with pytest.raises(ConfigurationInvalide, match=re.escape(phrase)):
        call_command("worker")


def test_the_worker_knows_the_jobs_of_every_room() -> None:
    """A job that is queued and that the worker does not know waits for ever."""
    modules = {".".join(f.relative_to(RACINE).with_suffix("").parts) for f in (RACINE / "fce").rglob("tasks.py")}
    assert modules <= set(settings.PROCRASTINATE_IMPORT_PATHS)


def test_each_job_is_in_the_documentation_of_the_operator() -> None:
    from procrastinate.contrib.django import app

    app.perform_import_paths()
    nos_travaux = {nom for nom in app.tasks if not nom.startswith(("builtin:", "procrastinate."))}
    texte = (RACINE / "docs/exploitation/travaux.md").read_text()
    decrits = set(
        re.findall(
            r"`([a-z_]+)`", "".join(ligne.split("|")[1] for ligne in texte.splitlines() if ligne.startswith("| `"))
        )
    )
    assert nos_travaux == decrits
