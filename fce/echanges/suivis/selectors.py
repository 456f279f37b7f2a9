"""Reads of follows: one's own follows and alerts, journalled before they are shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import structlog
from django.db.models import Count
from django.db.models.functions import Left
from django.urls import reverse

from fce.droits.comptes.models import Compte
from fce.droits.habilitations.lecteur import NOMMEES_MAX, LecteurDeDonnees, PartDeReponse
from fce.echanges.models import AlerteSuivi, RythmeAlertes, Suivi, UniteSuivie
from fce.echanges.suivis.lisibles import AlerteLisible, lisibles, question
from fce.echanges.suivis.proprietaires import ensemble_suivi, perdus
from fce.echanges.visites.genre import VISITE
from fce.echanges.vocabulaire import Rythme
from fce.socle.erreurs import JournalIndisponible, VolumeDepasse
from fce.socle.texte.identifiants import est_siret, formater_siren, formater_siret
from fce.socle.web import liens
from fce.socle.web.routes import Surface
from fce.sources.presentation import Gravite

PAR_PAGE: Final = 25
SUR_L_ACCUEIL: Final = 5
REGARDEES_MAX: Final = 1_000
"""Maximum latest alerts whose rights are checked; older ones are not shown."""
_RANGS: Final = {gravite: rang for rang, gravite in enumerate(Gravite)}
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ChangementVu:
    """A line: the unit (only its number when masked) and a link to its sheet."""

    lisible: AlerteLisible
    nom: str
    numero: str
    fiche: str


@dataclass(frozen=True, slots=True)
class ChangementsVus:
    """``lignes``: those of the page, latest first; ``total``: of all pages; ``non_vues``: not marked as read;
    ``sans_reserve``: why only open data are shown, or ""."""

    lignes: tuple[ChangementVu, ...] = ()
    total: int = 0
    non_vues: int = 0
    page: int = 1
    sans_reserve: str = ""

    @property
    def pages(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-self.total // PAR_PAGE))


@dataclass(frozen=True, slots=True)
class FiltreAlertes:
    """``non_vues``: only those not marked as read; ``suivi``: of one follow, None for all."""

    non_vues: bool = False
    suivi: int | None = None


@dataclass(frozen=True, slots=True)
class SuiviAffiche:
    """A follow in its owner's list: name, address, number of units. ``ensemble``: it is a list."""

    suivi: Suivi
    nom: str
    numero: str
    adresse: str
    unites: int
    ensemble: bool = False


def changements(
    lecteur: LecteurDeDonnees, compte: Compte, filtre: FiltreAlertes = FiltreAlertes(), page: int = 1
) -> ChangementsVus:
    """Changes followed by this account, within its current rights: one reading, journalled first. When the journal
    fails, only open data are shown."""
    siennes = AlerteSuivi.objects.select_related("suivi").filter(suivi__compte=compte)
    if filtre.non_vues:
        siennes = siennes.filter(lue_le=None)
    if filtre.suivi is not None:
        siennes = siennes.filter(suivi=filtre.suivi)
    gardees = lisibles(lecteur, list(siennes.order_by("-id")[:REGARDEES_MAX]))
    vues = _page(gardees, page)
    suivies = UniteSuivie.objects.filter(suivi__compte=compte, **({"suivi": filtre.suivi} if filtre.suivi else {}))
    sirens = suivies.order_by().values_list(Left("numero", 9), flat=True).distinct()[: NOMMEES_MAX + 1]
    sans_reserve = _consigner(lecteur, vues, list(sirens), filtre)
    if sans_reserve:
        gardees = [lisible for lisible in gardees if not lisible.reservee]
        vues = _page(gardees, page)
    non_vues = sum(lisible.alerte.lue_le is None for lisible in gardees)
    return ChangementsVus(tuple(_nommees(vues)), len(gardees), non_vues, page, sans_reserve)


def derniers_changements(lecteur: LecteurDeDonnees, compte: Compte) -> ChangementsVus:
    """Changes not marked as read, for an agent's home page: the gravest ones, latest first, and their number. One query
    when there are none. Visits that other services announce are left to the page of his follows: the home neither
    lists, counts nor dates any."""
    non_vues = AlerteSuivi.objects.select_related("suivi").filter(suivi__compte=compte, lue_le=None)
    siennes = non_vues.exclude(source=VISITE.nom).order_by("-id")
    gardees = sorted(lisibles(lecteur, list(siennes[:REGARDEES_MAX])), key=lambda lisible: _RANGS[lisible.gravite])
    vues = gardees[:SUR_L_ACCUEIL]
    comptees = list({lisible.alerte.siren for lisible in gardees if lisible.reservee})
    sans_reserve = _consigner(replace(lecteur, surface=Surface.FRAGMENT), vues, comptees)
    if sans_reserve:
        gardees = [lisible for lisible in gardees if not lisible.reservee]
        vues = gardees[:SUR_L_ACCUEIL]
    return ChangementsVus(tuple(_nommees(vues)), len(gardees), len(gardees), 1, sans_reserve)


def suivis_de(lecteur: LecteurDeDonnees, compte: Compte) -> list[SuiviAffiche]:
    """Follows of an account, latest first, without the sets that it no longer reads. Two round trips, and two if it
    follows sets."""
    tous = list(Suivi.objects.filter(compte=compte).annotate(combien=Count("unites")).order_by("-id"))
    sans = perdus(lecteur, tous)
    siens = [s for s in tous if s.pk not in sans]
    noms = liens.noms({s.numero[:9] for s in siens if s.numero}) if siens else {}
    return [_affiche(s, noms.get(s.numero[:9], "")) for s in siens]


def rythme_de(compte: Compte) -> str:
    """How often an account gets mails: daily by default."""
    choisi = RythmeAlertes.objects.filter(compte=compte).values_list("rythme", flat=True).first()
    return Rythme(choisi or Rythme.CHAQUE_JOUR)


def est_suivie(compte: Compte, numero: str) -> bool:
    """Whether this account follows this unit itself."""
    return Suivi.objects.filter(compte=compte, numero=numero).exists()


def _page(lisibles: Sequence[AlerteLisible], page: int) -> Sequence[AlerteLisible]:
    return lisibles[(page - 1) * PAR_PAGE : page * PAR_PAGE]


def _consigner(
    lecteur: LecteurDeDonnees,
    vues: Sequence[AlerteLisible],
    suivies: Collection[str],
    filtre: FiltreAlertes = FiltreAlertes(non_vues=True),
) -> str:
    """Journal the reserved ones, and what their number or absence tells of the companies followed, in one round trip;
    return why it failed, or ""."""
    reservees = [
        PartDeReponse(x.objet.nom, x.alerte.siren, 1, [x.permis]) for x in vues if x.reservee and x.objet and x.permis
    ]
    questions = [question(lecteur, suivies)] if suivies else []
    try:
        lecteur.consigner_reponse(reservees, questions, f"suivis?non_lues={filtre.non_vues}&suivi={filtre.suivi or ''}")
    except (JournalIndisponible, VolumeDepasse) as erreur:
        log.warning("alertes_sans_reserve", erreur=type(erreur).__name__)
        return erreur.message
    return ""


def _nommees(vues: Sequence[AlerteLisible]) -> list[ChangementVu]:
    noms = liens.noms({lisible.alerte.siren for lisible in vues if not lisible.masquee}) if vues else {}
    return [_vue(lisible, noms) for lisible in vues]


def _vue(lisible: AlerteLisible, noms: Mapping[str, str]) -> ChangementVu:
    alerte = lisible.alerte
    numero = alerte.siret or alerte.siren
    ecrit, fiche = _numero(numero)
    connu = "" if lisible.masquee else noms.get(alerte.siren, "")
    return ChangementVu(lisible, connu or ecrit, ecrit, fiche)


def _numero(numero: str) -> tuple[str, str]:
    """(formatted number, address of the sheet)."""
    if est_siret(numero):
        return f"SIRET {formater_siret(numero)}", liens.adresse("etablissement", numero)
    return f"SIREN {formater_siren(numero)}", liens.adresse("entreprise", numero)


def _affiche(suivi: Suivi, nom: str) -> SuiviAffiche:
    unites = int(getattr(suivi, "combien", 0))
    if (ensemble := ensemble_suivi(suivi)) is not None:
        return SuiviAffiche(suivi, suivi.nom, "", liens.adresse(*ensemble), unites, ensemble=True)
    if suivi.recherche:
        return SuiviAffiche(suivi, suivi.nom, "", f"{reverse('recherche:resultats')}?{suivi.recherche}", unites)
    ecrit, fiche = _numero(suivi.numero)
    return SuiviAffiche(suivi, nom or ecrit, ecrit, fiche, unites)
