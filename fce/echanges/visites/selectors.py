"""Reads of announced visits. Of other services: only the week, the service and its mailbox."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse

from fce.donnees.entreprises.contenu import EtablissementVu
from fce.donnees.entreprises.selectors import etablissements
from fce.droits.comptes.models import Compte, Groupe
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.selectors import acteur_de
from fce.echanges.a_faire import SujetDeTache
from fce.echanges.acces import services_nommes
from fce.echanges.agenda import EntreeAgenda
from fce.echanges.annuaire.selectors import absence_de, absences_de
from fce.echanges.croisements.adresses import LieuConnu
from fce.echanges.croisements.recherche import Croisement
from fce.echanges.croisements.verdict import Verdict, verdict
from fce.echanges.models import EvenementVisite, ReponseCroisement, VisiteAnnoncee, VisiteCommune
from fce.echanges.models.visites import Creneau
from fce.echanges.objets import CONTACT
from fce.echanges.visites.communes import TOURS, heures_de
from fce.echanges.visites.croisees import attendues, est_tue, lieux_de_la_visite
from fce.echanges.visites.devenir import a_defaire, devenue, interlocuteurs
from fce.echanges.visites.genre import VISITE, VISITES, EtatVisite, GesteVisite
from fce.echanges.visites.passages import a_relire, notes_depuis
from fce.echanges.vocabulaire import ATTENTE, DemiJournee, Precision
from fce.socle.base.branches import Branche
from fce.socle.base.lignes import trouver_ligne
from fce.socle.texte import formats
from fce.socle.texte.identifiants import est_siret
from fce.socle.web import liens
from fce.socle.web.offres import Tache

SEMAINE_MAX: Final = 100
PAS_MAX: Final = 5
PAS_DITS: Final[dict[str, str]] = {
    GesteVisite.CONVENIR: "vient au jour convenu",
    GesteVisite.REPORTER: "a déplacé sa visite : elle n’est plus de la visite commune",
    GesteVisite.RENONCER: "a renoncé à sa visite",
    GesteVisite.EXPIRER: "n’a plus d’agent",
}


class CroisementSuivi(NamedTuple):
    """A crossing, with the answers of both services (None: none yet). ``devenue``: what the other visit has
    become since one's service last read it; ``""`` when nothing. ``depuis``: a contact written after the visit was
    announced. ``commune``: the other visit is of one's common visit; ``ailleurs``: it has agreed on a day with others,
    when one's own service said « visite commune » of it."""

    croisement: Croisement
    mienne: ReponseCroisement | None
    sienne: ReponseCroisement | None
    devenue: str = ""
    depuis: bool = False
    commune: bool = False
    ailleurs: bool = False

    @property
    def en_retrait(self) -> bool:
        """Whether it is about another establishment of the company, and nobody has said anything of it."""
        return not (self.croisement.fort or self.mienne or self.sienne or self.devenue)


class Membre(NamedTuple):
    """A service of a common visit. ``vient``: at the agreed day; ``absent``: last day of its agent's absence, if the
    visit is within it."""

    visite: VisiteAnnoncee
    mienne: bool
    vient: bool
    absent: date | None


class CommuneVue(NamedTuple):
    """A common visit as one of its services sees it. ``convenu``: the agreed half-day, when it holds; ``offrant``: the
    member whose half-days wait; ``dates``: these, with how many members come and whether it may be confirmed;
    ``restants``: offers left."""

    commune: VisiteCommune
    membres: tuple[Membre, ...]
    convenu: Creneau | None
    offrant: Membre | None
    dates: tuple[tuple[Creneau, int, bool], ...]
    restants: int

    @property
    def moi(self) -> Membre:
        return next(m for m in self.membres if m.mienne)


class VisiteVue(NamedTuple):
    """An announced visit as its service sees it. ``verdict``: None when crossings are not searched (over, or hidden
    operation). ``recues``: answers of services whose visits no longer cross it, until a day is agreed. ``pas``: last
    steps of its common visit, with their services. ``changees``: visits that crossed it and changed since, with what
    they have become. ``prevenus``: services to tell if it changes. ``defaisable``: its last change can
    still be undone. ``a_lire``: a contact was told since, and not read."""

    visite: VisiteAnnoncee
    entreprise: str
    lieux: dict[str, EtablissementVu | None]
    verdict: Verdict | None
    croisements: tuple[CroisementSuivi, ...]
    recues: tuple[ReponseCroisement, ...]
    changees: tuple[tuple[ReponseCroisement, str], ...]
    commune: CommuneVue | None
    pas: tuple[tuple[EvenementVisite, str], ...]
    prevenus: tuple[ReponseCroisement, ...]
    defaisable: bool
    a_lire: bool
    gestes: frozenset[str]
    a_dire: bool
    etat: str


def visite_de(lecteur: LecteurDeDonnees, numero: int) -> VisiteAnnoncee:
    """A visit of one of the reader's services. Raises Introuvable, identical for a missing one and another
    service's."""
    siennes = VisiteAnnoncee.objects.filter(service__in=lecteur.services(VISITE))
    jointes = siennes.select_related("service__organisation", "operation", "commune__proposee_par")
    return trouver_ligne(jointes, numero, VISITES.inconnu)


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
    avec_lieu = VisiteAnnoncee.objects.annotate(siret=Min("lieux__siret"), nombre=Count("lieux"))
    passees = avec_lieu.filter(service__in=siens, etat=EtatVisite.ANNONCEE, fin__lt=aujourd_hui)
    for visite in passees.order_by("fin", "pk"):
        tache = _tache("Dire la visite faite", visite, visite.fin + ATTENTE)
        yield replace(tache, precision=f"{tache.precision} – ni faite, ni annulée pour l’instant")
    attendent = attendues().filter(service__in=siens, fin__gte=aujourd_hui)
    a_lire = Q(pk__in=attendent.values("pk")) | Q(pk__in=a_relire(siens, aujourd_hui).values("pk"))
    for visite in avec_lieu.filter(a_lire).select_related("commune").order_by("debut", "pk"):
        # To be read before the visit, and before the days offered close.
        limites = [max(visite.debut, aujourd_hui), *([visite.commune.avant_le] if visite.commune else [])]
        yield _tache("Lire ce qui attend votre visite", visite, min(jour for jour in limites if jour is not None))


def visites_a_passer(compte: Compte, service: int, aujourd_hui: date) -> list[VisiteAnnoncee]:
    """Visits that an agent announced for a service of his, within the absence that he has noted."""
    retour = absence_de(compte.pk)
    siennes = VisiteAnnoncee.objects.filter(
        auteur=compte.identifiant, service=service, etat=EtatVisite.ANNONCEE, fin__gte=aujourd_hui
    )
    return list(siennes.filter(debut__lte=retour)) if retour is not None else []


def _tache(titre: str, visite: Any, avant_le: date) -> Tache:
    """``visite``: with the first of its places and their number."""
    quand = (
        f"le {formats.jour(visite.debut)}"
        if visite.precision == Precision.JOUR
        else f"la {formats.semaine(visite.debut)}"
    )
    sujet = SujetDeTache(
        VISITE, frozenset({visite.service_id}), visite.siren, str(visite.get_genre_display()),
        siret=visite.siret if visite.nombre == 1 else "",
    )  # fmt: skip
    page = reverse("echanges:visite", args=[visite.pk])
    return Tache(titre, page, f"Visite {visite.marque}", avant_le, None, sujet, f"annoncée pour {quand}", "à")


def visite_vue(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee) -> VisiteVue:
    """The page of a visit; its crossings are journalled first, or else what other services have said of it.

    Raises GesteRefuse, SourceIndisponible, JournalIndisponible, VolumeDepasse.
    """
    annoncee = visite.etat == EtatVisite.ANNONCEE
    verdict = None
    if annoncee and not est_tue(visite):
        verdict = verdict_consigne(
            lecteur, visite.siren, lieux_de_la_visite(visite), (visite.debut, visite.fin), visite.service_id
        )
        verdict = replace(verdict, collegues=tuple(c for c in verdict.collegues if c.visite != visite))
    gardees = visite.reponses.select_related("autre__service__organisation")
    miennes = {r.cle: r for r in gardees}
    siennes = {r.visite_id: r for r in _recues(visite.reponses_recues.all())}
    voisins = verdict.voisins if verdict else ()
    croisements = sorted(verdict.croisements if verdict else (), key=lambda c: not c.fort and c.siret not in voisins)
    depuis = notes_depuis(visite, [c.contact for c in croisements if c.contact])
    membres = {m.pk for m in visite.autres_membres}
    vus = tuple(
        CroisementSuivi(
            c,
            _dite(mienne := miennes.pop(c.cle, None)),
            siennes.pop(c.visite, None) if c.visite else None,
            devenue(mienne) if mienne is not None else "",
            c.contact in depuis,
            c.visite in membres,
            c.visite not in membres and _convenue_sans_moi(mienne),
        )
        for c in croisements
    )
    changees = [(r, devenue(r)) for r in miennes.values() if annoncee and r.perimee]
    prevenus = interlocuteurs(visite)
    croisees = {c.visite for c in croisements}
    dits = {*siennes, *(r.autre_id for r, _ in changees), *(r.visite_id for r in prevenus), *membres} - croisees
    if dits and (verdict is None or dits & membres):
        lecteur.consigner(VISITE, lecteur.exiger(VISITE, visite.siren), visite.siren, len(dits))
    sirets = list(visite.lieux.values_list("siret", flat=True))
    places = etablissements(sirets)
    return VisiteVue(
        visite,
        nommees([visite])[0][1],
        {siret: places.get(siret) for siret in sirets},
        verdict,
        vus,
        () if visite.convenue else tuple(siennes.values()),
        tuple(changees),
        commune_vue(visite, lecteur.aujourd_hui) if membres else None,
        pas_de_la_commune(visite) if membres else (),
        tuple(prevenus),
        a_defaire(visite, lecteur.maintenant) is not None,
        a_relire([visite.service_id], lecteur.aujourd_hui).filter(pk=visite.pk).exists(),
        frozenset(VISITES.possibles(visite.etat)),
        visite.debut <= lecteur.aujourd_hui and GesteVisite.TENIR in VISITES.possibles(visite.etat),
        visite.etat_dit(lecteur.aujourd_hui),
    )


def _convenue_sans_moi(mienne: ReponseCroisement | None) -> bool:
    """Whether the other visit, of which one's own service said « visite commune », has a day agreed with others."""
    return mienne is not None and mienne.dit_commune and mienne.autre is not None and mienne.autre.convenue is not None


def _dite(reponse: ReponseCroisement | None) -> ReponseCroisement | None:
    """Nothing for a crossing that is kept before it is answered."""
    return reponse if reponse is not None and reponse.choix else None


def commune_vue(visite: VisiteAnnoncee, aujourd_hui: date) -> CommuneVue | None:
    """The common visit of an announced visit; its own service comes first."""
    commune = visite.commune
    if commune is None:
        return None
    presentes = commune.presentes
    visites = [visite, *visite.autres_membres]
    absences = absences_de(v.auteur for v in visites)
    membres = tuple(
        Membre(v, v == visite, v in presentes, jour if (jour := absences.get(v.auteur)) and jour >= v.debut else None)
        for v in visites
    )
    ouverte = commune.ouverte(aujourd_hui)
    viennent = [{m.visite for m in membres if n in (m.visite.rangs or ())} for n in range(len(commune.creneaux))]
    return CommuneVue(
        commune,
        membres,
        (commune.jour, DemiJournee(commune.moment)) if presentes and commune.jour else None,
        next((m for m in membres if ouverte and m.visite.pk == commune.proposee_par_id), None),
        tuple(
            (c, len(v), len(v) > 1 and v >= {*presentes}) for c, v in zip(commune.demi_journees, viennent, strict=True)
        ),
        TOURS - commune.tours,
    )


def pas_de_la_commune(visite: VisiteAnnoncee) -> tuple[tuple[EvenementVisite, str], ...]:
    """Last days agreed and departures of a common visit, latest first."""
    d_elle = Q(visite__commune=visite.commune_id, geste=GesteVisite.CONVENIR) | Q(avant__commune_id=visite.commune_id)
    faits = (
        EvenementVisite.objects.filter(d_elle).select_related("visite__service__organisation").order_by("-pk")[:PAS_MAX]
    )
    return tuple((pas, PAS_DITS.get(pas.geste, "s’est retiré de la visite commune")) for pas in faits)


def entree_d_agenda(visite: VisiteAnnoncee, page: str) -> EntreeAgenda:
    """The calendar entry of a visit: its half-day once agreed, else its days; neither company nor purpose."""
    lieu = visite.lieux.first()
    connu = etablissements([lieu.siret]).get(lieu.siret) if lieu is not None else None
    convenu = visite.convenue
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
        occupe=convenu is not None,
    )


def verdict_consigne(
    lecteur: LecteurDeDonnees, numero: str, lieux: Iterable[LieuConnu], jours: tuple[date, date], service: int
) -> Verdict:
    """The verdict, journalled before it is shown. ``numero``: SIREN or SIRET concerned.

    Raises GesteRefuse, SourceIndisponible, JournalIndisponible, VolumeDepasse.
    """
    visites, contacts = lecteur.exiger(VISITE, numero[:9]), lecteur.exiger(CONTACT, numero[:9])
    rendu = verdict(lecteur, lieux, *jours, [service])
    annonces = sum(c.visite is not None for c in rendu.croisements)
    faits = len(rendu.croisements) - annonces + rendu.jours
    lecteur.consigner_tout([(VISITE, visites, numero, annonces), (CONTACT, contacts, numero, faits)])
    return rendu


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
    listees = list(visites)
    nommes = liens.noms({v.siren for v in listees}) if listees else {}
    return [(v, nommes.get(v.siren, v.siren)) for v in listees]


def _recues(recues: QuerySet[ReponseCroisement]) -> QuerySet[ReponseCroisement]:
    dites = recues.exclude(choix="").filter(visite__operation=None)
    return dites.select_related("visite__service__organisation", "autre")
