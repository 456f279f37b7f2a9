"""Nothing is lost in the tabs: together they give every source and every column that the declarations open to a reader,
neither more nor less, for each ready profile and for the public."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from fce.droits.habilitations.acteurs import ANONYME
from fce.droits.habilitations.finalites import PROFILS, Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche import selectors as fiches
from fce.fiche.assemblage import directes
from fce.fiche.formes.contenu import EtatBloc
from fce.fiche.lecture import plans
from fce.fiche.unite.unite_visee import Unite
from fce.sources.onglets import ONGLETS, SYNTHESE, TOUT, Onglet
from tests.acces import jeux
from tests.acces.acteurs import Joue, habilite
from tests.acces.jeux import SIREN, SIRET
from tests.acces.test_matrice import permis
from tests.donnees.entreprises import fabrique as f
from tests.echantillon import chaque_jour

pytestmark = pytest.mark.django_db(transaction=True)
LECTEURS = ["public", *PROFILS]
Colonnes = set[tuple[str, str]]


def lecteur(nom: str) -> Joue:
    return Joue(Client(), ANONYME) if nom == "public" else habilite(nom)


def peupler() -> None:
    """A row of each source about one company, every source of the package."""
    jeux.peupler(mixtes=True)
    connues = {s.nom for s in (*jeux.RESERVEES, *jeux.MIXTES)}
    for source in jeux.IMPORTEES:
        if source.nom not in connues:
            f.charger(source.nom, [jeux.ligne(source)])


def blocs(joue: Joue, onglet: Onglet) -> Iterator[Any]:
    """Those of a tab of the company and of its establishment, with the places of live answers."""
    qui = LecteurDeDonnees(joue.acteur, finalite=joue.finalite)
    for lire, numero in ((fiches.fiche_entreprise, SIREN), (fiches.fiche_etablissement, SIRET)):
        fiche: Any = lire(numero, lecteur=qui, onglet=onglet)
        for rubrique in directes.avec_attentes(fiche, qui):
            yield from rubrique.blocs


def lues(joue: Joue, *onglets: Onglet) -> tuple[set[str], Colonnes]:
    """(sources that answer, columns of their rows): of some tabs together. An answer may be that nothing is known."""
    repondent: set[str] = set()
    colonnes: Colonnes = set()
    for onglet in onglets:
        for bloc in blocs(joue, onglet):
            if bloc.source is not None and bloc.etat is not EtatBloc.RESERVEE:
                repondent.add(bloc.source.nom)
                colonnes |= {(bloc.source.nom, a) for ligne in bloc.lignes for a in ligne}
    return repondent, colonnes


@pytest.mark.parametrize("nom", chaque_jour(LECTEURS, sur=4))
def test_tabs_give_each_column_that_the_declarations_open(nom: str) -> None:
    peupler()
    joue = lecteur(nom)
    sources = {s.nom: s for n in (SIREN, SIRET) for s in plans.sources_de(Unite(n))}
    ouvertes = {s for s, source in sources.items() if permis(joue, source, None, Droit.CONSULTER)}
    attendues = {(s, a) for s in ouvertes for a in sources[s].champs if permis(joue, sources[s], a, Droit.CONSULTER)}
    repondent, colonnes = lues(joue, *ONGLETS.values())
    assert repondent == ouvertes
    declarees = {(s, a) for s, a in colonnes if a in sources[s].champs}
    assert declarees - attendues == set()
    # A rule that keeps no such row (a cancelled notice…) leaves the source without columns, in the old page too.
    muettes = ouvertes - {s for s, _ in declarees}
    assert {(s, a) for s, a in attendues if s not in muettes} - declarees == set()
    assert len(muettes) <= len(ouvertes) * 0.1, muettes
    assert (repondent, colonnes) == lues(joue, TOUT)
    # The Synthèse reads the same rows, whatever it lays out of them.
    assert lues(joue, SYNTHESE) == (repondent, colonnes)


@pytest.mark.epreuve
@pytest.mark.parametrize("nom", ["public", "inspection-travail", "dgfip"])
def test_what_the_whole_page_prints_is_in_the_tabs(nom: str) -> None:
    peupler()
    client = lecteur(nom).client

    def places(adresse: str) -> set[str]:
        # What is closed is said in a tab at its place, on the whole page in one list.
        places = r'(?<!class="fce-ferme" )id="((?:liste|direct)-[a-z0-9-]+)"'
        return set(re.findall(places, client.get(adresse).content.decode()))

    for base in (f"/entreprise/{SIREN}", f"/etablissement/{SIRET}"):
        cles = [cle for cle in ONGLETS if cle != "etablissements" or "entreprise" in base]
        entiere = places(f"{base}/tout")
        assert set().union(*(places(f"{base}/{cle}") for cle in cles)) == entiere
        assert len(entiere) > 10
