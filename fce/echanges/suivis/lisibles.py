"""Alerts that an agent may read with his current rights, and the sentence of each: the only place that words them.

Others are neither shown, counted nor mailed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Final, NamedTuple

from fce.donnees.entreprises.natures import cachees
from fce.donnees.entreprises.selectors import adresses
from fce.donnees.entreprises.situation import SANS_SITUATION, SituationDUnite, situations
from fce.droits.habilitations.lecteur import LecteurDeDonnees, PartDeReponse, QuestionReservee, a_nommer
from fce.droits.habilitations.politique import Classe, Permis, RefusAcces
from fce.echanges.croisements.regles import lundi
from fce.echanges.models import AlerteSuivi, Interaction, VisiteAnnoncee
from fce.echanges.objets import CONTACT, ObjetEchange
from fce.echanges.suivis.alertes import CODE_CONTACT, CODE_VISITE
from fce.echanges.suivis.proprietaires import CLE_D_ENSEMBLE, perdus
from fce.echanges.visites.genre import VISITE, EtatVisite
from fce.socle.erreurs import Introuvable
from fce.socle.texte.formats import pluriel, semaine
from fce.socle.texte.identifiants import nommer_le_numero
from fce.socle.web import liens
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.nouvelles import Nouvelle
from fce.sources.presentation import Gravite

Decideur = Callable[[ObjetEchange | Source, tuple[str, ...], frozenset[str]], Permis | None]
SOURCE_RECHERCHE: Final = "recherche"
CODE_ENTREE: Final = "entree"
CODE_SORTIE: Final = "sortie"
MOUVEMENTS: Final = {CODE_ENTREE: "Entre dans votre recherche", CODE_SORTIE: "Sort de votre recherche"}
_ECHANGES: Final[dict[tuple[str, str], tuple[ObjetEchange, str]]] = {
    (CONTACT.nom, CODE_CONTACT): (CONTACT, "Nouveau contact"),
    (VISITE.nom, CODE_VISITE): (VISITE, "Visite annoncée"),
}
TOUTE_L_ENTREPRISE: Final = "Toute l’entreprise"
LIEUX_NOMMES: Final = 3


class AlerteLisible(NamedTuple):
    """An alert that its owner may read: « ``phrase`` : ``avant`` → ``apres`` ». ``origine``: service or producer;
    ``permis``: permission; ``objet``: kind of data, None for a search; ``masquee``: only the unit's number is shown."""

    alerte: AlerteSuivi
    phrase: str
    origine: str
    objet: ObjetEchange | Source | None
    permis: Permis | None
    masquee: bool
    gravite: Gravite = Gravite.A_VOIR
    avant: str = ""
    apres: str = ""
    lundi: date | None = None

    @property
    def reservee(self) -> bool:
        """Whether reading it is journalled."""
        return self.permis is not None and self.permis.classe is not Classe.PUBLIC

    @property
    def par(self) -> str:
        """The followed search or list that reached it, named by its owner; "" for a unit followed itself."""
        suivi = self.alerte.suivi
        if not suivi.recherche or self.alerte.source == SOURCE_RECHERCHE:
            return ""
        return f"par votre {'liste' if suivi.recherche.startswith(CLE_D_ENSEMBLE) else 'recherche'} « {suivi.nom} »"


class LigneDeSuivi(NamedTuple):
    """A sentence of one company: one alert, or its announced visits together (``alertes``). ``ou``: places; ``qui``:
    services or producer, then the search that reached it; ``fiche``: sheet of its only place, else of the company."""

    alertes: tuple[AlerteLisible, ...]
    nom: str
    fiche: str
    phrase: str
    avant: str
    apres: str
    jour: date | None
    ou: str
    qui: str


def lignes_de(alertes: Sequence[AlerteLisible], noms: Mapping[str, str]) -> list[LigneDeSuivi]:
    """The sentences of alerts, in order; the announced visits of one company make one. One round trip, for places.
    ``noms``: of the companies that are not masked."""
    situees = adresses(x.alerte.siret for x in alertes if x.alerte.siret)
    communes = {siret: adresse.commune for siret, adresse in situees.items()}
    paquets: dict[object, list[AlerteLisible]] = {}
    for x in alertes:
        cle = x.alerte.siren if x.objet is VISITE else x.alerte.pk
        paquets.setdefault(cle, []).append(x)
    return [_ligne(tuple(paquet), noms, communes) for paquet in paquets.values()]


def _ligne(
    alertes: tuple[AlerteLisible, ...], noms: Mapping[str, str], communes: Mapping[str, str | None]
) -> LigneDeSuivi:
    x, combien = alertes[0], len(alertes)
    sirets = list(dict.fromkeys(a.alerte.siret for a in alertes))
    connus = {"": TOUTE_L_ENTREPRISE, **communes}
    ou = list(dict.fromkeys(connus.get(siret) or nommer_le_numero(siret) for siret in sirets))
    nommes = ", ".join(ou[:LIEUX_NOMMES]) + (f" et {pluriel(n, 'autre')}" if (n := len(ou) - LIEUX_NOMMES) > 0 else "")
    qui = " · ".join(filter(None, dict.fromkeys([*(a.origine for a in alertes), *(a.par for a in alertes)])))
    phrase, apres = x.phrase, x.apres
    if lundis := sorted({a.lundi for a in alertes if a.lundi}):
        *debut, fin = (str(lundi.isocalendar().week) for lundi in lundis)
        apres = f"semaines {', '.join(debut)} et {fin}" if debut else semaine(lundis[0])
    if combien > 1:
        phrase = pluriel(combien, "visite annoncée", "visites annoncées")
    nom = noms.get(x.alerte.siren) or nommer_le_numero(x.alerte.siren)
    fiche = liens.fiche((len(sirets) == 1 and sirets[0]) or x.alerte.siren)
    return LigneDeSuivi(alertes, nom, fiche, phrase, x.avant, apres, x.alerte.jour, nommes, qui)


def lisibles(lecteur: LecteurDeDonnees, alertes: Sequence[AlerteSuivi]) -> list[AlerteLisible]:
    """The alerts of a list that this reader may read now, in order. Five round trips at most, and two if some are of
    followed sets. ``alertes``: read with their follows."""
    sans = perdus(lecteur, {alerte.suivi_id: alerte.suivi for alerte in alertes}.values())
    alertes = [alerte for alerte in alertes if alerte.suivi_id not in sans]
    if not alertes:
        return []
    ou = situations(numero for a in alertes for numero in (a.siren, a.siret) if numero)
    debout = _debout(alertes, lecteur.aujourd_hui)
    decider = _decideur(lecteur)
    gardees = []
    for alerte in alertes:
        situation = ou.get(alerte.siret or alerte.siren, SANS_SITUATION)
        lisible = _juger(alerte, situation, debout, decider)
        if lisible is not None:
            gardees.append(lisible)
    return gardees


def question(lecteur: LecteurDeDonnees, sirens: Collection[str]) -> QuestionReservee:
    """The reserved facts that news of these companies, or their absence, give away. One round trip."""
    ou, decider = situations(sirens) if a_nommer(sirens) else {}, _decideur(lecteur)
    objets: list[ObjetEchange | Source] = [CONTACT, VISITE, *(s for s in registre.toutes() if s.nouvelles)]

    def faits_de(siren: str) -> list[PartDeReponse]:
        ici = ou.get(siren, SANS_SITUATION).departements or lecteur.territoire
        permis = [(objet.nom, decider(objet, (), ici)) for objet in objets]
        return [PartDeReponse(nom, siren, 0, [p]) for nom, p in permis if p and p.classe is not Classe.PUBLIC]

    return QuestionReservee(sirens, faits_de)


def _decideur(lecteur: LecteurDeDonnees) -> Decideur:
    """Cached ``decider`` of a reader, because a thousand alerts ask a few dozen questions. Never allows a secret."""

    @cache
    def decider(objet: ObjetEchange | Source, champs: tuple[str, ...], ou: frozenset[str]) -> Permis | None:
        decisions = [lecteur.decider(objet, champ=champ, departements=ou) for champ in (None, *champs)]
        if any(isinstance(d, RefusAcces) or d.classe is Classe.SECRET for d in decisions):
            return None
        return max((d for d in decisions if isinstance(d, Permis)), key=lambda permis: permis.classe)

    return decider


def _juger(
    alerte: AlerteSuivi, ou: SituationDUnite, debout: Mapping[str, Interaction | VisiteAnnoncee], decider: Decideur
) -> AlerteLisible | None:
    masquee = ou.regime.masque
    if alerte.source == SOURCE_RECHERCHE:
        # A masked person is in no index: an older result must no longer be shown.
        phrase = f"{MOUVEMENTS.get(alerte.code, MOUVEMENTS[CODE_ENTREE])} « {alerte.suivi.nom} »"
        return AlerteLisible(alerte, phrase, "", None, None, masquee) if ou.regime.listable else None
    if (dit := _ECHANGES.get((alerte.source, alerte.code))) is not None:
        objet, phrase = dit
        if (fait := debout.get(alerte.origine)) is None or not (permis := decider(objet, (), ou.departements)):
            return None
        de_la_visite = lundi(fait.debut) if isinstance(fait, VisiteAnnoncee) else None
        return AlerteLisible(alerte, phrase, fait.service.nom, objet, permis, masquee, lundi=de_la_visite)
    trouvee = _nouvelle(alerte.source, alerte.code)
    if trouvee is None:
        return None
    source, nouvelle = trouvee
    if not set(nouvelle.attributs).isdisjoint(cachees(source, ou.regime)):
        return None
    propres = tuple(a for a in nouvelle.attributs if source.champs[a].acces is not None)
    if not (permis := decider(source, propres, ou.departements)):
        return None
    phrase, _, valeurs = nouvelle.phrase.partition(" : ")
    avant, _, apres = valeurs.partition(" → ")
    origine = f"{source.producteur.sigle}, {source.systeme or source.titre}"
    return AlerteLisible(
        alerte, phrase, origine, source, permis, masquee, nouvelle.gravite, alerte.avant or avant, alerte.apres or apres
    )


def _nouvelle(nom: str, code: str) -> tuple[Source, Nouvelle] | None:
    """The source and declaration of a code; None when it no longer exists."""
    try:
        source = registre.source(nom)
    except Introuvable:
        return None
    return next(((source, nouvelle) for nouvelle in source.nouvelles if nouvelle.code == code), None)


def _debout(alertes: Iterable[AlerteSuivi], aujourd_hui: date) -> dict[str, Interaction | VisiteAnnoncee]:
    """Contacts and visits, by origin, that others may still see: not withdrawn, not over. A visit is until the end of
    its week, as on a sheet, so that its day is not revealed."""
    numeros: dict[str, list[str]] = {CONTACT.nom: [], VISITE.nom: []}
    for alerte in alertes:
        if alerte.source in numeros:
            numeros[alerte.source].append(alerte.origine.rpartition("-")[2])
    dits = Interaction.objects.filter(pk__in=numeros[CONTACT.nom], retiree_le=None).select_related("service")
    annoncees = VisiteAnnoncee.objects.filter(
        pk__in=numeros[VISITE.nom], etat=EtatVisite.ANNONCEE, operation=None, fin__gte=lundi(aujourd_hui)
    ).select_related("service")
    return {f"contact-{x.pk}": x for x in dits} | {f"visite-{x.pk}": x for x in annoncees}
