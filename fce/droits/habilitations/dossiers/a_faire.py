"""Tasks of approvers and group managers. They name requests and groups, never the data read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Min, Q
from django.urls import reverse

from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import Appartenance, Compte
from fce.droits.comptes.selectors import mandats_de
from fce.droits.habilitations.dossiers import echeances, selectors, sollicitations
from fce.droits.habilitations.dossiers.etats import DOSSIERS, PREND_LA_SUITE, EtatDossier, GesteDossier
from fce.droits.habilitations.dossiers.presentation import noms
from fce.droits.habilitations.models import Dossier, GenreSollicitation
from fce.socle.texte import paris
from fce.socle.texte.formats import pluriel
from fce.socle.web.offres import Tache

_A_ECRIRE: Final[dict[str, str]] = {
    EtatDossier.A_CORRIGER: "Corriger la demande",
    EtatDossier.BROUILLON: "Soumettre le brouillon",
}
_PROCHE: Final = timedelta(days=60)
"""How long before its end to ask for a habilitation again: same as the first reminder mail."""


def taches(compte: Compte, aujourd_hui: date) -> Iterator[Tache]:
    """Requests to decide; for the groups that the account manages: requests to correct or send, rights that end,
    members to review."""
    if not compte.agent:
        return
    if Mandats.APPROBATEUR in mandats_de(compte):
        yield from _a_decider(compte)
    gerees = [m.appartenance for m in selectors.mes_groupes(compte) if _gere(m.appartenance)]
    if gerees:
        yield from _a_renouveler(gerees, aujourd_hui)
        yield from _a_revoir(gerees)
        yield from _sollicitations(gerees)


def _sollicitations(gerees: list[Appartenance]) -> Iterator[Tache]:
    attendent = sollicitations.en_attente(a.groupe_id for a in gerees)
    auteurs = noms(s.par for s, _ in attendent) if attendent else {}
    for sollicitation, titre in attendent:
        entrer = sollicitation.genre == GenreSollicitation.ENTREE
        ou = (sollicitations.page if entrer else sollicitations.adresse)(sollicitation)
        dite = "Ajouter à votre groupe un agent qui le demande" if entrer else f"Répondre à un membre : {titre}"
        precision = f"{auteurs[sollicitation.par]} – {sollicitation.groupe.nom}"
        yield Tache(dite, ou, precision, depuis_le=_jour(sollicitation.demandee_le))


def _a_decider(compte: Compte) -> Iterator[Tache]:
    # A beneficiary never decides: requests of the approver's own administration are left to others.
    soumis = Dossier.objects.filter(etat=EtatDossier.SOUMIS).exclude(groupe__organisation__numero=compte.siret)
    attendent = soumis.exclude(demandeur=compte.identifiant).aggregate(nombre=Count("pk"), premiere=Min("soumis_le"))
    if attendent["nombre"]:
        yield Tache(
            f"Instruire {pluriel(attendent['nombre'], 'demande d’habilitation', 'demandes d’habilitation')}",
            reverse("droits:file"),
            depuis_le=_jour(attendent["premiere"]),
        )


def _a_renouveler(gerees: list[Appartenance], aujourd_hui: date) -> Iterator[Tache]:
    etats = DOSSIERS.depuis(GesteDossier.MODIFIER, GesteDossier.SUSPENDRE)
    dossiers = Dossier.objects.select_related("groupe__organisation").filter(
        groupe__in=[a.groupe_id for a in gerees], etat__in=etats
    )
    # A later request, sent or granted, replaces the one that it renews.
    suites = Q(suites__etat__in=PREND_LA_SUITE)
    for dossier in dossiers.annotate(reprises=Count("suites", filter=suites)):
        adresse = reverse("droits:dossier", args=[dossier.pk])
        if geste := _A_ECRIRE.get(dossier.etat):
            depuis = _jour(dossier.decide_le or dossier.cree_le)
            yield Tache(f"{geste} n° {dossier.pk}", adresse, _groupe(dossier), depuis_le=depuis)
        elif not dossier.reprises and (fin := echeances.echeance(dossier)) - aujourd_hui <= _PROCHE:
            # When the review expires first, reviewing prolongs it; when ``fin`` does, only a new request can.
            titre = "Demander à prolonger" if fin == dossier.fin else "Revoir"
            yield Tache(f"{titre} l’habilitation n° {dossier.pk}", adresse, _groupe(dossier), avant_le=fin)


def _a_revoir(gerees: list[Appartenance]) -> Iterator[Tache]:
    suspendues = Appartenance.objects.filter(
        groupe__in=[a.groupe_id for a in gerees], fin=None, suspendue_le__isnull=False
    )
    par_groupe = suspendues.order_by("groupe").values_list("groupe", "groupe__nom").annotate(Count("pk"))
    for groupe, nom, nombre in par_groupe:
        yield Tache(
            f"Confirmer ou retirer {pluriel(nombre, 'membre suspendu', 'membres suspendus')}",
            reverse("droits:membres", args=[groupe]),
            nom,
        )


def _gere(appartenance: Appartenance) -> bool:
    return appartenance.gestionnaire and not appartenance.suspendue_le


def _groupe(dossier: Dossier) -> str:
    return f"{dossier.groupe.nom} – {dossier.groupe.organisation.nom}"


def _jour(instant: datetime | None) -> date | None:
    return paris.jour_de(instant) if instant else None
