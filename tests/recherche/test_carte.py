"""The map of the results counts what the list lists: nothing more, nothing elsewhere, nobody masked."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from msgspec.structs import replace

from fce.recherche.engines.port import Plage
from fce.recherche.question import strategie
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import carte as cartes, selectors
from fce.referentiels import carreaux, carte
from tests.donnees.entreprises import fabrique as f
from tests.recherche.univers import LILLE, Univers

METROPOLE = (704_000.0, 7_060_000.0)
ROUBAIX, LYON, SAINT_DENIS = (711_500.0, 7_066_000.0), (842_700.0, 6_519_200.0), (340_600.0, 7_690_300.0)


def a(ou: tuple[float, float] | None) -> dict[str, Any]:
    x, y = ou or (None, None)
    return {**LILLE, "coordonnee_lambert_abscisse": x, "coordonnee_lambert_ordonnee": y}


def peupler(univers: Univers, alea: random.Random) -> None:
    """Companies of one to four establishments, around three towns or nowhere."""
    for _ in range(80):

        def tirer() -> dict[str, Any]:
            centre = alea.choice((METROPOLE, LYON, SAINT_DENIS, None))
            return a(centre and (centre[0] + alea.gauss(0, 20_000), centre[1] + alea.gauss(0, 20_000)))

        etat = "C" if alea.random() < 0.15 else "A"
        siren = univers.entreprise(alea.choice(("MOULIN", "VERDIN", "MOULIN VERDIN")), tirer(), etat_administratif=etat)
        for k in range(2, alea.choice((2, 3, 5))):
            univers.etablissement(siren, k, **tirer())


def compter(requete: Requete, rang: int) -> dict[int, int]:
    machine = selectors.memoire()
    return machine.carreaux(strategie.interroger(machine, requete).question, rang)


def total(**choix: object) -> int:
    return strategie.interroger(selectors.memoire(), Requete.depuis(choix)).reponse.total


def test_the_squares_of_two_hundred_queries_add_up(univers: Univers) -> None:
    alea = random.Random(53)
    peupler(univers, alea)
    univers.indexer()
    for _ in range(200):
        choix = {
            "q": alea.choice(("", "moulin", "verdin", "moulin verdin", "vardin")),
            "vue": alea.choice(("entreprises", "etablissements")),
            "etat": alea.choice(("actif", "cesse", "tous")),
            "siege": alea.choice(("", "oui", "non")),
            "creation_min": "1900-01-01",
        }
        requete, rang = Requete.depuis(choix), alea.choice((0, 1, 2))
        machine = selectors.memoire()
        trouvaille = strategie.interroger(machine, requete)
        comptes = machine.carreaux(trouvaille.question, rang)
        assert sum(comptes.values()) == trouvaille.reponse.total, choix
        for numero in (carreaux.SANS_LIEU, *alea.sample(sorted(comptes), min(2, len(comptes)))):
            carreau = carreaux.du_numero(rang, numero)
            plage = Plage(*carte.bornes_de(carte.coder(carreau) if numero else carte.SANS))
            dedans = replace(trouvaille.question, groupes=(*trouvaille.question.groupes, (plage,)))
            assert machine.nombre(dedans) == comptes.get(numero, 0), (choix, carreau)
            if not requete.q:  # with words, an empty square would look for names that are near
                code = carte.coder(carreau) if numero else carte.SANS
                assert total(**choix, carreau=code) == comptes.get(numero, 0), (choix, code)


@pytest.fixture
def sept(univers: Univers) -> Univers:
    for ou in (*[METROPOLE] * 3, ROUBAIX, LYON, SAINT_DENIS, None):
        univers.entreprise("MOULIN", a(ou))
    return univers


def page(client: Client, adresse: str) -> str:
    return client.get(f"/recherche?{adresse}", follow=True).content.decode()


def test_every_fact_of_the_picture_is_a_row_of_the_table(sept: Univers, client: Client) -> None:
    sept.indexer()
    lue = page(client, "q=moulin&vue=entreprises&affichage=carte")
    ligne = r"<tr><td><a[^>]*>([^<]*)</a></td><td>([^<]*)</td></tr>"
    rangees = {f"{nom} : {fois}" for nom, fois in re.findall(ligne, lue)}
    dites = re.findall(r'<a href="[^"]*carreau=2-\d+-\d+[^"]*"><title>([^<]*)</title>', lue)
    assert sorted(dites) == sorted(rangees)
    assert len(dites) == 3
    assert "Lille : 4" in dites
    assert "Sur la carte : 5 en Métropole + 1 dans les cadres d’outre-mer" in lue
    assert "sans coordonnées : 1" in lue
    assert lue.index("<caption>Par carreau de 32 km") < lue.index('<svg class="fce-plan__dessin')


def test_a_square_opens_smaller_ones_then_the_list(sept: Univers, client: Client) -> None:
    sept.indexer()
    requete = "q=moulin&vue=entreprises&affichage=carte"
    (grand,) = {
        c for c, n in re.findall(r"carreau=(2-\d+-\d+)[^\"]*\"><title>([^<]*)", page(client, requete)) if ": 4" in n
    }
    zoom = page(client, f"{requete}&carreau={grand}")
    assert "Moins" not in zoom
    assert cartes.TROP_PEU in zoom  # four of them: the list says more
    lue = page(client, "q=moulin&vue=entreprises&carreau=sans")
    assert "Carreau : sans coordonnées" in lue
    assert lue.count("MOULIN") >= 1


def test_close_results_are_drawn_by_small_squares(univers: Univers, client: Client) -> None:
    for n in range(6):
        univers.entreprise("MOULIN", a((METROPOLE[0] + n * 4_000, METROPOLE[1])))
    univers.indexer()
    lue = page(client, "q=moulin&vue=entreprises&affichage=carte")
    assert "Par carreau de 4 km" in lue
    assert "Guadeloupe" not in lue


def test_few_results_and_an_index_built_before_have_no_map(univers: Univers, client: Client, monkeypatch: Any) -> None:
    for ou in [METROPOLE] * 4:
        univers.entreprise("MOULIN", a(ou))
    univers.entreprise("VERDIN", a(LYON))
    univers.indexer()
    assert cartes.TROP_PEU in page(client, "q=moulin&vue=entreprises&affichage=carte")
    monkeypatch.setattr(carreaux, "GRILLE", "une grille d’après")
    lue = page(client, "creation_min=1900-01-01&vue=entreprises&affichage=carte")
    assert cartes.PAS_ENCORE in lue
    assert "MOULIN" in lue


def test_what_is_masked_has_no_square(univers: Univers) -> None:
    """A masked legal person is listed, without its address; a masked natural person is in no index."""
    for n in range(5):
        univers.entreprise(f"MOULIN {n}", a(LYON))
    univers.entreprise("MOULIN CACHE", {**a(METROPOLE), "statut_diffusion": "P"}, statut_diffusion="P")
    univers.personne("MOULIN", "ODILE", {**a(METROPOLE), "statut_diffusion": "P"}, statut_diffusion="P")
    univers.indexer()
    for vue in ("entreprises", "etablissements"):
        requete = Requete.depuis(QueryDict(f"creation_min=1900-01-01&vue={vue}"))
        comptes = compter(requete, 2)
        sans = comptes.pop(carreaux.SANS_LIEU, 0)
        assert [*comptes.values()] == [5], vue
        assert sans == total(vue=vue, creation_min="1900-01-01") - 5


def test_the_map_is_never_remembered(sept: Univers, client: Client) -> None:
    sept.indexer()
    page(client, "q=moulin&vue=entreprises&affichage=carte")
    assert "affichage" not in client.cookies
    assert f.siren_no(1)
