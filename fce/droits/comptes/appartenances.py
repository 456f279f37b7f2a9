"""Members of groups: added, invited, loaded from a list, suspended, removed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils import timezone

from fce.droits.comptes import courriels, cumuls
from fce.droits.comptes.erreurs import AccesRefuse, DejaFait, DernierGestionnaire
from fce.droits.comptes.evenements import SYSTEME, noter
from fce.droits.comptes.models import Appartenance, Compte, Groupe, Invitation
from fce.droits.comptes.verrous import verrouiller
from fce.socle.base import limites
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.texte.identifiants import designe
from fce.socle.travaux import courriel as envois
from fce.socle.web.jetons import empreinte, nouveau

VALIDITE_INVITATION: Final = timedelta(days=14)
# An address expected without a link takes effect only at a sign-in from the right administration, so it may last
# longer.
VALIDITE_ATTENTE: Final = timedelta(days=365)
SANS_CONNEXION: Final = timedelta(days=90)


def est_de(groupe: Groupe, siret: str) -> bool:
    """Tell whether a SIRET belongs to the group's administration: equal to its SIRET, or of its SIREN."""
    return designe(groupe.organisation.numero, siret)


def ajouter(compte: Compte, groupe: Groupe, par: str, origine: str, *, gestionnaire: bool = False) -> Appartenance:
    """Add an account to a group of its own administration. Raises AccesRefuse (other administration, or a mandate that
    excludes data), DejaFait."""
    with ecriture():
        compte = verrouiller(compte.pk)
        if not compte.agent or not est_de(groupe, compte.siret):
            raise AccesRefuse("Cette personne n’est pas de l’administration de ce groupe : son SIRET est différent.")
        if Appartenance.objects.filter(compte=compte, groupe=groupe, fin=None).exists():
            raise DejaFait("Cette personne est déjà dans ce groupe.")
        cumuls.exiger_sans_mandat(compte)
        appartenance = Appartenance.objects.create(
            compte=compte, groupe=groupe, origine=origine, par=par, gestionnaire=gestionnaire
        )
        noter(par, "appartenance", compte.identifiant, apres={"groupe": groupe.pk, "origine": origine})
    return appartenance


def ajouter_par_courriel(
    groupe: Groupe, courriel: str, par: str, *, gestionnaire: bool = False
) -> Appartenance | Invitation:
    """Add the agent of this administration who has this address; otherwise invite the address.

    Return the membership, or the invitation, whose mail is queued if mails leave. An address known in another
    administration is invited like an unknown one, so that a manager does not learn that the account exists. Raises
    DejaFait, ParametreInvalide.
    """
    connu = agent_du_groupe(groupe, courriel)
    if connu is not None:
        return ajouter(connu, groupe, par, Appartenance.Origine.GESTIONNAIRE, gestionnaire=gestionnaire)
    with ecriture():
        invitation = inviter(groupe, courriel, par, gestionnaire=gestionnaire)
        if envois.actif():
            courriels.inviter(invitation)
    return invitation


def agent_du_groupe(groupe: Groupe, courriel: str) -> Compte | None:
    """Return the only agent of the group's administration with this address; None for nobody or several."""
    siens = [compte for compte in _agents(courriel) if est_de(groupe, compte.siret)]
    return siens[0] if len(siens) == 1 else None


def refuser_ailleurs(groupe: Groupe, courriel: str, par: str) -> None:
    """Record and raise AccesRefuse when all the accounts with this address belong to other administrations.

    For the team and the operator only: a manager of a group must not learn that such accounts exist.
    """
    agents = _agents(courriel)
    if agents and not any(est_de(groupe, compte.siret) for compte in agents):
        with ecriture():
            noter(par, "ajout_refuse", f"groupe-{groupe.pk}")
        raise AccesRefuse("Cette personne n’est pas de l’administration de ce groupe : son SIRET est différent.")


def _agents(courriel: str) -> list[Compte]:
    agents = Compte.objects.filter(courriel=courriel.strip().lower(), genre="agent", desactive_le=None)
    return list(agents.exclude(courriel=""))


def retirer(appartenance: Appartenance, par: str, motif: str) -> None:
    """Remove a member. Raises DernierGestionnaire (last manager), DejaFait."""
    with ecriture():
        verrouiller(appartenance.compte_id)
        _garder_un_gestionnaire(appartenance)
        finir(appartenance, par, motif)


def suspendre(appartenance: Appartenance, par: str) -> None:
    """Suspend a member from the next request on. Raises DernierGestionnaire, DejaFait."""
    with ecriture():
        verrouiller(appartenance.compte_id)
        _garder_un_gestionnaire(appartenance)
        if not _en_cours(appartenance).filter(suspendue_le=None).update(suspendue_le=timezone.now()):
            raise DejaFait("Cette personne est déjà suspendue, ou n’est plus dans ce groupe.")
        noter(par, "suspension", f"c{appartenance.compte_id}", apres={"groupe": appartenance.groupe_id})


def finir(appartenance: Appartenance, par: str, motif: str) -> None:
    """End a membership from the next request on, even the last manager's. Raises DejaFait."""
    with ecriture():
        verrouiller(appartenance.compte_id)
        if not _en_cours(appartenance).update(fin=timezone.now(), motif_fin=motif[:200]):
            raise DejaFait("Cette personne n’est déjà plus dans ce groupe.")
        noter(par, "fin_d_appartenance", f"c{appartenance.compte_id}", avant={"groupe": appartenance.groupe_id})


def maintenir(appartenance: Appartenance, par: str) -> None:
    """Confirm a member (yearly review), which also lifts a suspension. Raises DejaFait."""
    with ecriture():
        verrouiller(appartenance.compte_id)
        if not _en_cours(appartenance).update(revue_le=timezone.now(), suspendue_le=None):
            raise DejaFait("Cette personne n’est plus dans ce groupe.")
        noter(par, "appartenance_revue", f"c{appartenance.compte_id}", apres={"groupe": appartenance.groupe_id})


def designer_gestionnaire(appartenance: Appartenance, gestionnaire: bool, par: str) -> None:
    """Make a member manager, or no longer. Raises DernierGestionnaire, DejaFait."""
    with ecriture():
        verrouiller(appartenance.compte_id)
        if not gestionnaire:
            _garder_un_gestionnaire(appartenance)
        if not _en_cours(appartenance).update(gestionnaire=gestionnaire):
            raise DejaFait("Cette personne n’est plus dans ce groupe.")
        noter(par, "gestionnaire", f"c{appartenance.compte_id}", apres={"gestionnaire": gestionnaire})


def _en_cours(appartenance: Appartenance) -> QuerySet[Appartenance]:
    return Appartenance.objects.filter(pk=appartenance.pk, fin=None)


def quitter_les_autres(compte: Compte) -> int:
    """End the memberships in administrations that the account has left (its SIRET changed); return how many."""
    finies = 0
    for appartenance in Appartenance.objects.select_related("groupe__organisation").filter(compte=compte, fin=None):
        if not est_de(appartenance.groupe, compte.siret):
            finir(appartenance, SYSTEME, "changement d’administration")
            finies += 1
    return finies


def suspendre_les_absents(
    maintenant: datetime, compte: Compte | None = None, precedente: datetime | None = None
) -> int:
    """Suspend members who have not signed in for 90 days, until a manager confirms them.

    Being added or confirmed counts as 90 days too. With ``compte`` and ``precedente``, the date of its previous
    sign-in: that account only.
    """
    limite = maintenant - SANS_CONNEXION
    absents = Appartenance.objects.filter(fin=None, suspendue_le=None, depuis__lt=limite)
    absents = absents.exclude(revue_le__gte=limite)
    if compte is not None:
        if precedente is None or precedente >= limite:
            return 0
        absents = absents.filter(compte=compte)
    else:
        absents = absents.filter(compte__derniere_connexion__lt=limite)
    with ecriture():
        nombre = absents.update(suspendue_le=maintenant)
        if nombre:
            objet = compte.identifiant if compte else "appartenances"
            noter(SYSTEME, "suspension_sans_connexion", objet, apres={"nombre": nombre})
    return nombre


def inviter(groupe: Groupe, courriel: str, par: str, *, gestionnaire: bool = False) -> Invitation:
    """Invite an address to a group, cancelling its pending invitations; ``creer_lien`` then makes the link. Raises
    ParametreInvalide."""
    courriel = courriel.strip().lower()
    try:
        validate_email(courriel)
    except ValidationError:
        raise ParametreInvalide("Cette adresse électronique n’est pas complète : vérifiez-la.") from None
    with ecriture():
        # When two managers invite at once, only the last link remains.
        limites.reserver("invitation", f"{groupe.pk}/{courriel}")
        Invitation.objects.filter(groupe=groupe, courriel=courriel, acceptee_le=None, annulee_le=None).update(
            annulee_le=timezone.now()
        )
        invitation = Invitation.objects.create(
            groupe=groupe,
            courriel=courriel,
            gestionnaire=gestionnaire,
            # Hash of an unknown secret until ``creer_lien`` makes one: null would mean that no link is needed.
            empreinte=empreinte(nouveau()),
            par=par,
            expire_le=timezone.now() + VALIDITE_INVITATION,
        )
        noter(par, "invitation", f"groupe-{groupe.pk}", apres={"invitation": invitation.pk})
    return invitation


def creer_lien(invitation: Invitation) -> str:
    """Make a new link and return its secret, of which the database keeps only the SHA-256. Earlier links stop working.

    Raises DejaFait when the invitation was used, taken back, or has expired.
    """
    secret = nouveau()
    with ecriture():
        ouvertes = Invitation.objects.filter(
            pk=invitation.pk, empreinte__isnull=False, acceptee_le=None, annulee_le=None, expire_le__gt=timezone.now()
        )
        if not ouvertes.update(empreinte=empreinte(secret)):
            raise DejaFait("Cette invitation a déjà servi, a expiré ou a été annulée.")
    return secret


def accepter(secret: str, compte: Compte) -> Appartenance:
    """Join the group of an invitation; the account's address must be the invited one. Raises Introuvable, AccesRefuse,
    DejaFait."""
    with ecriture():
        verrouiller(compte.pk)
        invitation = _ouverte(secret, Invitation.objects.select_for_update(of=("self",)))
        if invitation.courriel != compte.courriel:
            raise AccesRefuse(
                "Cette invitation a été envoyée à une autre adresse que celle de votre compte ProConnect."
            )
        return _entrer(compte, invitation, Appartenance.Origine.INVITATION)


def groupe_invitant(secret: str) -> Groupe:
    """Return the group of an open invitation. Raises Introuvable."""
    return _ouverte(secret, Invitation.objects.all()).groupe


def _ouverte(secret: str, invitations: QuerySet[Invitation]) -> Invitation:
    trouvee = (
        invitations.select_related("groupe__organisation")
        .filter(empreinte=empreinte(secret), acceptee_le=None, annulee_le=None, expire_le__gt=timezone.now())
        .first()
    )
    if trouvee is None:
        raise Introuvable("Cette invitation n’existe pas, a expiré ou a déjà servi : demandez-en une autre.")
    return trouvee


def annuler(invitation: Invitation, par: str) -> None:
    """Cancel an invitation. Raises DejaFait."""
    with ecriture():
        if not Invitation.objects.filter(pk=invitation.pk, acceptee_le=None, annulee_le=None).update(
            annulee_le=timezone.now()
        ):
            raise DejaFait("Cette invitation a déjà servi ou a déjà été annulée.")
        noter(par, "invitation_annulee", f"groupe-{invitation.groupe_id}", avant={"invitation": invitation.pk})


def attendre(groupe: Groupe, courriel: str, par: str, *, gestionnaire: bool) -> Invitation:
    """Expect an address without a link: it joins at its first sign-in from this administration."""
    with ecriture():
        invitation = inviter(groupe, courriel, par, gestionnaire=gestionnaire)
        invitation.changer(empreinte=None, expire_le=timezone.now() + VALIDITE_ATTENTE)
    return invitation


def accueillir(compte: Compte) -> int:
    """At sign-in, add the account to the groups that expected its address; return how many."""
    attendues = (
        Invitation.objects.select_related("groupe__organisation")
        .filter(courriel=compte.courriel, empreinte=None, acceptee_le=None, annulee_le=None)
        .filter(expire_le__gt=timezone.now())
    )
    jointes = 0
    for invitation in attendues if compte.courriel else ():
        try:
            _entrer(compte, invitation, Appartenance.Origine.CSV)
        except (AccesRefuse, DejaFait):
            continue
        jointes += 1
    return jointes


def _entrer(compte: Compte, invitation: Invitation, origine: str) -> Appartenance:
    gestionnaire = invitation.gestionnaire
    appartenance = ajouter(compte, invitation.groupe, invitation.par, origine, gestionnaire=gestionnaire)
    Invitation.objects.filter(pk=invitation.pk).update(acceptee_le=timezone.now())
    return appartenance


def _garder_un_gestionnaire(appartenance: Appartenance) -> None:
    """Raise DernierGestionnaire for the last manager; locks the group, so that two managers cannot leave at once."""
    Groupe.objects.select_for_update(no_key=True).get(pk=appartenance.groupe_id)
    gestionnaires = Appartenance.objects.filter(
        groupe=appartenance.groupe_id, gestionnaire=True, fin=None, suspendue_le=None
    )
    if set(gestionnaires.values_list("pk", flat=True)) == {appartenance.pk}:
        raise DernierGestionnaire("Un groupe garde au moins un gestionnaire : nommez-en d’abord un autre.")
