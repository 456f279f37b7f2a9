"""``/near_point``: companies around a point, by distance, with all the filters of the search.

The index gives the companies of the squares that cover the circle (``referentiels.carreaux``); the base gives the
coordinates of their establishments, hence the distances. The circle grows until it holds the page asked.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from fce.api.compatible import criteres, requetes
from fce.api.compatible.formes import ReponseCompatible
from fce.donnees.entreprises.voisinage import positions
from fce.recherche.engines.champs import Etat
from fce.recherche.engines.port import PERSONNE, CodeCherche, Moteur, Question
from fce.recherche.question import filtrage
from fce.recherche.question.requete import FENETRE
from fce.recherche.reponse import lignes, selectors as recherches
from fce.referentiels import carreaux, projections

PAS: Final = 2
"""Each circle has this many times the radius of the one before."""
PREMIER: Final = 64
"""The first circle has this fraction of the radius asked."""
LIEUX_MAX: Final = 3_000
"""Establishments whose distance is computed for an exact total; above, the squares along the edge count whole."""


class Cercle(NamedTuple):
    """A circle in the plane of a projection, in metres."""

    x: float
    y: float
    rayon: float

    def groupe(self) -> tuple[CodeCherche, ...]:
        """Criteria of the squares that cover the circle."""
        dedans, au_bord = carreaux.couvrir(*self)
        return _groupe((*dedans, *au_bord))


def chercher(saisie: Mapping[str, Any]) -> ReponseCompatible:
    """Answer ``/near_point``: the nearest first. Raises ``IndexIndisponible``."""
    latitude, longitude, rayon = saisie["lat"], saisie["lon"], 1_000 * saisie.get("radius", 5.0)
    projection = projections.autour_de(latitude, longitude)
    if projection is None:
        return requetes.enveloppe(saisie, 0, [])
    machine = recherches.memoire()
    # A company that has ceased is around no point, unless it is asked for.
    saisie = {"etat_administratif_unite_legale": "A", **requetes.actualiser(machine, saisie)}
    posee = filtrage.poser(machine, requetes.requete(machine, "", saisie))
    entier = Cercle(*projection.projeter(latitude, longitude), rayon)
    voulues = saisie.get("page", 1) * saisie.get("per_page", 10)
    lieux: dict[str, list[str]] = {}
    for cercle in _cercles(entier):
        # Squares overflow their circle: ask for more before reading anything.
        if cercle.rayon < rayon and machine.nombre(_dans(posee, cercle.groupe())) < 2 * voulues:
            continue
        lieux = _du_plus_proche(machine, saisie, posee, cercle)
        if len(lieux) >= voulues:
            break
    debut = voulues - saisie.get("per_page", 10)
    sirens = [*lieux][debut:voulues]
    total = len(lieux) if cercle == entier else _total(machine, saisie, posee, entier)
    par_entreprise = saisie.get("matching_size", 10)
    return requetes.page(saisie, total, sirens, {siren: lieux[siren][:par_entreprise] for siren in sirens}, {})


def _cercles(entier: Cercle) -> Iterator[Cercle]:
    rayon = max(entier.rayon / PREMIER, min(entier.rayon, carreaux.TAILLES[0] / 2))
    while rayon < entier.rayon:
        yield entier._replace(rayon=rayon)
        rayon *= PAS
    yield entier


def _groupe(codes: Iterable[str]) -> tuple[CodeCherche, ...]:
    return tuple(CodeCherche("filtres", code) for code in codes) or (CodeCherche("filtres", "k"),)


def _dans(posee: Question, groupe: tuple[CodeCherche, ...]) -> Question:
    return replace(posee, groupes=(*posee.groupes, groupe))


def _du_plus_proche(
    machine: Moteur, saisie: Mapping[str, Any], posee: Question, cercle: Cercle, plafond: int = 2 * FENETRE
) -> dict[str, list[str]]:
    """{siren: SIRET of its establishments in the circle}, companies and establishments by distance."""
    sirens = [siren for siren, _ in machine.sirens(_dans(posee, cercle.groupe()), plafond)[0]]
    return _ranger(_sirets(machine, saisie, sirens, cercle.groupe(), plafond), cercle)


def _sirets(
    machine: Moteur, saisie: Mapping[str, Any], sirens: Sequence[str], groupe: tuple[CodeCherche, ...], plafond: int
) -> list[str]:
    """Open establishments of these companies in these squares, which meet what is asked of an establishment."""
    etats: tuple[Etat, ...] = ("cesse",) if saisie["etat_administratif_unite_legale"] == "C" else ("actif",)
    lieux = Question(
        "etablissements",
        etats=etats,
        groupes=(*criteres.du_lieu(saisie), groupe),
        seulement=tuple(sirens) or PERSONNE,
        tri="numero",
    )
    return [hit.siret for hit in machine.search(lieux, limite=plafond).hits if hit.siret]


def _ranger(sirets: Sequence[str], cercle: Cercle) -> dict[str, list[str]]:
    distances = sorted(
        (distance, siret)
        for siret, x, y in positions(sirets)
        if (distance := math.hypot(x - cercle.x, y - cercle.y)) <= cercle.rayon
    )
    lieux: dict[str, list[str]] = {}
    for _, siret in distances:
        lieux.setdefault(siret[:9], []).append(siret)
    return lieux


def _total(machine: Moteur, saisie: Mapping[str, Any], posee: Question, cercle: Cercle) -> int:
    """Number of companies in the circle: exact up to 10 000, but for the squares along an edge too crowded to read."""
    dedans, au_bord = (_groupe(codes) for codes in carreaux.couvrir(*cercle))
    surs, vus = machine.sirens(_dans(posee, dedans), FENETRE)
    if vus >= FENETRE:
        return FENETRE
    # A criterion on an establishment must hold for the one in the circle, and somebody may be masked since: the index
    # alone can then be sure of no company.
    manifeste = machine.manifeste()
    incertain = criteres.du_lieu(saisie) or manifeste is None or not lignes.de_sirene_en_place(manifeste)
    interieurs = set() if incertain else {siren for siren, _ in surs}
    if not interieurs:
        au_bord = cercle.groupe()
    douteux = [s for s, _ in machine.sirens(_dans(posee, au_bord), FENETRE)[0] if s not in interieurs]
    if len(interieurs) + len(douteux) > LIEUX_MAX:
        return len(interieurs) + len(douteux)
    return len(interieurs | _ranger(_sirets(machine, saisie, douteux, au_bord, FENETRE), cercle).keys())
