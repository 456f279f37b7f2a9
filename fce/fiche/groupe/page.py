"""The group on the tab of the officers: a sentence, the picture, the rows of one page of the table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.formes.officiers import DirectionVue, proches_de
from fce.fiche.groupe.disposition import DessinDeGroupe, dessiner
from fce.fiche.groupe.selectors import GroupeDeSocietes, lire_le_groupe
from fce.fiche.groupe.table import SOCIETES_PAR_PAGE, LigneDeGroupe, ancre_de, ligne, phrase
from fce.fiche.lecture.consignation import sans_journal
from fce.socle.texte.pliage import lire_entier
from fce.socle.web.pages import numeros


class PageDuGroupe(NamedTuple):
    """``pages``: (number, address); ``dessin``: None without any link."""

    groupe: GroupeDeSocietes
    phrase: str
    dessin: DessinDeGroupe | None
    lignes: tuple[LigneDeGroupe, ...]
    total: int
    page: int
    pages: tuple[tuple[int | None, str], ...]


def annee_de(params: Mapping[str, str]) -> int | None:
    """Year asked; None: today."""
    annee = lire_entier(params.get("au", ""), 0, chiffres=4)
    return annee if annee > 1900 else None


def page_du_groupe(
    siren: str, params: Mapping[str, str], lecteur: LecteurDeDonnees, direction: DirectionVue | None = None
) -> PageDuGroupe:
    """Without what is reserved when the journal refuses. ``direction``: officers as the sheet has read and journalled
    them; what their persons join is on this page only, and when the data protection officer allows it."""
    proches = proches_de(direction) if settings.FCE_GROUPE_PERSONNES else frozenset()

    def consignee(qui: LecteurDeDonnees) -> PageDuGroupe:
        groupe = lire_le_groupe(siren, qui, annee_de(params), frozenset() if qui.empechement else proches)
        page = _composer(groupe, lire_entier(params.get("rang", ""), 1, chiffres=4))
        dessines = [cle for case in page.dessin.cases for cle in case.cles] if page.dessin else []
        groupe.consigner(qui, [siren, *dessines, *(x.cle for x in page.lignes)], sur_la_fiche=True)
        return page

    return sans_journal(consignee, lecteur, partie_ouverte=True)


def _composer(groupe: GroupeDeSocietes, page: int) -> PageDuGroupe:
    toutes = groupe.rangs if groupe.liens else ()
    pages = max(1, -(-len(toutes) // SOCIETES_PAR_PAGE))
    page = min(max(1, page), pages)
    ou = {x.cle: 1 + n // SOCIETES_PAR_PAGE for n, x in reversed([*enumerate(toutes)])}
    au = {"au": groupe.au} if groupe.au else {}

    def adresse(numero: int) -> str:
        return f"?{urlencode({**au, 'rang': numero})}"

    def de_la_ligne(cle: str) -> str:
        return f"{'' if ou[cle] == page else adresse(ou[cle])}#{ancre_de(cle)}"

    liens = tuple((n, f"{adresse(n)}#titre-groupe" if n else "") for n in numeros(page, pages)) if pages > 1 else ()
    dessin = dessiner(groupe, de_la_ligne) if toutes else None
    siennes = tuple(ligne(groupe, rang) for rang in toutes[(page - 1) * SOCIETES_PAR_PAGE : page * SOCIETES_PAR_PAGE])
    return PageDuGroupe(groupe, phrase(groupe), dessin, siennes, len(toutes), page, liens)


def resume_du_groupe(siren: str, lecteur: LecteurDeDonnees) -> str:
    """The group in one sentence, for a page that has room for no more; "" without any link."""

    def consigne(qui: LecteurDeDonnees) -> str:
        groupe = lire_le_groupe(siren, qui)
        groupe.consigner(qui, [siren], sur_la_fiche=True)
        return phrase(groupe) if groupe.liens else ""

    return sans_journal(consigne, lecteur, partie_ouverte=True)
