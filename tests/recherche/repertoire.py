"""An invented register whose versions follow each other, as imports put them in place: what an index is amended of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from fce.donnees.imports.models import VersionEnPlace
from fce.recherche.index import fragments
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import selectors
from tests.donnees.entreprises import fabrique as f
from tests.recherche.univers import BREST, LILLE, LYON

UNITES, LIEUX, GENS, CONVENTIONS = (
    "sirene-unites-legales",
    "sirene-etablissements",
    "rne-dirigeants",
    "idcc-etablissements",
)
MOTS = ("ATELIER", "COMPTOIR", "MARIVAULT", "VERGNAUD", "QUERSIN", "BRUNELLE", "TARDIVEL", "HOLDING", "GARAGE")
VILLES = (LILLE, LYON, BREST)


def apres_le_premier_fragment(monkeypatch: pytest.MonkeyPatch, ecriture: str, geste: Callable[[], None]) -> list[int]:
    """Do ``geste`` once the first fragment of an index is written; the ranks of those written, as they are."""
    vraie, passages = getattr(fragments, ecriture), []

    def ecrire(chantier: Any, fragment: int, *reste: Any) -> dict[str, int]:
        comptes: dict[str, int] = vraie(chantier, fragment, *reste)
        passages.append(fragment)
        if len(passages) == 1:
            geste()
        return comptes

    monkeypatch.setattr(fragments, ecriture, ecrire)
    return passages


class Repertoire:
    """Rows by source; ``placer`` puts in place the sources that changed, each version above the one before."""

    def __init__(self) -> None:
        self.lignes: dict[str, dict[Any, dict[str, Any]]] = {UNITES: {}, LIEUX: {}, GENS: {}, CONVENTIONS: {}}
        self._places: dict[str, str] = {}

    def entreprise(self, n: int, nom: str, lieu: dict[str, Any] = LILLE, /, **champs: Any) -> str:
        siren = f.siren_no(n)
        self.lignes[UNITES][siren] = f.unite(siren, denomination=nom, **champs)
        self.etablissement(siren, 1, **lieu)
        return siren

    def etablissement(self, siren: str, n: int, **champs: Any) -> str:
        siret = f.siret_no(siren, n)
        self.lignes[LIEUX][siret] = f.lieu(siren, n, **champs)
        return siret

    def dirigeant(self, siren: str, rang: int, nom: str, prenoms: str) -> None:
        self.lignes[GENS][siren, rang] = {"siren": siren, "rang": rang, "nom": nom, "prenoms": prenoms}

    def placer(self) -> None:
        for source, lignes in self.lignes.items():
            dites = repr(lignes)
            if self._places.get(source) == dites:
                continue
            self._places[source] = dites
            poser(source, lignes.values())


def poser(source: str, lignes: Iterable[dict[str, Any]]) -> None:
    """Put rows in place, and keep the version before as an import does."""
    avant = VersionEnPlace.objects.filter(source=source).first()
    f.charger(source, lignes := [*lignes])
    version = VersionEnPlace.objects.select_related("en_place").get(source=source)
    version.en_place.total = len(lignes)
    version.en_place.save()
    version.precedent_id = avant.en_place_id if avant else None
    version.save()


def trouves(q: str) -> list[str]:
    """SIREN found in all states."""
    return [r.entreprise.siren for r in selectors.rechercher(Requete.depuis({"q": q, "etat": "tous"})).resultats]
