"""A territory answers what the search answers: the same establishments for every filter, alone and by pairs."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import combinations

import pytest
from django.http import QueryDict

from fce.droits.habilitations.acteurs import ANONYME
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.ensembles.territoires import lieux
from fce.ensembles.territoires.fichiers import ouvert
from fce.ensembles.territoires.formulaires import requete_de
from fce.ensembles.territoires.preparation import preparer
from fce.ensembles.territoires.selection import Selection
from fce.recherche import services
from fce.recherche.question import filtres
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import parcours
from fce.socle.texte import paris
from tests.donnees.entreprises import fabrique as f

pytestmark = pytest.mark.django_db
TERRITOIRES = ("region/32", "departement/59", "epci/200093201", "commune/59350", "commune/75056")
ENTREPRISES = 90
ACTIVITES = (
    ("62.01Z", "NAFRev2", "62.10Y"), ("62.01Z", None, None), ("43.21A", "NAFRev2", None),
    ("10.71C", "NAFRev2", "10.71H"), ("10.71H", "NAF2025", None), ("62.10Y", "NAF25", None), (None, None, None),
    # A sub-class that does not exist, and codes of abolished nomenclatures, one written like a class of today.
    ("62.99X", "NAFRev2", None), ("72.2C", "NAF1993", None), ("10.11", "NAP", None),
)  # fmt: skip
VALEURS: Mapping[str, tuple[str, ...]] = {
    "region": ("32", "84"), "departement": ("59", "62"), "epci": ("200093201",),
    "commune": ("59350", "59355", "62498", "75101", "75056"), "code_postal": ("59000",),
    "naf": ("J", "2025-J", "C", "2025-C", "62", "10.71", "10.11", "2025-10.71", "62.01Z", "10.71H", "43.21A"),
    "categorie_juridique": ("5", "57", "5710", "9", "1", "7"), "tranche_effectif": ("NN", "11", "21"),
    "categorie": ("PME", "GE"), "creation_min": ("2015-06-01",), "creation_max": ("2015-06-01",),
    "fermeture": ("2020",), "dirigeant": ("marivault",), "label": ("rge",),
    "carreau": ("sans", "2-22-220"),
}  # fmt: skip


def activite(de: random.Random) -> dict[str, str | None]:
    noms = ("activite_principale", "nomenclature_activite_principale", "activite_principale_naf25")
    return dict(zip(noms, de.choice(ACTIVITES), strict=True))


@pytest.fixture
def peuple() -> None:
    de = random.Random(51)
    sirens = [f.siren_no(n) for n in range(1, ENTREPRISES + 1)]
    f.unites(
        *(
            f.unite(
                siren, denomination="SOCIETE", categorie_juridique=de.choice(("5710", "5710", "9220", "7210", "1000")),
                statut_diffusion=de.choice("OOOP"), categorie_entreprise=de.choice((None, "PME", "ETI", "GE")),
                societe_mission=de.choice((None, True, False)), economie_sociale_solidaire=de.choice((None, True)),
                **activite(de),
            )
            for siren in sirens
        )
    )  # fmt: skip
    places = [
        f.lieu(
            siren, rang, etat_administratif=de.choice("AAAF"), statut_diffusion=de.choice("OOOP"),
            code_commune=de.choice(("59350", "59350", "59355", "62498", "75101", "69383", "97411", None)),
            libelle_commune="UNE COMMUNE", code_postal=de.choice(("59000", "62300")),
            etablissement_siege=de.choice((True, False)), caractere_employeur=de.choice((True, False, None)),
            tranche_effectifs=de.choice((None, "NN", "11", "21")),
            date_creation=de.choice((None, date(2015, 6, 1) + timedelta(days=de.randrange(-900, 900)))),
            **activite(de),
        )
        for siren in sirens
        for rang in range(1, de.choice((2, 2, 3)))
    ]  # fmt: skip
    f.lieux(*places)
    gens = enumerate(sirens[:40], 1)
    f.charger("rne-dirigeants", [{"siren": s, "rang": n, "nom": "MARIVAULT", "prenoms": "Paul"} for n, s in gens])
    f.charger("rge", [{"siret": p["siret"], "code_qualification": p["siret"]} for p in places[::2]])
    services.indexer(forcer=True)
    preparer(paris.aujourd_hui())


def demandes() -> Iterator[dict[str, str]]:
    """Every filter with each of its values, then each pair of filters, with values that change from pair to pair."""
    toutes = {nom: VALEURS.get(nom, ("oui", "non")) for nom in filtres.tous()}
    # The siège alone would list the whole register: the search answers it beside another filter only.
    yield from ({nom: valeur} for nom, valeurs in toutes.items() if nom != "siege" for valeur in valeurs)
    connus = [nom for nom in toutes if nom in VALEURS or nom in filtres.SIRENE]
    for tour, paire in enumerate(combinations(connus, 2)):
        yield {nom: toutes[nom][tour % len(toutes[nom])] for nom in paire}


def par_la_recherche(choix: Mapping[str, str]) -> set[str]:
    requete = Requete.depuis({**choix, "vue": "etablissements"})
    paquets = parcours.parcourir(Requete(filtres=requete.filtres, vue="etablissements"))
    return {r.etablissement.siret for paquet in paquets for r in paquet if r.etablissement}


def test_a_territory_lists_what_the_search_lists(peuple: None) -> None:
    """Both as an anonymous reader, whom no masked natural person is shown."""
    choisis = [lieux.trouver(*ou.split("/"), LecteurDeDonnees(ANONYME)) for ou in TERRITOIRES]
    dedans = [par_la_recherche({t.genre: t.code}) for t in choisis]
    ecarts, pleins = [], 0
    for choix in demandes():
        trouves, params = par_la_recherche(choix), QueryDict(mutable=True)
        params.update(choix)
        for territoire, siens in zip(choisis, dedans, strict=True):
            listes = {siret for siret, _ in ouvert(territoire, Selection(requete_de(params))).rangees}
            pleins += bool(listes)
            if listes != trouves & siens:
                ecarts.append((territoire.nom, choix, len(listes), len(trouves & siens)))
    assert ecarts == []
    assert all(dedans)
    assert pleins > 200
