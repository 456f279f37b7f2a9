"""Tables given and agreed with, as an agent does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.test import Client

from fce.droits.comptes.models import Compte
from fce.ensembles.rapprochement import services
from fce.ensembles.rapprochement.contenu import FeuilleDeTableau, LigneARapprocher
from fce.ensembles.rapprochement.models import TableauRapproche
from fce.ensembles.rapprochement.reconnaissance import LectureDeTableau, proposer

COLONNES = ("nom", "siret", "code_postal", "commune", "naf")


def deposer(compte: Compte, nom: str, lignes: Sequence[LigneARapprocher], *, siret_voulu: bool) -> TableauRapproche:
    """A table of these rows, of which the reading is agreed: its rows wait for the worker."""
    rangees = [
        (rang, [ligne.nom, ligne.numero, ligne.code_postal, ligne.commune, ligne.naf])
        for rang, ligne in enumerate(lignes, 1)
    ]
    tableau = services.deposer(compte, nom, [FeuilleDeTableau("", False, rangees)], siret_voulu=siret_voulu)
    services.commencer(compte, tableau.pk, LectureDeTableau(0, 0, COLONNES))
    tableau.refresh_from_db()
    return tableau


def choix(lecture: LectureDeTableau, **change: str) -> dict[str, str]:
    """What the page of a reading sends back."""
    rang, entete = str(lecture.feuille), str(lecture.entete)
    roles = {f"c{n}": role for n, role in enumerate(lecture.colonnes)}
    lue = {"feuille": rang, "feuille_lue": rang, "entete": entete, "entete_lue": entete}
    return {"geste": "chercher", **lue, **roles, **change}


def confirmer(client: Client, tableau: TableauRapproche, **change: str) -> Any:
    """Agree with the reading proposed, or with what is changed of it."""
    lecture = proposer(services.feuilles_de(tableau))
    return client.post(f"/rapprochements/{tableau.reference}/lecture", choix(lecture, **change))
