"""Reads of follows: one's own follows and alerts, journalled before they are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final, NamedTuple

import structlog
from django.db.models import Count
from django.db.models.functions import Left
from django.urls import reverse

from fce.droits.comptes.models import Compte
from fce.droits.habilitations.lecteur import NOMMEES_MAX, LecteurDeDonnees, PartDeReponse
from fce.echanges.models import AlerteSuivi, RythmeAlertes, Suivi, UniteSuivie
from fce.echanges.suivis.lisibles import AlerteLisible, LigneDeSuivi, lignes_de, lisibles, question
from fce.echanges.suivis.proprietaires import ensemble_suivi, perdus
from fce.echanges.visites.genre import VISITE
from fce.echanges.vocabulaire import Rythme
from fce.socle.erreurs import JournalIndisponible, VolumeDepasse
from fce.socle.texte.identifiants import nommer_le_numero
from fce.socle.web import liens
from fce.socle.web.references import reference
from fce.socle.web.routes import Surface
from fce.sources.presentation import Gravite

PAR_PAGE: Final = 50
"""Changes of a page, except that a company is never cut."""
SUR_L_ACCUEIL: Final = 5
REGARDEES_MAX: Final = 1_000
"""Maximum latest alerts whose rights are checked; older ones are not shown."""
_RANGS: Final = {gravite: rang for rang, gravite in enumerate(Gravite)}
log = structlog.get_logger(__name__)


class EntrepriseChangee(NamedTuple):
    """The changes of one company, gravest first; ``nom``: "" when masked."""

    siren: str
    nom: str
    lignes: tuple[LigneDeSuivi, ...]

    @property
    def total(self) -> int:
        return sum(len(ligne.alertes) for ligne in self.lignes)


@dataclass(frozen=True, slots=True)
class ChangementsVus:
    """``entreprises``: of the page, gravest first; ``total``: changes of all pages, in ``dans`` companies, the newest
    being ``derniere``; ``comptes``: unread ones of each gravity; ``par_suivi``: unread ones of each follow;
    ``a_relire``: whether some are read; ``sans_reserve``: why only open data are shown, or ""."""

    entreprises: tuple[EntrepriseChangee, ...] = ()
    total: int = 0
    comptes: Mapping[Gravite, int] = field(default_factory=dict)
    par_suivi: Mapping[int, int] = field(default_factory=dict)
    dans: int = 0
    derniere: str = ""
    a_relire: bool = False
    page: int = 1
    pages: int = 1
    sans_reserve: str = ""

    @property
    def a_lire(self) -> int:
        return sum(self.comptes.values())

    @property
    def lignes(self) -> list[LigneDeSuivi]:
        return [ligne for entreprise in self.entreprises for ligne in entreprise.lignes]


@dataclass(frozen=True, slots=True)
class FiltreAlertes:
    """``relecture``: of those marked as read, instead of the others; ``suivi``: of one follow; ``gravite``: of one
    gravity; ``siren``: of one company; None or "" for all."""

    relecture: bool = False
    suivi: int | None = None
    gravite: Gravite | None = None
    siren: str = ""

    def garde(self, x: AlerteLisible) -> bool:
        return (
            (x.alerte.lue_le is not None) is self.relecture
            and self.suivi in (None, x.alerte.suivi_id)
            and self.gravite in (None, x.gravite)
            and self.siren in ("", x.alerte.siren)
        )


class SuiviAffiche(NamedTuple):
    """A follow in its owner's list: name, address, number of units, changes to read. ``ensemble``: it is a list."""

    suivi: Suivi
    nom: str
    adresse: str
    unites: int
    a_lire: int
    ensemble: bool = False


def changements(
    lecteur: LecteurDeDonnees, compte: Compte, filtre: FiltreAlertes = FiltreAlertes(), page: int = 1
) -> ChangementsVus:
    """Changes followed by this account, within its current rights: one reading, journalled first. When the journal
    fails, only open data are shown."""
    regardees = _regardees(lecteur, compte, relecture=filtre.relecture)
    pages = _pages([x for x in regardees if filtre.garde(x)])
    vues = [x for groupe in pages[min(page, len(pages)) - 1] for x in groupe]
    suivies = UniteSuivie.objects.filter(suivi__compte=compte, **({"suivi": filtre.suivi} if filtre.suivi else {}))
    sirens = suivies.order_by().values_list(Left("numero", 9), flat=True).distinct()[: NOMMEES_MAX + 1]
    sans_reserve = _consigner(lecteur, vues, list(sirens), filtre)
    if sans_reserve:
        regardees = [x for x in regardees if not x.reservee]
        pages = _pages([x for x in regardees if filtre.garde(x)])
        vues = [x for groupe in pages[min(page, len(pages)) - 1] for x in groupe]
    a_lire = [x for x in regardees if x.alerte.lue_le is None and filtre.suivi in (None, x.alerte.suivi_id)]
    return ChangementsVus(
        tuple(_nommees(vues)),
        sum(len(groupe) for lot in pages for groupe in lot),
        {g: n for g in Gravite if (n := sum(x.gravite is g for x in a_lire))},
        Counter(x.alerte.suivi_id for x in regardees if x.alerte.lue_le is None),
        sum(map(len, pages)),
        reference(AlerteSuivi, max((x.alerte.pk for lot in pages for groupe in lot for x in groupe), default=0)),
        AlerteSuivi.objects.filter(suivi__compte=compte).exclude(lue_le=None).exists(),
        min(page, len(pages)),
        len(pages),
        sans_reserve,
    )


def derniers_changements(lecteur: LecteurDeDonnees, compte: Compte) -> ChangementsVus:
    """Changes not marked as read, for an agent's home page: the gravest ones, latest first, and their number. One query
    when there are none. Visits that other services announce are left to the page of his follows: the home neither
    lists, counts nor dates any."""
    regardees = _regardees(lecteur, compte, visites=False)
    vues = _triees(regardees)[:SUR_L_ACCUEIL]
    comptees = list({x.alerte.siren for x in regardees if x.reservee})
    sans_reserve = _consigner(replace(lecteur, surface=Surface.FRAGMENT), vues, comptees)
    if sans_reserve:
        regardees = [x for x in regardees if not x.reservee]
        vues = _triees(regardees)[:SUR_L_ACCUEIL]
    comptes = {g: sum(x.gravite is g for x in regardees) for g in Gravite}
    return ChangementsVus(tuple(_nommees(vues)), len(regardees), comptes, sans_reserve=sans_reserve)


def alertes_a_noter(lecteur: LecteurDeDonnees, compte: Compte, filtre: FiltreAlertes, jusqu_a: int) -> list[int]:
    """Numbers of the alerts that a page showed or counted under this filter, none written since (``jusqu_a``)."""
    return [
        x.alerte.pk
        for x in _regardees(lecteur, compte, relecture=filtre.relecture)
        if filtre.garde(x) and x.alerte.pk <= jusqu_a
    ]


def _regardees(
    lecteur: LecteurDeDonnees, compte: Compte, *, relecture: bool = False, visites: bool = True
) -> list[AlerteLisible]:
    """The latest alerts that the reader may read, not marked as read, then those that are (``relecture``)."""
    siennes = AlerteSuivi.objects.select_related("suivi").filter(suivi__compte=compte).order_by("-id")
    if not visites:
        siennes = siennes.exclude(source=VISITE.nom)
    marquees = siennes.exclude(lue_le=None)[:REGARDEES_MAX] if relecture else ()
    return lisibles(lecteur, [*siennes.filter(lue_le=None)[:REGARDEES_MAX], *marquees])


def _triees(alertes: Iterable[AlerteLisible]) -> list[AlerteLisible]:
    return sorted(alertes, key=lambda x: (_RANGS[x.gravite], -x.alerte.pk))


def _pages(alertes: Iterable[AlerteLisible]) -> list[list[list[AlerteLisible]]]:
    """Alerts by company, gravest company first, then newest, in pages of ``PAR_PAGE`` that cut no company."""
    groupes: dict[str, list[AlerteLisible]] = {}
    for x in _triees(alertes):
        groupes.setdefault(x.alerte.siren, []).append(x)
    pages: list[list[list[AlerteLisible]]] = [[]]
    for groupe in sorted(groupes.values(), key=lambda g: (_RANGS[g[0].gravite], -max(x.alerte.pk for x in g))):
        if pages[-1] and sum(map(len, pages[-1])) + len(groupe) > PAR_PAGE:
            pages.append([])
        pages[-1].append(groupe)
    return pages


def suivis_de(lecteur: LecteurDeDonnees, compte: Compte, a_lire: Mapping[int, int]) -> list[SuiviAffiche]:
    """Follows of an account, most to read first (``a_lire``), without the sets that it no longer reads. Two round
    trips, and two if it follows sets."""
    tous = list(Suivi.objects.filter(compte=compte).annotate(combien=Count("unites")).order_by("-id"))
    sans = perdus(lecteur, tous)
    siens = [s for s in tous if s.pk not in sans]
    noms = liens.noms({s.numero[:9] for s in siens if s.numero}) if siens else {}
    affiches = [_affiche(s, noms.get(s.numero[:9], ""), a_lire.get(s.pk, 0)) for s in siens]
    return sorted(affiches, key=lambda s: -s.a_lire)


def rythme_de(compte: Compte) -> str:
    """How often an account gets mails: daily by default."""
    choisi = RythmeAlertes.objects.filter(compte=compte).values_list("rythme", flat=True).first()
    return Rythme(choisi or Rythme.CHAQUE_JOUR)


def est_suivie(compte: Compte, numero: str) -> bool:
    """Whether this account follows this unit itself."""
    return Suivi.objects.filter(compte=compte, numero=numero).exists()


def _consigner(
    lecteur: LecteurDeDonnees,
    vues: Sequence[AlerteLisible],
    suivies: Collection[str],
    filtre: FiltreAlertes = FiltreAlertes(),
) -> str:
    """Journal the reserved ones, and what their number or absence tells of the companies followed, in one round trip;
    return why it failed, or ""."""
    reservees = [
        PartDeReponse(x.objet.nom, x.alerte.siren, 1, [x.permis]) for x in vues if x.reservee and x.objet and x.permis
    ]
    questions = [question(lecteur, suivies)] if suivies else []
    try:
        lecteur.consigner_reponse(reservees, questions, f"suivis?lus={filtre.relecture}&suivi={filtre.suivi or ''}")
    except (JournalIndisponible, VolumeDepasse) as erreur:
        log.warning("alertes_sans_reserve", erreur=type(erreur).__name__)
        return erreur.message
    return ""


def _nommees(toutes: Sequence[AlerteLisible]) -> Iterator[EntrepriseChangee]:
    noms = liens.noms({x.alerte.siren for x in toutes if not x.masquee}) if toutes else {}
    for siren, siennes in groupby(lignes_de(toutes, noms), key=lambda ligne: ligne.alertes[0].alerte.siren):
        yield EntrepriseChangee(siren, noms.get(siren, ""), tuple(siennes))


def _affiche(suivi: Suivi, nom: str, a_lire: int) -> SuiviAffiche:
    unites = int(getattr(suivi, "combien", 0))
    if (ensemble := ensemble_suivi(suivi)) is not None:
        return SuiviAffiche(suivi, suivi.nom, liens.adresse(*ensemble), unites, a_lire, ensemble=True)
    if suivi.recherche:
        return SuiviAffiche(suivi, suivi.nom, f"{reverse('recherche:resultats')}?{suivi.recherche}", unites, a_lire)
    return SuiviAffiche(suivi, nom or nommer_le_numero(suivi.numero), liens.fiche(suivi.numero), unites, a_lire)
