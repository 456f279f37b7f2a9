"""A territory: kind, code, name, and the condition of its rows in the prepared table."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.urls import reverse

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.portee import Condition
from fce.recherche.question import filtres
from fce.referentiels.territoires.decoupage import departements_du_lieu
from fce.socle.base import lectures
from fce.socle.erreurs import Introuvable
from fce.sources import registre

UNITE: Final = "unite-controle"
GENRES_DE_TERRITOIRE: Final = {
    **{genre: filtres.SIRENE[genre].titre for genre in filtres.LIEUX if filtres.SIRENE[genre].sql},
    UNITE: "Unité de contrôle",
}
UNITES: Final = "wikit-unites"
INCONNU: Final = "Aucun territoire n’est à cette adresse."


class TerritoireChoisi(NamedTuple):
    """``condition``: on rows of the prepared table, alias ``t``. ``departements``: those that it is made of, empty for
    a control unit."""

    genre: str
    code: str
    nom: str
    condition: Condition
    departements: frozenset[str] = frozenset()

    @property
    def adresse(self) -> str:
        return reverse("territoires:territoire", args=[self.genre, self.code])

    @property
    def departements_complets(self) -> frozenset[str]:
        """Départements of all its rows, when ``condition`` is on the département; empty otherwise."""
        return self.departements if self.genre in ("departement", "region") else frozenset()


def trouver(genre: str, code: str, lecteur: LecteurDeDonnees) -> TerritoireChoisi:
    """The territory of an address. Raises Introuvable, identical for an unknown one and a closed one."""
    code = code.strip().upper()
    trouve = _unite(code, lecteur) if genre == UNITE else _lieu(genre, code)
    if trouve is None:
        raise Introuvable(INCONNU)
    return trouve


def _lieu(genre: str, code: str) -> TerritoireChoisi | None:
    if genre not in GENRES_DE_TERRITOIRE:
        return None
    nom, condition = filtres.SIRENE[genre].libelle(code), filtres.SIRENE[genre].condition([code])
    if nom is None or condition is None:
        return None
    siens = departements_du_lieu(code, genre)  # type: ignore[arg-type]  # one of ``LIEUX``
    return TerritoireChoisi(genre, code, nom, condition, siens)


def _unite(code: str, lecteur: LecteurDeDonnees) -> TerritoireChoisi | None:
    source = registre.source(UNITES)
    if not lecteur.portee(source):
        return None
    demande = f"SELECT max(libelle) FROM {source.relation} WHERE code = %s HAVING count(*) > 0"  # noqa: S608 – a view
    rangees = lectures.rangees(demande, [code])
    return (
        TerritoireChoisi(UNITE, code, rangees[0][0] or f"Unité {code}", Condition("t.unite = %s", (code,)))
        if rangees
        else None
    )
