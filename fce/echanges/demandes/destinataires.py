"""Services that a question may be sent to: open, in the directory, accepting the asking service, and not the
author's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from fce.donnees.entreprises import selectors as entreprises
from fce.droits.comptes.models import Groupe
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.echanges.annuaire import couverture, selectors
from fce.echanges.annuaire.unite_declaree import unites_declarees
from fce.echanges.interactions.choix import PROPOSES_MAX, Choisissable, ListeAChoisir
from fce.echanges.models import EntreeAnnuaire
from fce.echanges.unites import UniteVisee
from fce.echanges.vocabulaire import NatureService
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte.formats import jour
from fce.socle.texte.identifiants import est_siret

DESTINATAIRES_MAX: Final = 10
REFUS: Final = "Choisissez des services de la liste : un autre n’est pas dans l’annuaire, ou ne reçoit pas du vôtre."


def exiger_destinataires(demandeur: int, siens: Collection[int], voulus: Iterable[int]) -> dict[int, EntreeAnnuaire]:
    """{group: entry} of the recipients of a question by ``demandeur``. ``siens``: the author's services, excluded.
    Raises ParametreInvalide for none, too many, or one that may not receive it."""
    demandes = list(dict.fromkeys(voulus))
    if not demandes:
        raise ParametreInvalide("Choisissez au moins un service.", champ="destinataires")
    if len(demandes) > DESTINATAIRES_MAX:
        raise ParametreInvalide(f"Une demande va à {DESTINATAIRES_MAX} services au plus.", champ="destinataires")
    connues = selectors.entrees(demandes).values()
    permis = {entree.pk: entree for entree in recevables(connues, [demandeur], {*siens, demandeur})}
    if len(permis) < len(demandes):
        raise ParametreInvalide(REFUS, champ="destinataires")
    return {numero: permis[numero] for numero in demandes}


def recevables(
    entrees: Iterable[EntreeAnnuaire], demandeurs: Iterable[int], exclus: Collection[int]
) -> list[EntreeAnnuaire]:
    """Those of these services that may receive a question from one of ``demandeurs``."""
    natures = selectors.natures_de(demandeurs)
    return [entree for entree in entrees if entree.pk not in exclus and selectors.recoit(entree, natures)]


def competents(
    lecteur: LecteurDeDonnees, unite: UniteVisee, demandeurs: Sequence[Groupe], coches: Collection[str]
) -> ListeAChoisir:
    """Services competent for a unit's place: first the one given by a data set, then in the order of the directory.
    Empty when the place is unknown."""
    siret = unite.numero if est_siret(unite.numero) else _siege(unite.siren)
    lieu = _lieu(siret)
    siens = {groupe.pk for groupe in demandeurs}
    trouves = selectors.competents(lieu, selectors.natures_de(siens)) if lieu else []
    offerts = [s.entree for s in trouves if s.ecrivable and s.entree.pk not in siens]
    declarees = {u.courriel.lower(): u.producteur for u in (unites_declarees(lecteur, siret) if siret else ())}
    nommes = {e.pk: declarees[e.service.courriel.lower()] for e in offerts if e.service.courriel.lower() in declarees}
    offerts.sort(key=lambda entree: entree.pk not in nommes)
    choix = [_choix(e, coches, _pourquoi(e, nommes.get(e.pk, ""), deduite=not declarees)) for e in offerts]
    return ListeAChoisir(tuple(choix), len(choix))


def autres(
    demandeurs: Sequence[Groupe], texte: str, coches: Collection[str], *, sauf: Collection[str] = ()
) -> ListeAChoisir:
    """Services that match a search, ticked ones first; without a search, only ticked ones. ``sauf``: those already
    shown."""
    siens = {groupe.pk for groupe in demandeurs}
    voulus = [int(numero) for numero in coches if numero.isascii() and numero.isdigit() and numero not in sauf]
    choisis = [e for e in selectors.entrees(voulus).values() if e.pk not in siens]
    trouves: list[EntreeAnnuaire] = []
    if texte.strip():
        cherchees = selectors.chercher_services(texte=texte)
        trouves = [e for e in recevables(cherchees, siens, siens) if str(e.pk) not in sauf]
    proposes = [e for e in trouves if e not in choisis][:PROPOSES_MAX]
    return ListeAChoisir(tuple(_choix(e, coches) for e in (*choisis, *proposes)), len(trouves))


def _pourquoi(entree: EntreeAnnuaire, producteur: str, *, deduite: bool) -> str:
    """Why an inspection unit is the competent one; "" for any other service."""
    if producteur:
        return f"unité compétente d’après {producteur}"
    uc = entree.nature == NatureService.UNITE_CONTROLE
    return "unité de contrôle, déduite de la commune" if uc and deduite else ""


def _choix(entree: EntreeAnnuaire, coches: Collection[str], pourquoi: str = "") -> Choisissable:
    precisions = [entree.service.organisation.nom, *([pourquoi] if pourquoi else [])]
    if vide := selectors.sans_personne(entree):
        precisions.append(f"personne de ce service {vide} : sa boîte reçoit le lien")
    elif retour := selectors.retour_de(entree):
        precisions.append(f"tous absents, retour le {jour(retour)}")
    return Choisissable(str(entree.pk), entree.service.nom, ", ".join(precisions), str(entree.pk) in coches)


def _siege(siren: str) -> str:
    vue = entreprises.entreprises([siren]).get(siren)
    return (vue.siret_siege or "") if vue else ""


def _lieu(siret: str) -> couverture.LieuCouvert | None:
    vu = entreprises.etablissements([siret]).get(siret) if siret else None
    return couverture.lieu_de(vu.adresse.code_commune) if vu else None
