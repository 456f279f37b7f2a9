"""Lists of the announced visits of one's own services: a week, the coming days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, NamedTuple

import structlog
from django.db.models import QuerySet

from fce.donnees.entreprises.contenu import EtablissementVu
from fce.donnees.entreprises.selectors import etablissements
from fce.droits.habilitations.dossiers.presentation import noms
from fce.droits.habilitations.lecteur import LecteurDeDonnees, Pesee
from fce.droits.habilitations.politique import RefusAcces
from fce.echanges.croisements.adresses import lieux_de
from fce.echanges.croisements.recherche import Croisement, croisements_de
from fce.echanges.croisements.regles import Duree, lundi
from fce.echanges.models import LieuVisite, ReponseCroisement, VisiteAnnoncee
from fce.echanges.visites.croisees import attendues
from fce.echanges.visites.genre import VISITE, EtatVisite
from fce.echanges.visites.passages import a_relire
from fce.echanges.visites.selectors import nommees
from fce.echanges.vocabulaire import PROXIMITE
from fce.socle.erreurs import JournalIndisponible, SourceIndisponible, VolumeDepasse
from fce.socle.texte.identifiants import formater_siret

log = structlog.get_logger(__name__)
SEPT_JOURS: Final = timedelta(days=7)
A_VENIR_MAX: Final = 8
SEMAINE_MAX: Final = 100
A_LIRE: Final = "à lire"
CROISEE: Final = "croise votre visite"
COMMUNE: Final = "visite commune"
SANS_JOUR: Final = "visite commune, jour à convenir"


@dataclass(frozen=True, slots=True)
class VisiteDeSemaine:
    """An announced visit of one's own service in a list. ``ou``: communes, or the number of a place whose commune is
    unknown or masked; ``qui``: its author; ``etat``: state today; ``mention``: what passes with another service, ""
    when nothing is known; ``croisees``: visits of other services that cross it."""

    visite: VisiteAnnoncee
    entreprise: str
    ou: tuple[str, ...]
    qui: str
    etat: str
    mention: str = ""
    croisees: tuple[Croisement, ...] = ()

    @property
    def a_lire(self) -> bool:
        return self.mention == A_LIRE

    @property
    def lien(self) -> str:
        """Words before the visits that cross it; "" without any."""
        return self.mention if self.mention and not self.a_lire else CROISEE if self.croisees else ""

    @property
    def dite(self) -> bool:
        """Whether its state is to be said: another one than announced."""
        return self.etat != EtatVisite.ANNONCEE.label


class Agenda(NamedTuple):
    """Visits of one's own services still to come in the week of ``lundi``: the first ones, and whether there are
    ``autres``; then the next one, with ``rien``, the weeks between in which nothing is announced."""

    lundi: date
    visites: tuple[VisiteDeSemaine, ...]
    autres: bool = False
    suivante: VisiteDeSemaine | None = None
    rien: str = ""


def semaine(lecteur: LecteurDeDonnees, premier: date) -> list[VisiteDeSemaine]:
    """Visits of the reader's services in the week of a Monday, in any state but abandoned."""
    fin = premier + timedelta(days=6)
    visites = _miennes(lecteur).exclude(etat=EtatVisite.RENONCEE).filter(debut__lte=fin, fin__gte=premier)[:SEMAINE_MAX]
    return _avec_mention(lecteur, _de_semaine(visites, lecteur.aujourd_hui))


def d_ici_dimanche(lecteur: LecteurDeDonnees) -> QuerySet[VisiteAnnoncee]:
    """Announced visits of the reader's services from today to the end of the week."""
    return _a_faire(lecteur).filter(debut__lt=lundi(lecteur.aujourd_hui) + SEPT_JOURS)


def a_venir(lecteur: LecteurDeDonnees) -> Agenda:
    """Visits of the reader's services in the rest of the week, then the next one announced, unless they are many."""
    premier = lundi(lecteur.aujourd_hui)
    trouvees = list(_a_faire(lecteur)[: A_VENIR_MAX + 1])
    ici = sum(v.debut < premier + SEPT_JOURS for v in trouvees)
    vues = _avec_mention(lecteur, _de_semaine(trouvees[: min(ici + 1, A_VENIR_MAX)], lecteur.aujourd_hui))
    if not vues[ici:]:
        return Agenda(premier, tuple(vues), ici > A_VENIR_MAX)
    vides = range(7, (lundi(trouvees[ici].debut) - premier).days, 7)
    semaines = [str((premier + timedelta(days=jours)).isocalendar().week) for jours in vides]
    rien = f"de la semaine {semaines[0]} à la {semaines[-1]}" if semaines[1:] else f"en semaine {''.join(semaines)}"
    return Agenda(premier, tuple(vues[:ici]), False, vues[ici], rien if semaines else "")


def prochaine_semaine(lecteur: LecteurDeDonnees) -> date:
    """The Monday of the first week, from this one on, in which the reader's services have a visit to do; else of this
    one."""
    debut = _a_faire(lecteur).values_list("debut", flat=True).first()
    return lundi(max(debut or lecteur.aujourd_hui, lecteur.aujourd_hui))


def _avec_mention(lecteur: LecteurDeDonnees, visites: list[VisiteDeSemaine]) -> list[VisiteDeSemaine]:
    """The same visits with what passes with other services, journalled first; without when the journal fails.

    What another service announced weighs for the company, as on the page of the visit; one's own visits do not.
    """
    permis = lecteur.decider(VISITE)
    annoncees = [v.visite for v in visites if v.visite.etat == EtatVisite.ANNONCEE and v.visite.operation_id is None]
    if isinstance(permis, RefusAcces) or not annoncees:
        return visites
    mentions, croisees = _mentions(annoncees, lecteur.aujourd_hui), _croisees(annoncees, lecteur.aujourd_hui)
    dites = {v.siren for v in annoncees if v.pk in croisees}
    try:
        for pesee, sienne in ((Pesee.ENTREPRISES, True), (Pesee.RIEN, False)):
            sirens = Counter(v.siren for v in annoncees if (v.siren in dites) is sienne)
            lecteur.consigner_tout([(VISITE, permis, siren, n) for siren, n in sirens.items()], pesee)
    except (JournalIndisponible, VolumeDepasse) as erreur:
        log.warning("visites sans mention : %s", type(erreur).__name__)
        return visites
    return [replace(v, mention=mentions.get(v.visite.pk, ""), croisees=croisees.get(v.visite.pk, ())) for v in visites]


def _croisees(visites: Sequence[VisiteAnnoncee], aujourd_hui: date) -> dict[int, tuple[Croisement, ...]]:
    """{visit: announced visits of other services that cross it at the same place}, until the end of their weeks. Among
    those kept, only what crosses it today: a visit may have moved, an establishment have been masked since. Four round
    trips, one when nothing crosses."""
    entre = ReponseCroisement.objects.filter(visite__in=visites, autre__etat=EtatVisite.ANNONCEE)
    gardees = list(entre.values_list("visite", "autre"))
    concernees = [v for v in visites if v.pk in {visite for visite, _ in gardees}]
    if not concernees:
        return {}
    lieux = lieux_de(siret for sirets in _sirets(concernees).values() for siret in sirets).values()
    debut, fin = min(v.debut for v in concernees), max(v.fin for v in concernees)
    try:
        croisements = croisements_de(lieux, debut, fin, {v.service_id for v in concernees})
    except SourceIndisponible:
        return {}
    proches = {c.visite: c for c in croisements if c.fort and c.fin >= aujourd_hui}

    def de(visite: VisiteAnnoncee) -> tuple[Croisement, ...]:
        trouves = [proches[autre] for cle, autre in gardees if cle == visite.pk and autre in proches]
        semaines = Duree(visite.debut, visite.fin).semaines
        proches_d_elle = (c for c in trouves if semaines.ecart(Duree(c.debut, c.fin)) <= PROXIMITE)
        # By week, then by service: the order in which they were announced would tell something.
        return tuple(sorted(proches_d_elle, key=lambda c: (c.debut, c.nom)))

    return {v.pk: croises for v in concernees if (croises := de(v))}


def _mentions(visites: Sequence[VisiteAnnoncee], aujourd_hui: date) -> dict[int, str]:
    """{visit: what passes with another service, in two words}."""
    entre = ReponseCroisement.objects.filter(visite__etat=EtatVisite.ANNONCEE, autre__etat=EtatVisite.ANNONCEE)
    siennes = list(entre.filter(visite__in=visites))
    mentions = {r.visite_id: CROISEE for r in siennes}
    mentions |= {v.pk: COMMUNE if v.convenue else SANS_JOUR for v in visites if v.autres_membres}
    attendent = {*attendues().filter(pk__in=[v.pk for v in visites]).values_list("pk", flat=True)}
    attendent |= set(a_relire({v.service_id for v in visites}, aujourd_hui).values_list("pk", flat=True))
    return mentions | dict.fromkeys(attendent, A_LIRE)


def _miennes(lecteur: LecteurDeDonnees) -> QuerySet[VisiteAnnoncee]:
    return VisiteAnnoncee.objects.select_related("service", "operation", "commune").filter(
        service__in=lecteur.services(VISITE)
    )


def _a_faire(lecteur: LecteurDeDonnees) -> QuerySet[VisiteAnnoncee]:
    return _miennes(lecteur).filter(etat=EtatVisite.ANNONCEE, fin__gte=lecteur.aujourd_hui).order_by("debut", "pk")


def _de_semaine(visites: Iterable[VisiteAnnoncee], aujourd_hui: date) -> list[VisiteDeSemaine]:
    avec_nom = nommees(visites)
    sirets = _sirets(v for v, _ in avec_nom)
    lieux = etablissements(siret for groupe in sirets.values() for siret in groupe)
    auteurs = noms({v.auteur for v, _ in avec_nom}) if avec_nom else {}
    return [
        VisiteDeSemaine(
            v,
            nom,
            tuple(dict.fromkeys(_commune(siret, lieux) for siret in sirets[v.pk])),
            auteurs[v.auteur],
            v.etat_dit(aujourd_hui),
        )
        for v, nom in avec_nom
    ]


def _commune(siret: str, lieux: Mapping[str, EtablissementVu]) -> str:
    return (siret in lieux and lieux[siret].commune) or formater_siret(siret)


def _sirets(visites: Iterable[VisiteAnnoncee]) -> dict[int, list[str]]:
    """{visit: SIRETs of its places}."""
    sirets: dict[int, list[str]] = {v.pk: [] for v in visites}
    for numero, siret in LieuVisite.objects.filter(visite__in=sirets).values_list("visite", "siret"):
        sirets[numero].append(siret)
    return sirets


def lundi_de(texte: str) -> date | None:
    """The Monday of a week written « 2026-W49 »; None when it is not."""
    try:
        return date.fromisoformat(f"{texte}-1")
    except ValueError:
        return None
