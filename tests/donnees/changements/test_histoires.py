"""Whatever the history of the files, a copy that follows the feed, stopped anywhere, ends equal to the source."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from hypothesis.extra.django import TestCase

from fce.client import Faits, appliquer
from fce.donnees.changements import services
from fce.donnees.imports import services as imports
from fce.socle.erreurs import Introuvable
from tests.donnees.changements.histoire import client, importer, publies
from tests.donnees.entreprises import fabrique as f
from tests.recherche.repertoire import CONVENTIONS, GENS, LIEUX, UNITES

NOMS = ("VERGNAUD", "MARIVAULT", "QUERSIN")
SIRENS = [f.siren_no(n) for n in range(6)]


class Registre:
    """Rows drawn at random; each step changes a few, and switches the sources that they are in."""

    def __init__(self, graine: int) -> None:
        self.hasard = Random(graine)
        self.lignes: dict[str, dict[Any, dict[str, Any]]] = {UNITES: {}, LIEUX: {}, GENS: {}, CONVENTIONS: {}}

    def avancer(self) -> None:
        h = self.hasard
        touchees: set[str] = set()
        for _ in range(h.randint(1, 4)):
            siren, n = h.choice(SIRENS), h.randint(1, 2)
            source = h.choice((UNITES, UNITES, LIEUX, LIEUX, GENS, CONVENTIONS))
            touchees.add(source)
            cle = {UNITES: siren, LIEUX: (siren, n), GENS: (siren, n), CONVENTIONS: (siren, n)}[source]
            if h.random() < 0.2:
                self.lignes[source].pop(cle, None)
            else:
                self.lignes[source][cle] = self._ligne(source, siren, n)
        importer({nom: list(self.lignes[nom].values()) for nom in touchees})

    def _ligne(self, source: str, siren: str, n: int) -> dict[str, Any]:
        h = self.hasard
        statut = h.choice("OOOP")
        if source == UNITES:
            morale = h.random() < 0.6
            return f.unite(
                siren,
                statut_diffusion=statut,
                categorie_juridique="5710" if morale else "1000",
                etat_administratif=h.choice("AAC"),
                **({"denomination": h.choice(NOMS)} if morale else {"nom": h.choice(NOMS)}),
            )
        if source == LIEUX:
            return f.lieu(siren, n, statut_diffusion=statut, enseigne_1=h.choice(NOMS), libelle_commune=h.choice(NOMS))
        if source == GENS:
            return {"siren": siren, "rang": n, "nom": h.choice(NOMS)}
        return {"siret": f.siret_no(siren, n), "idcc": h.choice(("1486", "0016"))}

    def revenir(self) -> None:
        """Go back to the former version of a source; the rows drawn next are those of the version undone."""
        try:
            imports.revenir(self.hasard.choice((UNITES, LIEUX, GENS)))
        except Introuvable:
            return


class Programme:
    """A reader that may be killed between a change and the note of its cursor: what it noted is what it starts again
    from, with a copy that may be further on."""

    def __init__(self, hasard: Random) -> None:
        self.hasard, self.copie, self.curseur = hasard, dict[str, Faits](), ""

    def lire(self, *, jusqu_au_bout: bool) -> None:
        with client() as fce:
            for page in fce.pages_du_flux(self.curseur, taille=self.hasard.randint(1, 5)):
                for changement in page.changements:
                    appliquer(self.copie, changement)
                    if not jusqu_au_bout and self.hasard.random() < 0.3:
                        return
                    if self.hasard.random() < 0.5:
                        self.curseur = changement.curseur
                self.curseur = page.curseur


def derouler(graine: int) -> None:
    registre, hasard = Registre(graine), Random(graine + 1)
    programmes = [Programme(Random(graine + n)) for n in (2, 3)]
    for _ in range(hasard.randint(2, 7)):
        registre.revenir() if hasard.random() < 0.25 else registre.avancer()
        if hasard.random() < 0.6:
            services.calculer()
        for programme in programmes:
            if hasard.random() < 0.5:
                programme.lire(jusqu_au_bout=False)
    services.calculer()
    attendue = publies()
    for programme in programmes:
        programme.lire(jusqu_au_bout=True)
        assert programme.copie == attendue, graine


class TestHistories(TestCase):
    """Six histories each day; the drill below takes two hundred."""

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 10**9))
    def test_a_copy_of_any_history_ends_equal_to_the_source(self, graine: int) -> None:
        derouler(graine)


@pytest.mark.epreuve
class TestTwoHundredHistories(TestCase):
    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 10**9))
    def test_a_copy_of_two_hundred_histories_ends_equal_to_the_source(self, graine: int) -> None:
        derouler(graine)
