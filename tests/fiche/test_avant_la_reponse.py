"""A source that is asked live is never said empty before its answer, on any surface."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from msgspec import to_builtins

from fce.api import schemas_fiche
from fce.fiche.assemblage import directes, en_entier
from fce.fiche.formes.contenu import EtatBloc
from fce.fiche.page import absences, cadre, exports, note
from fce.fiche.page.etablissements import FiltreEtablissements
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.onglets import SYNTHESE, onglet_de
from tests.donnees.entreprises import fabrique as f
from tests.donnees.imports.directes import conftest
from tests.donnees.imports.directes.serveur import Serveur
from tests.fiche.fiches import fiche_de
from tests.fiche.unites_directes import SIREN, lecteur, peupler

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue]
serveur = conftest.serveur
AVEC_FICHIER = [s for s in registre.toutes() if s.direct and s.importable]
DEUX = [s for s in AVEC_FICHIER if s.direct and not s.direct.secours]
TOUT_LIRE = ("fiscal", "social")


@pytest.fixture(autouse=True)
def unite() -> None:
    peupler()
    for source in AVEC_FICHIER:
        f.charger(source.nom, [])


def fiche(**quoi: Any) -> Any:
    return fiche_de(SIREN, lecteur(*TOUT_LIRE), **quoi)


def phrases() -> dict[str, list[str]]:
    """{surface: every sentence that it says of the sources of ``DEUX``}, each with an empty file in place."""
    qui, synthese, tout = lecteur(*TOUT_LIRE), fiche(onglet=SYNTHESE), fiche()
    contexte = cadre.synthese(synthese, qui, "")
    trouvees = [b for r in tout.rubriques for b in r.blocs if b.source in DEUX]
    assert {b.cle for b in trouvees} == {s.nom for s in DEUX}
    with exports.classeur(tout) as fichier:
        feuille = openpyxl.load_workbook(BytesIO(fichier.read()))["Sources"]
    titres = {s.titre for s in DEUX}
    return {
        "synthèse": [f"{x.tete} : {nom}" for x in contexte["sans_reponse"] for nom in x.noms],
        "onglets": [*contexte["bande"].vides, *contexte["bande"].vides_en_partie],
        "page": [v for c in cadre.onglet(tout, qui, FiltreEtablissements())["chapitres"] for v in c.vides],
        "note": list(note._manques(trouvees, "accords")),
        "liste": [en_entier.liste(SIREN, s.nom, lecteur=qui).absence for s in DEUX],
        "classeur": [" ".join(map(str, r)) for r in feuille.values if r[0] in titres],
        "api": [
            str(s["message"])
            for r in to_builtins(schemas_fiche.rubriques(tout.rubriques))
            for s in r["sources"]
            if s["titre"] in titres
        ],
    }


@pytest.mark.usefixtures("serveur")
@pytest.mark.parametrize("source", DEUX, ids=lambda s: s.nom)
def test_v3_no_surface_says_empty_a_source_that_was_not_asked(source: Source) -> None:
    for surface, dites in phrases().items():
        siennes = [d for d in dites if source.titre in d]
        for dite in siennes:
            assert source.absence not in dite or "en direct" in dite, (surface, dite)
            assert not dite.startswith("Aucune information"), (surface, dite)
            assert "aucune donnée connue" not in dite.casefold(), (surface, dite)
        if surface == "onglets":
            assert not [d for d in dites if d.startswith(onglet_de(source.rubrique).titre)], dites


def test_v3_the_synthese_says_where_the_answer_will_be(serveur: Serveur) -> None:
    trouvees = absences.sans_reponse(directes.avec_attentes(fiche(onglet=SYNTHESE), lecteur(*TOUT_LIRE)))
    (attendues,) = [x.noms for x in trouvees if x.tete == absences.EN_DIRECT]
    for source in DEUX:
        assert f"{source.titre} (onglet {onglet_de(source.rubrique).titre})" in attendues
    assert serveur.recues == []


def test_v3_without_live_sources_the_file_is_all_there_is(settings: Any) -> None:
    settings.FCE_API_ENTREPRISE_TOKEN = ""
    trouvees = {b.cle: b for r in fiche().rubriques for b in r.blocs}
    for source in DEUX:
        assert trouvees[source.nom].etat is EtatBloc.AUCUNE
        assert trouvees[source.nom].message.startswith(source.absence)


@pytest.mark.usefixtures("serveur")
def test_v3_the_api_says_that_a_source_is_also_asked_live() -> None:
    trouvees = {
        s["source"]: s["en_direct"]
        for r in to_builtins(schemas_fiche.rubriques(fiche().rubriques))
        for s in r["sources"]
    }
    assert {nom for nom, direct in trouvees.items() if direct} == {s.nom for s in DEUX}
