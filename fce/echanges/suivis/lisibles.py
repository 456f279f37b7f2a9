"""Alerts that an agent may read with his current rights: others are neither shown, counted nor mailed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from fce.donnees.entreprises.natures import cachees
from fce.donnees.entreprises.situation import SANS_SITUATION, SituationDUnite, situations
from fce.droits.habilitations.lecteur import LecteurDeDonnees, PartDeReponse, QuestionReservee, a_nommer
from fce.droits.habilitations.politique import Classe, Permis, RefusAcces
from fce.echanges.croisements.regles import lundi
from fce.echanges.models import AlerteSuivi, Interaction, VisiteAnnoncee
from fce.echanges.objets import CONTACT, ObjetEchange
from fce.echanges.suivis.alertes import CODE_CONTACT, CODE_VISITE
from fce.echanges.suivis.proprietaires import perdus
from fce.echanges.visites.genre import VISITE, EtatVisite
from fce.socle.erreurs import Introuvable
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.nouvelles import Nouvelle
from fce.sources.presentation import Gravite

Decideur = Callable[[ObjetEchange | Source, tuple[str, ...], frozenset[str]], Permis | None]
SOURCE_RECHERCHE: Final = "recherche"
CODE_ENTREE: Final = "entree"
ENTREE: Final = "Entre dans une recherche que vous suivez"
_ECHANGES: Final[dict[tuple[str, str], tuple[ObjetEchange, str]]] = {
    (CONTACT.nom, CODE_CONTACT): (CONTACT, "Nouveau contact d’un service"),
    (VISITE.nom, CODE_VISITE): (VISITE, "Visite annoncée par un service"),
}


@dataclass(frozen=True, slots=True)
class AlerteLisible:
    """An alert that its owner may read. ``permis``: permission; ``objet``: kind of data, None for a search;
    ``masquee``: only the unit's number is shown."""

    alerte: AlerteSuivi
    phrase: str
    origine: str
    objet: ObjetEchange | Source | None
    permis: Permis | None
    masquee: bool
    gravite: Gravite = Gravite.A_VOIR

    @property
    def reservee(self) -> bool:
        """Whether reading it is journalled."""
        return self.permis is not None and self.permis.classe is not Classe.PUBLIC


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
    alerte: AlerteSuivi, ou: SituationDUnite, debout: Collection[str], decider: Decideur
) -> AlerteLisible | None:
    masquee = ou.regime.masque
    if alerte.source == SOURCE_RECHERCHE:
        # A masked person is in no index: an older result must no longer be shown.
        return AlerteLisible(alerte, ENTREE, "", None, None, masquee) if ou.regime.listable else None
    if (dit := _ECHANGES.get((alerte.source, alerte.code))) is not None:
        objet, phrase = dit
        permis = decider(objet, (), ou.departements) if alerte.origine in debout else None
        return AlerteLisible(alerte, phrase, objet.titre, objet, permis, masquee) if permis else None
    trouvee = _nouvelle(alerte.source, alerte.code)
    if trouvee is None:
        return None
    source, nouvelle = trouvee
    if not set(nouvelle.attributs).isdisjoint(cachees(source, ou.regime)):
        return None
    propres = tuple(a for a in nouvelle.attributs if source.champs[a].acces is not None)
    permis = decider(source, propres, ou.departements)
    origine = f"{source.producteur.sigle} – {source.titre}"
    return (
        AlerteLisible(alerte, nouvelle.phrase, origine, source, permis, masquee, nouvelle.gravite) if permis else None
    )


def _nouvelle(nom: str, code: str) -> tuple[Source, Nouvelle] | None:
    """The source and declaration of a code; None when it no longer exists."""
    try:
        source = registre.source(nom)
    except Introuvable:
        return None
    return next(((source, nouvelle) for nouvelle in source.nouvelles if nouvelle.code == code), None)


def _debout(alertes: Iterable[AlerteSuivi], aujourd_hui: date) -> set[str]:
    """Origins among contacts and visits that others may still see: not withdrawn, not over. A visit is until the end of
    its week, as on a sheet, so that its day is not revealed."""
    numeros: dict[str, list[str]] = {CONTACT.nom: [], VISITE.nom: []}
    for alerte in alertes:
        if alerte.source in numeros:
            numeros[alerte.source].append(alerte.origine.rpartition("-")[2])
    contacts, visites = numeros[CONTACT.nom], numeros[VISITE.nom]
    dits = Interaction.objects.filter(pk__in=contacts, retiree_le=None) if contacts else Interaction.objects.none()
    annoncees = (
        VisiteAnnoncee.objects.filter(
            pk__in=visites, etat=EtatVisite.ANNONCEE, operation=None, fin__gte=lundi(aujourd_hui)
        )
        if visites
        else VisiteAnnoncee.objects.none()
    )
    return {f"contact-{pk}" for pk in dits.values_list("pk", flat=True)} | {
        f"visite-{pk}" for pk in annoncees.values_list("pk", flat=True)
    }
