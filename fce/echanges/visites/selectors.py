"""Reads of announced visits. Of other services: only the week, the service and its mailbox."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse

from fce.comptes.models import Compte, Groupe
from fce.droits.lecteur import LecteurDeDonnees
from fce.droits.selectors import acteur_de
from fce.echanges.a_faire import SujetDeTache
from fce.echanges.acces import services_nommes
from fce.echanges.agenda import EntreeAgenda
from fce.echanges.croisements.adresses import LieuConnu
from fce.echanges.croisements.recherche import Croisement
from fce.echanges.croisements.verdict import Verdict, verdict
from fce.echanges.models import RendezVous, ReponseCroisement, VisiteAnnoncee
from fce.echanges.objets import CONTACT, VISITE
from fce.echanges.visites.changements import a_defaire, devenue, interlocuteurs
from fce.echanges.visites.croisees import est_tue, lieux_de_la_visite
from fce.echanges.visites.genre import VISITES, EtatVisite, GesteVisite
from fce.echanges.visites.passages import a_relire, notes_depuis
from fce.echanges.visites.rendezvous import Entente, entente, heures_de
from fce.echanges.vocabulaire import ATTENTE, Precision
from fce.entreprises.selectors import etablissements
from fce.socle import formats, liens
from fce.socle.branches import Branche
from fce.socle.erreurs import Introuvable
from fce.socle.identifiants import est_siret
from fce.socle.offres import Tache

SEMAINE_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class CroisementVu:
    """A crossing, with the answers of both services (None: none yet). ``devenue``: what the other visit has
    become since one's service last read it; ``""`` when nothing. ``depuis``: a contact written after the visit was
    announced. ``entente``: where both stand about the day, for two visits."""

    croisement: Croisement
    mienne: ReponseCroisement | None
    sienne: ReponseCroisement | None
    devenue: str = ""
    depuis: bool = False
    entente: Entente | None = None

    @property
    def en_retrait(self) -> bool:
        """Whether it is about another establishment of the company, and nobody has said anything of it."""
        return not (self.croisement.fort or self.mienne or self.sienne or self.devenue)

    @property
    def commune(self) -> bool:
        """Whether both answered « visite commune », to visits that have not changed since."""
        return all(r is not None and r.dit_commune for r in (self.mienne, self.sienne))


@dataclass(frozen=True, slots=True)
class VisiteVue:
    """An announced visit on its page. ``verdict``: None when crossings are not searched (over, or hidden operation).
    ``recues``: answers of services whose visits no longer cross it. ``changees``: visits that crossed it and changed
    since, with what they have become. ``prevenus``: services to tell if it changes. ``defaisable``: its last change can
    still be undone. ``a_lire``: a contact was told since, and not read."""

    visite: VisiteAnnoncee
    entreprise: str
    lieux: tuple[str, ...]
    verdict: Verdict | None
    croisements: tuple[CroisementVu, ...]
    recues: tuple[ReponseCroisement, ...]
    changees: tuple[tuple[ReponseCroisement, str], ...]
    prevenus: tuple[ReponseCroisement, ...]
    defaisable: bool
    a_lire: bool
    gestes: frozenset[str]
    a_dire: bool
    etat: str


def visite_de(lecteur: LecteurDeDonnees, numero: int) -> VisiteAnnoncee:
    """A visit of one of the reader's services. Raises Introuvable, identical for a missing one and another
    service's."""
    trouvee = (
        VisiteAnnoncee.objects.select_related("service__organisation", "operation")
        .filter(pk=numero, service__in=lecteur.services(VISITE))
        .first()
    )
    if trouvee is None:
        raise Introuvable(VISITES.inconnu)
    return trouvee


def services_de(lecteur: LecteurDeDonnees) -> list[Groupe]:
    """Groups in whose name he may announce. Raises GesteRefuse with the reason when there are none."""
    siens = lecteur.services(VISITE)
    if not siens:
        lecteur.exiger_service(0, VISITE)
    return services_nommes(siens)


def depart_d_un_contact(lecteur: LecteurDeDonnees, numero: int) -> dict[str, Any]:
    """Initial data of a contact's form, from an announced visit. Raises Introuvable for another service's visit."""
    visite = visite_de(lecteur, numero)
    return {
        "visite": visite.pk,
        "version": visite.version,
        "service": visite.service_id,
        "genre": visite.genre,
        "jour": visite.jour_probable(lecteur.aujourd_hui),
        "sirets": list(visite.lieux.values_list("siret", flat=True)),
    }


def taches(compte: Compte, aujourd_hui: date) -> Iterator[Tache]:
    """Tasks of an agent: visits of his services past their last day, to report; those about which something new is to
    be read, without saying what. The page asks for a second factor."""
    siens = LecteurDeDonnees(acteur_de(compte, mfa=True), usuelle=True).services(VISITE) if compte.agent else ()
    if not siens:
        return
    passees = VisiteAnnoncee.objects.filter(service__in=siens, etat=EtatVisite.ANNONCEE, fin__lt=aujourd_hui)
    for visite in passees.order_by("fin", "pk"):
        yield Tache(
            "Dire si la visite a eu lieu",
            *_dite_en_tache(visite),
            avant_le=visite.fin + ATTENTE,
            sujet=_sujet(visite),
        )
    attendues = VisiteAnnoncee.objects.filter(service__in=siens, etat=EtatVisite.ANNONCEE, operation=None)
    attendues = attendues.filter(fin__gte=aujourd_hui, reponses__attend_depuis__isnull=False)
    a_lire = Q(pk__in=attendues.values("pk")) | Q(pk__in=a_relire(siens, aujourd_hui).values("pk"))
    for visite in VisiteAnnoncee.objects.filter(a_lire).order_by("debut", "pk"):
        yield Tache("Lire ce qui attend votre visite", *_dite_en_tache(visite), sujet=_sujet(visite))


def _dite_en_tache(visite: VisiteAnnoncee) -> tuple[str, str]:
    quand = f"le {formats.jour(visite.debut)}" if visite.precision == Precision.JOUR else formats.semaine(visite.debut)
    return reverse("echanges:visite", args=[visite.pk]), f"Visite {visite.marque}, {quand}"


def _sujet(visite: VisiteAnnoncee) -> SujetDeTache:
    return SujetDeTache(VISITE, frozenset({visite.service_id}), visite.siren, str(visite.get_genre_display()))


def visite_vue(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee) -> VisiteVue:
    """The page of a visit; its crossings are journalled first, or else what other services have said of it.

    Raises GesteRefuse, SourceIndisponible, JournalIndisponible, VolumeDepasse.
    """
    annoncee = visite.etat == EtatVisite.ANNONCEE
    lu = None
    if annoncee and not est_tue(visite):
        lu = verdict_consigne(
            lecteur, visite.siren, lieux_de_la_visite(visite), (visite.debut, visite.fin), visite.service_id
        )
        lu = replace(lu, collegues=tuple(c for c in lu.collegues if c.visite != visite))
    gardees = visite.reponses.select_related("autre__service__organisation")
    miennes = {r.cle: r for r in gardees}
    siennes = {r.visite_id: r for r in _recues(visite.reponses_recues.all())}
    croisements = sorted(lu.croisements, key=lambda c: not c.fort and c.siret not in lu.voisins) if lu else []
    depuis = notes_depuis(visite, [c.contact for c in croisements if c.contact])
    tours = _tours_par_autre(visite)
    vus = tuple(
        CroisementVu(
            c,
            _dite(mienne := miennes.pop(c.cle, None)),
            sienne := siennes.pop(c.visite, None) if c.visite else None,
            devenue(mienne) if mienne is not None else "",
            c.contact in depuis,
            entente(visite.pk, tours.get(c.visite, []), (mienne, sienne), lecteur.aujourd_hui) if c.visite else None,
        )
        for c in croisements
    )
    changees = [(r, devenue(r)) for r in miennes.values() if annoncee and r.perimee]
    prevenus = interlocuteurs(visite)
    dits = {*siennes, *(r.autre_id for r, _ in changees), *(r.visite_id for r in prevenus)}
    if lu is None and dits:
        lecteur.consigner(VISITE, lecteur.exiger(VISITE, visite.siren), visite.siren, len(dits))
    return VisiteVue(
        visite,
        nommees([visite])[0][1],
        tuple(visite.lieux.values_list("siret", flat=True)),
        lu,
        vus,
        tuple(siennes.values()),
        tuple(changees),
        tuple(prevenus),
        a_defaire(visite, lecteur.maintenant) is not None,
        a_relire([visite.service_id], lecteur.aujourd_hui).filter(pk=visite.pk).exists(),
        VISITES.possibles(visite.etat),
        visite.debut <= lecteur.aujourd_hui and GesteVisite.TENIR in VISITES.possibles(visite.etat),
        visite.etat_dit(lecteur.aujourd_hui),
    )


def _dite(reponse: ReponseCroisement | None) -> ReponseCroisement | None:
    """Nothing for a crossing that is kept before it is answered."""
    return reponse if reponse is not None and reponse.choix else None


def _tours_par_autre(visite: VisiteAnnoncee) -> dict[int, list[RendezVous]]:
    """{other visit: rounds of proposals with it, the last one first}."""
    tours: dict[int, list[RendezVous]] = defaultdict(list)
    for tour in RendezVous.objects.filter(Q(visite=visite) | Q(autre=visite)).select_related("visite", "autre"):
        tours[tour.autre_id if tour.visite_id == visite.pk else tour.visite_id].append(tour)
    return tours


def entree_d_agenda(visite: VisiteAnnoncee, page: str) -> EntreeAgenda:
    """The calendar entry of a visit: its half-day once agreed, else its days; neither company nor purpose."""
    lieu = visite.lieux.first()
    connu = etablissements([lieu.siret]).get(lieu.siret) if lieu is not None else None
    convenu = next((t.convenue for tours in _tours_par_autre(visite).values() for t in tours[:1] if t.tient), None)
    debut, fin = heures_de(*convenu) if convenu else (visite.debut, visite.fin + timedelta(days=1))
    nature = "Visite commune" if convenu else "Visite"
    return EntreeAgenda(
        visite.reference,
        debut,
        fin,
        f"{nature} {visite.marque} (FCE)",
        page,
        (connu.commune or "") if connu is not None else "",
        visite.version,
        visite.etat != EtatVisite.ANNONCEE,
    )


def verdict_consigne(
    lecteur: LecteurDeDonnees, numero: str, lieux: Iterable[LieuConnu], jours: tuple[date, date], service: int
) -> Verdict:
    """The verdict, journalled before it is shown. ``numero``: SIREN or SIRET concerned.

    Raises GesteRefuse, SourceIndisponible, JournalIndisponible, VolumeDepasse.
    """
    visites, contacts = lecteur.exiger(VISITE, numero[:9]), lecteur.exiger(CONTACT, numero[:9])
    lu = verdict(lecteur, lieux, *jours, [service])
    annonces = sum(c.visite is not None for c in lu.croisements)
    faits = len(lu.croisements) - annonces + lu.jours
    lecteur.consigner_tout([(VISITE, visites, numero, annonces), (CONTACT, contacts, numero, faits)])
    return lu


def reponses_a_mes_contacts(lecteur: LecteurDeDonnees) -> list[ReponseCroisement]:
    """Answers about contacts of the reader's services, latest first: which service, and its choice."""
    recues = ReponseCroisement.objects.filter(contact__service__in=lecteur.services(VISITE), contact__retiree_le=None)
    return list(_recues(recues).select_related("contact")[:SEMAINE_MAX])


def branche(numero: str, services_du_lecteur: Iterable[int], aujourd_hui: date) -> Branche:
    """Query of the visits announced in the establishments of a unit (SIREN or SIRET), for its sheet.

    Rows: ``siret``; for other services, their name, ``courriel`` and the Monday ``lundi``, until the end of the week,
    so that no day is revealed; for one's own, the number ``visite`` and the days ``debut``, ``fin``. Those of an
    operation are never shown to others.
    """
    siens = sorted(set(services_du_lecteur))
    ou = "l.siret = %s" if est_siret(numero) else "v.siren = %s"
    sql = (
        "SELECT l.siret, x.lundi, CASE WHEN x.mienne THEN v.id END AS visite, "  # noqa: S608 – own tables
        "CASE WHEN x.mienne THEN v.debut END AS debut, CASE WHEN x.mienne THEN v.fin END AS fin, "
        "g.nom || ' – ' || o.nom AS service, g.courriel "
        "FROM echanges_lieuvisite l JOIN echanges_visiteannoncee v ON v.id = l.visite_id "
        "CROSS JOIN LATERAL (SELECT v.service_id = ANY(%s::bigint[]) AS mienne, "
        "v.debut - (extract(isodow FROM v.debut)::int - 1) AS lundi, "
        "v.fin + (7 - extract(isodow FROM v.fin)::int) AS dimanche) x "
        "JOIN comptes_groupe g ON g.id = v.service_id JOIN comptes_organisation o ON o.id = g.organisation_id "
        f"WHERE {ou} AND v.etat = %s AND x.dimanche >= %s::date AND (x.mienne OR v.operation_id IS NULL) "
        f"ORDER BY x.lundi, service, l.siret LIMIT {SEMAINE_MAX}"
    )
    return Branche("visites-annoncees", sql, (siens, numero, EtatVisite.ANNONCEE, aujourd_hui))


def nommees(visites: Iterable[VisiteAnnoncee]) -> list[tuple[VisiteAnnoncee, str]]:
    """Visits with the public name of their company, or its number without a name."""
    lues = list(visites)
    nommes = liens.noms({v.siren for v in lues}) if lues else {}
    return [(v, nommes.get(v.siren, v.siren)) for v in lues]


def _recues(recues: QuerySet[ReponseCroisement]) -> QuerySet[ReponseCroisement]:
    dites = recues.exclude(choix="").filter(visite__operation=None)
    return dites.select_related("visite__service__organisation", "autre")
