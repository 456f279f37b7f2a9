"""Reads of the feed: how far it goes, from where it is kept, and a page of events with the values in place."""

# ruff: noqa: S608 (only names of tables are interpolated)

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import msgspec
from django.conf import settings
from django.db import connection
from django.utils import timezone

from fce.donnees.changements import etats, sources
from fce.donnees.changements.curseurs import Curseur, horizon
from fce.donnees.changements.models import BasculeSuivie, ChangementDEntreprise
from fce.donnees.entreprises.repertoire import UNITES_LISTABLES
from fce.donnees.imports.models import Bascule
from fce.socle.erreurs import FCEError
from fce.sources import registre

EVENEMENTS_MAX: Final = 1_000
_G: Final = ChangementDEntreprise.Genre
_SANS_VALEUR: Final = (_G.RETIREE, _G.MASQUEE)
_PAGE: Final = (
    f"SELECT c.bascule, c.siren, c.genre, c.complet, c.champs, c.quand FROM {ChangementDEntreprise._meta.db_table} c "
    f"LEFT JOIN {UNITES_LISTABLES} u ON u.siren = c.siren "
    "WHERE (c.bascule, c.siren) > (%(bascule)s, %(siren)s) AND (c.bascule, c.siren) <= (%(jusqu_a)s, %(dernier)s) "
    "AND (c.genre = ANY(%(toujours)s) OR u.siren IS NOT NULL) "
    "ORDER BY c.bascule, c.siren LIMIT %(taille)s"
)


class CurseurPerdu(FCEError):
    """The feed no longer holds what follows this cursor: read the bulk file again."""

    status = 410
    code = "curseur_perdu"


class ChangementsDepuis(NamedTuple):
    """Since an instant: {SIREN: its latest change}; sources whose change is not known company by company, or not yet;
    ``oublie``: the feed does not go back that far."""

    genres: dict[str, str]
    incomparables: tuple[str, ...]
    oublie: bool


def changements_depuis(quand: datetime, sirens: Sequence[str]) -> ChangementsDepuis:
    """What changed in the open data of these companies; a unit that may not be listed is left out. Two queries."""
    dernieres = ChangementDEntreprise.objects.filter(quand__gt=quand, siren__in=sirens).extra(  # noqa: S610 – constant
        where=[f"EXISTS (SELECT 1 FROM {UNITES_LISTABLES} u WHERE u.siren = changements_changementdentreprise.siren)"]
    )
    genres = {c.siren: c.get_genre_display() for c in dernieres.order_by("bascule")}
    rompues = BasculeSuivie.objects.filter(quand__gt=quand).exclude(etat=BasculeSuivie.Etat.CALCULEE)
    connues = {s.nom: s.titre for s in registre.toutes()}
    titres = {connues[nom] for nom in rompues.values_list("source", flat=True) if nom in connues}
    oublie = quand < timezone.now() - timedelta(days=settings.FCE_CHANGEMENTS_JOURS)
    return ChangementsDepuis(genres, tuple(sorted(titres)), oublie)


class EvenementDuFlux(NamedTuple):
    """A change of the feed. ``donnees``: {source: rows in place now}, to put in place of what is held of these sources,
    or of the whole company when ``complet``."""

    curseur: str
    siren: str
    genre: str
    complet: bool
    champs: dict[str, list[str]]
    date: datetime
    donnees: dict[str, etats.Rangs]


class PageDuFlux(NamedTuple):
    """``curseur``: where to go on from; ``a_jour``: nothing follows for now."""

    evenements: list[EvenementDuFlux]
    curseur: Curseur
    a_jour: bool


def exiger(curseur: Curseur, atteint: int) -> None:
    """Raises CurseurPerdu when changes that follow ``curseur`` are not kept, or when it is another database's."""
    limite = timezone.now() - timedelta(days=settings.FCE_CHANGEMENTS_JOURS)
    suivantes = BasculeSuivie.objects.filter(bascule__gt=curseur.bascule, bascule__lte=atteint)
    if suivantes.filter(etat=BasculeSuivie.Etat.ROMPUE).exists() or suivantes.filter(quand__lt=limite).exists():
        raise CurseurPerdu(
            "Les changements qui suivent ce curseur ne sont plus gardés, ou n’ont pas pu être comptés entreprise par "
            "entreprise : reprenez le fichier complet, puis suivez le flux depuis son curseur."
        )
    if curseur.bascule > atteint and curseur.bascule > (Bascule.objects.values_list("numero", flat=True).first() or 0):
        raise CurseurPerdu(
            "Ce curseur n’est pas de cette base : reprenez le fichier complet, puis suivez le flux depuis son curseur."
        )


def premier() -> Curseur:
    """The oldest cursor from which everything is kept."""
    limite = timezone.now() - timedelta(days=settings.FCE_CHANGEMENTS_JOURS)
    perdues = BasculeSuivie.objects.filter(quand__lt=limite) | BasculeSuivie.objects.filter(
        etat=BasculeSuivie.Etat.ROMPUE
    )
    derniere = perdues.order_by("-bascule").values_list("bascule", flat=True).first()
    return Curseur(derniere or 0)


def page(curseur: Curseur, taille: int, jusqu_a: Curseur | None = None) -> PageDuFlux:
    """At most ``taille`` events after ``curseur``, up to ``jusqu_a`` included. Raises CurseurPerdu.

    Events are read before the values, so that the values are at least as recent: what came meanwhile has an event of
    its own further on. A masked person has no other event than the one that masks.
    """
    atteint = horizon()
    exiger(curseur, atteint)
    fin = min(Curseur(atteint), jusqu_a or Curseur(atteint))
    with connection.cursor() as lecture:
        lecture.execute(
            _PAGE,
            {
                "bascule": curseur.bascule,
                "siren": curseur.siren,
                "jusqu_a": fin.bascule,
                "dernier": fin.siren,
                "toujours": [str(g) for g in _SANS_VALEUR],
                "taille": taille,
            },
        )
        lignes = [dict(zip((c.name for c in lecture.description), ligne, strict=True)) for ligne in lecture.fetchall()]
    evenements = _evenements(lignes)
    if len(lignes) == taille:
        return PageDuFlux(evenements, Curseur(lignes[-1]["bascule"], lignes[-1]["siren"]), a_jour=False)
    return PageDuFlux(evenements, max(curseur, fin), a_jour=True)


def _evenements(lignes: list[dict[str, Any]]) -> list[EvenementDuFlux]:
    suivies = sources.toutes() if lignes else {}
    demandes: dict[str, set[str]] = defaultdict(set)
    for ligne in lignes:
        ligne["champs"] = {
            nom: [champ for champ in champs if champ in suivies[nom].attributs]
            for nom, champs in msgspec.json.decode(ligne["champs"]).items()
            if nom in suivies
        }
        for nom in suivies if ligne["complet"] else ligne["champs"]:
            demandes[nom].add(ligne["siren"])
    valeurs = etats.reunir({nom: sorted(sirens) for nom, sirens in demandes.items()}, suivies)
    return [
        EvenementDuFlux(
            str(Curseur(ligne["bascule"], ligne["siren"])),
            ligne["siren"],
            ligne["genre"],
            ligne["complet"],
            ligne["champs"],
            ligne["quand"],
            _donnees(valeurs.get(ligne["siren"], {}), ligne),
        )
        for ligne in lignes
    ]


def _donnees(siennes: dict[str, etats.Rangs], ligne: dict[str, Any]) -> dict[str, etats.Rangs]:
    if ligne["complet"]:
        return {nom: rangs for nom, rangs in siennes.items() if rangs}
    return {nom: siennes.get(nom, []) for nom in ligne["champs"]}
