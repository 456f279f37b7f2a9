"""Reads of the habilitation pages. What does not belong to the reader raises Introuvable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count
from django.utils import timezone

from fce.droits.comptes.administration import administration_de
from fce.droits.comptes.models import Appartenance, Compte, Groupe, Invitation
from fce.droits.comptes.selectors import mandats_de
from fce.droits.habilitations.chaine import Liens, tient
from fce.droits.habilitations.dossiers.etats import ACCORDES, EtatDossier
from fce.droits.habilitations.models import Dossier
from fce.droits.journal.selectors import Ressort
from fce.socle.erreurs import Introuvable

FILE_MAX: Final = 200
# An ordinary member sees these; managers also see drafts.
_DES_MEMBRES: Final = ACCORDES | {EtatDossier.SOUMIS}


@dataclass(frozen=True, slots=True)
class MonGroupe:
    """A group of the reader, with the habilitations that he may see."""

    appartenance: Appartenance
    dossiers: tuple[Dossier, ...]


def mes_groupes(compte: Compte) -> list[MonGroupe]:
    """Groups of an account and their habilitations, latest first. Two queries."""
    miennes = list(
        Appartenance.objects.select_related("groupe__organisation")
        .filter(compte=compte, fin=None, groupe__ferme_le=None, groupe__organisation__fermee_le=None)
        .order_by("groupe__nom", "pk")
    )
    dossiers = Dossier.objects.filter(groupe__in=[a.groupe_id for a in miennes])
    par_groupe: dict[int, list[Dossier]] = {}
    for dossier in dossiers if miennes else ():
        par_groupe.setdefault(dossier.groupe_id, []).append(dossier)
    return [
        MonGroupe(
            a,
            tuple(
                d
                for d in par_groupe.get(a.groupe_id, ())
                if (a.gestionnaire or d.etat in _DES_MEMBRES) and not a.suspendue_le
            ),
        )
        for a in miennes
    ]


def appartenances_tenues(compte: Compte) -> list[Appartenance]:
    """Memberships of an account without a cut link (``chaine.tient``)."""
    siennes = Appartenance.objects.select_related("groupe__organisation").filter(compte=compte, fin=None)
    return [a for a in siennes.order_by("groupe__nom", "pk") if tient(liens_de(compte, a))]


def groupe_gere(compte: Compte, numero: int) -> Groupe:
    """A group of the account's own administration that it manages. Raises Introuvable for any other."""
    for appartenance in appartenances_tenues(compte):
        if appartenance.groupe_id == numero and appartenance.gestionnaire:
            return appartenance.groupe
    raise Introuvable("Aucun groupe de ce numéro parmi ceux dont vous êtes gestionnaire.")


def ressort_de(groupe: Groupe) -> Ressort:
    """The part of the journal that belongs to the organisation of a group. One query."""
    siens = Dossier.objects.filter(groupe__organisation=groupe.organisation_id).order_by()
    return Ressort(groupe.organisation.numero, frozenset(d.reference for d in siens.only("pk")))


def liens_de(compte: Compte, appartenance: Appartenance) -> Liens:
    """Links of an account to a group (``chaine``), apart from habilitations."""
    organisation = appartenance.groupe.organisation
    return Liens(
        administration_de(compte),
        organisation.numero,
        organisation.fermee_le is None,
        appartenance.groupe.ferme_le is None,
        appartenance.suspendue_le is None,
        frozenset(mandats_de(compte)),
    )


def dossier_gere(compte: Compte, numero: int) -> Dossier:
    """A habilitation of a group that the account manages. Raises Introuvable for any other."""
    dossier = Dossier.objects.filter(pk=numero).first()
    try:
        if dossier is None:
            raise Introuvable("")
        dossier.groupe = groupe_gere(compte, dossier.groupe_id)
    except Introuvable:
        raise Introuvable("Aucune habilitation de ce numéro parmi celles des groupes que vous gérez.") from None
    return dossier


def dossier_instruit(numero: int) -> Dossier:
    """A habilitation for an approver: any state but draft. Raises Introuvable."""
    dossier = (
        Dossier.objects.select_related("groupe__organisation")
        .filter(pk=numero)
        .exclude(etat=EtatDossier.BROUILLON)
        .first()
    )
    if dossier is None:
        raise Introuvable("Aucune habilitation de ce numéro n’a été soumise.")
    return dossier


def en_file(etat: str) -> Sequence[Dossier]:
    """Habilitations in a state, longest waiting first, at most ``FILE_MAX``; never drafts."""
    return list(
        Dossier.objects.select_related("groupe__organisation")
        .filter(etat=etat)
        .exclude(etat=EtatDossier.BROUILLON)
        .order_by("soumis_le", "pk")[:FILE_MAX]
    )


def nombres_par_etat() -> dict[str, int]:
    """{state: number of habilitations}, drafts excluded."""
    comptes = Dossier.objects.exclude(etat=EtatDossier.BROUILLON).values_list("etat").annotate(Count("pk")).order_by()
    return dict(comptes)


def membres(groupe: Groupe) -> list[Appartenance]:
    """Current members of a group, managers first."""
    return list(
        Appartenance.objects.select_related("compte")
        .filter(groupe=groupe, fin=None)
        .order_by("-gestionnaire", "compte__nom", "compte__prenom", "pk")
    )


def attendus(groupe: Groupe) -> list[Invitation]:
    """Open invitations of a group."""
    ouvertes = Invitation.objects.filter(groupe=groupe, acceptee_le=None, annulee_le=None, expire_le__gt=timezone.now())
    return list(ouvertes.order_by("courriel", "pk"))


def membre(groupe: Groupe, numero: int) -> Appartenance:
    """A current membership of the group, by its number. Raises Introuvable."""
    trouve = (
        Appartenance.objects.select_related("compte", "groupe__organisation")
        .filter(groupe=groupe, fin=None, pk=numero)
        .first()
    )
    if trouve is None:
        raise Introuvable("Cette personne n’est pas, ou plus, dans ce groupe.")
    return trouve
