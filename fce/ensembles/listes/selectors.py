"""Reads of lists. Functions take what ``acces`` has opened; the caller journals the lines before it shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Left

from fce.donnees.changements.selectors import ChangementsDepuis, changements_depuis
from fce.donnees.entreprises import selectors as entreprises
from fce.droits.habilitations.lecteur import NOMMEES_MAX, LecteurDeDonnees
from fce.ensembles.listes.acces import compte_du_lecteur, listes_lisibles
from fce.ensembles.listes.colonnes import COLONNES, LigneDecrite
from fce.ensembles.listes.models import EtatLigne, LigneDeListe, ListeDeTravail
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte.formats import nombre
from fce.socle.texte.identifiants import est_siret
from fce.socle.texte.pliage import plier
from fce.socle.web import liens

PAR_PAGE: Final = 50
CHANGEES_NOMMEES: Final = 10
TRIEES_MAX: Final = 2_000
"""Maximum lines whose public data are read at once, to sort and filter by them."""
TRIS_DE_LISTE: Final = {
    "ajout": "Dernières ajoutées",
    "etat": "Traitement",
    "numero": "Numéro",
    "nom": "Nom",
    "commune": "Commune",
    "effectif": "Effectif, du plus grand",
}
_TRIS_SQL: Final = {"ajout": ("-id",), "etat": ("etat", "-id"), "numero": ("numero",)}
OUVERTURES: Final = {"ouverts": "En activité", "fermes": "Cessés ou fermés", "inconnus": "Inconnus de Sirene"}


@dataclass(frozen=True, slots=True)
class FiltreDeListe:
    """``etat``: an ``EtatLigne``; ``ouverture``: a key of ``OUVERTURES``; ``departement``: its code; "" for all.
    ``tri``: a key of ``TRIS_DE_LISTE``."""

    etat: str = ""
    ouverture: str = ""
    departement: str = ""
    tri: str = "ajout"

    @property
    def en_sql(self) -> bool:
        """Whether PostgreSQL applies it without the public data."""
        return not self.filtre_apres_lecture and self.tri in _TRIS_SQL

    @property
    def filtre_apres_lecture(self) -> bool:
        """Whether the public data leave lines out."""
        return bool(self.ouverture or self.departement)

    @property
    def filtre(self) -> bool:
        """Whether it may leave lines out."""
        return bool(self.etat) or self.filtre_apres_lecture


class PageDeListe(NamedTuple):
    """``lignes``: those of ``page``; ``trop_longue``: too many lines to sort and filter by public data, so that only
    the rest of the filter was applied."""

    page: Page[Any]
    lignes: list[LigneDecrite]
    trop_longue: bool = False


class ListeComptee(NamedTuple):
    """A list, its number of lines, and of lines to see."""

    liste: ListeDeTravail
    nombre: int
    a_voir: int


def mes_listes(lecteur: LecteurDeDonnees, etiquette: str = "") -> QuerySet[ListeDeTravail]:
    """The reader's lists, latest first. Raises GesteRefuse."""
    lisibles = listes_lisibles(lecteur).order_by("-pk")
    return lisibles.filter(etiquettes__contains=[etiquette]) if etiquette else lisibles


def etiquettes_de(listes: QuerySet[ListeDeTravail]) -> list[str]:
    """The tags of some lists, in order."""
    return sorted({mot for mots in listes.values_list("etiquettes", flat=True) for mot in mots}, key=plier)


def compter_les_lignes(listes: Iterable[ListeDeTravail]) -> list[ListeComptee]:
    """Some lists with their numbers of lines. One query, about these lists alone: one may have 50 000 lines."""
    voulues = list(listes)
    par_liste = LigneDeListe.objects.order_by().filter(liste__in=voulues).values_list("liste")
    comptes = par_liste.annotate(n=Count("pk"), a_voir=Count("pk", filter=Q(etat=EtatLigne.A_VOIR)))
    connus = {liste: (n, a_voir) for liste, n, a_voir in comptes}
    return [ListeComptee(liste, *connus.get(liste.pk, (0, 0))) for liste in voulues]


def page_de_lignes(liste: ListeDeTravail, filtre: FiltreDeListe, page: int | str | None) -> PageDeListe:
    """One page of a list. Four queries at most."""
    lignes = lignes_de(liste, filtre)
    if filtre.en_sql or lignes[TRIEES_MAX : TRIEES_MAX + 1].exists():
        coupee = Paginator(lignes, PAR_PAGE).get_page(page)
        return PageDeListe(coupee, decrire(coupee.object_list), not filtre.en_sql)
    triees = Paginator(trier(decrire(lignes), filtre), PAR_PAGE).get_page(page)
    return PageDeListe(triees, list(triees.object_list))


def parmi(liste: ListeDeTravail, filtre: FiltreDeListe) -> list[str]:
    """SIREN of the companies among which a filter by state chooses, ``NOMMEES_MAX`` + 1 at most; none without one."""
    if not filtre.etat:
        return []
    lignes, sans = liste.lignes.order_by("numero"), replace(filtre, etat="", tri="numero")
    if sans.filtre_apres_lecture and not lignes[TRIEES_MAX : TRIEES_MAX + 1].exists():
        return list({decrite.ligne.numero[:9]: 0 for decrite in trier(decrire(lignes), sans)})[: NOMMEES_MAX + 1]
    return list(lignes.order_by().values_list(Left("numero", 9), flat=True).distinct()[: NOMMEES_MAX + 1])


class ChangementsDeListe(NamedTuple):
    """Since the reader's last reading (``le``): companies of the list that changed, [(name, change, address)…] of the
    first ones, and lines added by others."""

    le: datetime
    connus: ChangementsDepuis
    premiers: list[tuple[str, str, str]]
    ajoutees: int


def changements_de(lecteur: LecteurDeDonnees, liste: ListeDeTravail) -> ChangementsDeListe | None:
    """None before a first reading. Four queries."""
    dite = liste.lectures.get(str(compte_du_lecteur(lecteur)))
    if dite is None:
        return None
    le = datetime.fromisoformat(dite)
    sirens = list(liste.lignes.order_by().values_list(Left("numero", 9), flat=True).distinct())
    connus = changements_depuis(le, sirens)
    vues = entreprises.entreprises(sorted(connus.genres)[:CHANGEES_NOMMEES])
    premiers = [(v.nom, connus.genres[s], liens.adresse("entreprise", s)) for s, v in vues.items()]
    ajoutees = liste.lignes.filter(quand__gt=le).exclude(par=lecteur.acteur.identifiant).count()
    return ChangementsDeListe(le, connus, premiers, ajoutees)


def lignes_de(liste: ListeDeTravail, filtre: FiltreDeListe) -> QuerySet[LigneDeListe]:
    """Lines of a list, as far as PostgreSQL sorts and filters them."""
    lignes = liste.lignes.order_by(*_TRIS_SQL.get(filtre.tri, ("-id",)))
    return lignes.filter(etat=filtre.etat) if filtre.etat else lignes


def toutes_les_lignes(liste: ListeDeTravail, filtre: FiltreDeListe) -> list[int]:
    """Numbers of the lines of all the pages of a filter. Raises ParametreInvalide when there are too many to apply it:
    a gesture, or a file, would take lines that it leaves out."""
    lignes = lignes_de(liste, filtre)
    if filtre.en_sql or lignes[TRIEES_MAX : TRIEES_MAX + 1].exists():
        if filtre.filtre_apres_lecture:
            raise ParametreInvalide(
                f"Au-delà de {nombre(TRIEES_MAX)} lignes, une liste ne se filtre que par traitement : retirez le reste "
                "de votre choix, puis recommencez."
            )
        return list(lignes.values_list("pk", flat=True))
    return [decrite.ligne.pk for decrite in trier(decrire(lignes), filtre)]


def decrire(lignes: Iterable[LigneDeListe]) -> list[LigneDecrite]:
    """These lines with their public data. Two round trips and that of the lines."""
    voulues = list(lignes)
    unites = entreprises.entreprises({ligne.numero[:9] for ligne in voulues})
    lieux = entreprises.etablissements({ligne.numero for ligne in voulues if est_siret(ligne.numero)})
    return [LigneDecrite(ligne, unites.get(ligne.numero[:9]), lieux.get(ligne.numero)) for ligne in voulues]


def trier(decrites: Sequence[LigneDecrite], filtre: FiltreDeListe) -> list[LigneDecrite]:
    """Lines that fit the public part of a filter, in its order, the unknown ones last."""
    gardees = [decrite for decrite in decrites if _convient(decrite, filtre)]
    cle = _CLES.get(filtre.tri)
    return sorted(gardees, key=cle) if cle else gardees


def _convient(decrite: LigneDecrite, filtre: FiltreDeListe) -> bool:
    etat = decrite.vue.etat if decrite.vue else None
    dite = "inconnus" if etat is None else "ouverts" if etat == "A" else "fermes"
    ici = decrite.valeur(COLONNES["departement"])
    return filtre.ouverture in ("", dite) and filtre.departement in ("", ici)


def _texte(cle: str) -> Callable[[LigneDecrite], tuple[bool, str, str]]:
    """Sort key on the text of a column; that of a masked unit is None or the same sentence for all."""

    def cle_de_tri(decrite: LigneDecrite) -> tuple[bool, str, str]:
        valeur = (decrite.vue.nom if decrite.vue else "") if cle == "nom" else decrite.valeur(COLONNES[cle])
        return not valeur, plier(str(valeur or "")), decrite.ligne.numero

    return cle_de_tri


def _effectif(decrite: LigneDecrite) -> tuple[int, str]:
    tranche = decrite.vue.tranche_effectif if decrite.vue else None
    connue = tranche is not None and tranche.code.isdecimal()
    return (-int(tranche.code) if tranche is not None and connue else 1), decrite.ligne.numero


_CLES: Final[dict[str, Callable[[LigneDecrite], Any]]] = {
    "nom": _texte("nom"),
    "commune": _texte("commune"),
    "effectif": _effectif,
}
