"""Who is in which group: added, invited, loaded from a list, suspended, ended. Groups are found by exact numbers."""

from __future__ import annotations

import csv
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from fce.comptes.erreurs import AccesRefuse, DejaFait
from fce.comptes.evenements import SYSTEME, noter
from fce.comptes.models import Appartenance, Compte, Groupe, Invitation
from fce.socle.base import ecriture
from fce.socle.erreurs import Introuvable, ParametreInvalide

VALIDITE_INVITATION: Final = timedelta(days=14)
SANS_CONNEXION: Final = timedelta(days=90)
LIGNES_CSV: Final = 2000


def est_de(groupe: Groupe, siret: str) -> bool:
    """Tell whether the administration of a SIRET is that of the group: the whole number or its SIREN, exactly."""
    return bool(siret) and groupe.organisation.numero in (siret, siret[:9])


def ajouter(compte: Compte, groupe: Groupe, par: str, origine: str, *, gestionnaire: bool = False) -> Appartenance:
    """Put an account in a group of its own administration. Raises AccesRefuse, DejaFait."""
    if not compte.agent or not est_de(groupe, compte.siret):
        raise AccesRefuse("Cette personne n’est pas de l’administration de ce groupe : son SIRET est différent.")
    with ecriture():
        appartenance, nouvelle = Appartenance.objects.get_or_create(
            compte=compte,
            groupe=groupe,
            fin=None,
            defaults={"origine": origine, "par": par, "gestionnaire": gestionnaire},
        )
        if not nouvelle:
            raise DejaFait("Cette personne est déjà dans ce groupe.")
        noter(par, "appartenance", compte.identifiant, apres={"groupe": groupe.pk, "origine": origine})
    return appartenance


def finir(appartenance: Appartenance, par: str, motif: str) -> None:
    """Take someone out of a group, from the next request on. Raises DejaFait."""
    with ecriture():
        if not Appartenance.objects.filter(pk=appartenance.pk, fin=None).update(
            fin=timezone.now(), motif_fin=motif[:200]
        ):
            raise DejaFait("Cette personne n’est déjà plus dans ce groupe.")
        noter(par, "fin_d_appartenance", f"c{appartenance.compte_id}", avant={"groupe": appartenance.groupe_id})


def garder(appartenance: Appartenance, par: str) -> None:
    """Say that someone is still of the group (yearly review), which lifts a suspension. Raises DejaFait."""
    with ecriture():
        if not Appartenance.objects.filter(pk=appartenance.pk, fin=None).update(
            revue_le=timezone.now(), suspendue_le=None
        ):
            raise DejaFait("Cette personne n’est plus dans ce groupe.")
        noter(par, "appartenance_revue", f"c{appartenance.compte_id}", apres={"groupe": appartenance.groupe_id})


def nommer_gestionnaire(appartenance: Appartenance, gestionnaire: bool, par: str) -> None:
    """Give or take the management of a group. Raises DejaFait."""
    with ecriture():
        if not Appartenance.objects.filter(pk=appartenance.pk, fin=None).update(gestionnaire=gestionnaire):
            raise DejaFait("Cette personne n’est plus dans ce groupe.")
        noter(par, "gestionnaire", f"c{appartenance.compte_id}", apres={"gestionnaire": gestionnaire})


def quitter_les_autres(compte: Compte) -> int:
    """End what an account had in administrations that are no longer its own (its SIRET changed); return how many."""
    finies = 0
    for appartenance in Appartenance.objects.select_related("groupe__organisation").filter(compte=compte, fin=None):
        if not est_de(appartenance.groupe, compte.siret):
            finir(appartenance, SYSTEME, "changement d’administration")
            finies += 1
    return finies


def suspendre_les_absents(
    maintenant: datetime, compte: Compte | None = None, precedente: datetime | None = None
) -> int:
    """Suspend those whose account has not signed in for 90 days, until a manager says that they are still there.

    ``compte`` with ``precedente``: this one, at the sign-in that follows ``precedente``.
    """
    absents = Appartenance.objects.filter(fin=None, suspendue_le=None)
    if compte is not None:
        if precedente is None or maintenant - precedente < SANS_CONNEXION:
            return 0
        absents = absents.filter(compte=compte)
    else:
        absents = absents.filter(compte__derniere_connexion__lt=maintenant - SANS_CONNEXION)
    with ecriture():
        nombre = absents.update(suspendue_le=maintenant)
        if nombre:
            objet = compte.identifiant if compte else "appartenances"
            noter(SYSTEME, "suspension_sans_connexion", objet, apres={"nombre": nombre})
    return nombre


def inviter(groupe: Groupe, courriel: str, par: str, *, gestionnaire: bool = False) -> tuple[Invitation, str]:
    """An invitation and the secret of its link, known to the mail alone."""
    courriel = courriel.strip().lower()
    if "@" not in courriel or any(c.isspace() for c in courriel):
        raise ParametreInvalide("Cette adresse électronique n’est pas complète : vérifiez-la.")
    secret = secrets.token_urlsafe(32)
    with ecriture():
        invitation = Invitation.objects.create(
            groupe=groupe,
            courriel=courriel,
            gestionnaire=gestionnaire,
            empreinte=_empreinte(secret),
            par=par,
            expire_le=timezone.now() + VALIDITE_INVITATION,
        )
        noter(par, "invitation", f"groupe-{groupe.pk}", apres={"invitation": invitation.pk})
    return invitation, secret


def accepter(secret: str, compte: Compte) -> Appartenance:
    """Join the group of an invitation, for the very address invited. Raises Introuvable, AccesRefuse, DejaFait."""
    with ecriture():
        invitation = (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("groupe__organisation")
            .filter(empreinte=_empreinte(secret), acceptee_le=None, annulee_le=None, expire_le__gt=timezone.now())
            .first()
        )
        if invitation is None:
            raise Introuvable("Cette invitation n’existe pas, a expiré ou a déjà servi : demandez-en une autre.")
        if invitation.courriel != compte.courriel:
            raise AccesRefuse(
                "Cette invitation a été envoyée à une autre adresse que celle de votre compte ProConnect."
            )
        appartenance = ajouter(
            compte, invitation.groupe, invitation.par, Appartenance.Origine.INVITATION,
            gestionnaire=invitation.gestionnaire,
        )  # fmt: skip
        Invitation.objects.filter(pk=invitation.pk).update(acceptee_le=timezone.now())
    return appartenance


def groupe_invitant(secret: str) -> Groupe:
    """The group that an invitation still open leads to. Raises Introuvable."""
    invitation = (
        Invitation.objects.select_related("groupe__organisation")
        .filter(empreinte=_empreinte(secret), acceptee_le=None, annulee_le=None, expire_le__gt=timezone.now())
        .first()
    )
    if invitation is None:
        raise Introuvable("Cette invitation n’existe pas, a expiré ou a déjà servi : demandez-en une autre.")
    return invitation.groupe


def annuler(invitation: Invitation, par: str) -> None:
    """Take an invitation back. Raises DejaFait."""
    with ecriture():
        if not Invitation.objects.filter(pk=invitation.pk, acceptee_le=None, annulee_le=None).update(
            annulee_le=timezone.now()
        ):
            raise DejaFait("Cette invitation a déjà servi ou a déjà été annulée.")
        noter(par, "invitation_annulee", f"groupe-{invitation.groupe_id}", avant={"invitation": invitation.pk})


@dataclass(frozen=True, slots=True)
class Chargement:
    """What a list of members gave: added now, expected at their first sign-in, refused with line and reason."""

    ajoutes: int
    attendus: int
    refus: tuple[tuple[int, str], ...]


def charger_csv(groupe: Groupe, lignes: Iterable[str], par: str) -> Chargement:
    """Load members from a csv whose column ``courriel`` is required and ``gestionnaire`` ("oui") optional.

    An unknown address is expected: it joins when it signs in from the administration of the group.
    """
    lues = list(lignes)
    lecteur = csv.DictReader(lues, delimiter=_separateur(lues))
    if "courriel" not in (lecteur.fieldnames or ()):
        raise ParametreInvalide("La première ligne de la liste nomme ses colonnes : il y faut « courriel ».")
    ajoutes = attendus = 0
    refus: list[tuple[int, str]] = []
    for numero, ligne in enumerate(lecteur, 2):
        if numero > LIGNES_CSV + 1:
            raise ParametreInvalide(f"Une liste a {LIGNES_CSV} lignes au plus : coupez-la.")
        courriel = (ligne.get("courriel") or "").strip().lower()
        gestionnaire = (ligne.get("gestionnaire") or "").strip().lower() == "oui"
        try:
            connus = list(Compte.objects.filter(courriel=courriel, genre="agent", desactive_le=None)[:2])
            if len(connus) == 1:
                ajouter(connus[0], groupe, par, Appartenance.Origine.CSV, gestionnaire=gestionnaire)
                ajoutes += 1
            else:
                attendre(groupe, courriel, par, gestionnaire=gestionnaire)
                attendus += 1
        except (ParametreInvalide, AccesRefuse, DejaFait) as erreur:
            refus.append((numero, erreur.message))
    return Chargement(ajoutes, attendus, tuple(refus))


def attendre(groupe: Groupe, courriel: str, par: str, *, gestionnaire: bool) -> Invitation:
    """Expect an address in a group, without a link: its first sign-in from this administration is enough."""
    invitation, _ = inviter(groupe, courriel, par, gestionnaire=gestionnaire)
    Invitation.objects.filter(pk=invitation.pk).update(empreinte=None)
    return invitation


def accueillir(compte: Compte) -> int:
    """At sign-in, put an account where its address was expected; return how many groups it joined."""
    attendues = (
        Invitation.objects.select_related("groupe__organisation")
        .filter(courriel=compte.courriel, empreinte=None, acceptee_le=None, annulee_le=None)
        .filter(Q(expire_le__gt=timezone.now()))
    )
    jointes = 0
    for invitation in attendues if compte.courriel else ():
        try:
            ajouter(
                compte, invitation.groupe, invitation.par, Appartenance.Origine.CSV,
                gestionnaire=invitation.gestionnaire,
            )  # fmt: skip
        except (AccesRefuse, DejaFait):
            continue
        Invitation.objects.filter(pk=invitation.pk).update(acceptee_le=timezone.now())
        jointes += 1
    return jointes


def _separateur(lignes: list[str]) -> str:
    return ";" if lignes and lignes[0].count(";") > lignes[0].count(",") else ","


def _empreinte(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
