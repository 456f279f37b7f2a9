"""The sheet of one company of two establishments, read by a habilitated agent, as a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client

from fce.droits.habilitations.finalites import GROUPES, Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche import views
from tests.donnees.entreprises import fabrique as f
from tests.droits.habilitations.fabrique import OUVRE_TOUT, agent, habilitation
from tests.pages_sous_roles import lu_par

MIDI = datetime(2026, 11, 25, 11, tzinfo=UTC)
SIREN = f.siren_no(1)
SIRET = f.siret_no(SIREN)
AUTRE = f.siret_no(SIREN, 2)
AGENT = LecteurDeDonnees(
    agent(
        habilitation(
            finalites=(OUVRE_TOUT,),
            groupes=frozenset(GROUPES),
            territoire=frozenset({"FR"}),
            droits=frozenset({Droit.CONSULTER, Droit.EXPORTER, Droit.API}),
        )
    ),
    finalite="controle-travail",
    maintenant=MIDI,
)

Lire = Callable[..., str]


@pytest.fixture
def fiche(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> Lire:
    """``fiche({source: rows}, siret=False, bloc="source")``: text of the page, or of one bloc, as an agent reads it."""
    monkeypatch.setattr(views, "lecteur_de_la_page", lu_par(AGENT))

    def lire(faits: Mapping[str, Iterable[Mapping[str, Any]]], *, siret: bool = False, bloc: str = "") -> str:
        f.unites(f.unite(SIREN, denomination="VERGERS DU NORD"))
        f.lieux(
            f.lieu(SIREN, libelle_commune="LILLE", code_commune="59350"),
            f.lieu(SIREN, 2, libelle_commune="ARRAS", code_commune="62041"),
        )
        for nom, lignes in faits.items():
            f.charger(nom, lignes)
        reponse = client.get(f"/etablissement/{SIRET}/tout" if siret else f"/entreprise/{SIREN}/tout")
        assert reponse.status_code == 200
        return texte(du_bloc(reponse.content.decode(), bloc) if bloc else reponse.content.decode())

    return lire


def du_bloc(html: str, nom: str) -> str:
    """HTML of the bloc of one source, title and links included; fails when it is not there."""
    blocs = re.split(r"(?=<h3 )", html)
    (trouve,) = (b for b in blocs if f'id="liste-{nom}"' in b)
    return trouve.split("</section>")[0].split('class="fce-vides')[0]


def texte(html: str) -> str:
    """What is read, and where the links lead, on one line."""
    avec_liens = re.sub(r'<a [^>]*?href="([^"]+)"[^>]*>', r" [\1] ", html)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", avec_liens)))
