"""Changes of accounts: sign-in, disabling, sessions, mandates. Each records an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from fce.droits.comptes import cumuls, signaux
from fce.droits.comptes.erreurs import AccesRefuse, DejaFait
from fce.droits.comptes.evenements import SYSTEME, noter
from fce.droits.comptes.mandats import INCOMPATIBLES, Mandats
from fce.droits.comptes.models import Compte, Genre, Mandat, Session
from fce.droits.comptes.oidc.fournisseurs import FRANCECONNECT
from fce.droits.comptes.verrous import verrouiller
from fce.socle.base.ecriture import ecriture
from fce.socle.base.restauration import exiger_ouverte_aux_agents
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.texte.identifiants import compacter, siret_valide
from fce.socle.web.evenements import signaler

if TYPE_CHECKING:
    from fce.droits.comptes.oidc.protocole import Identite


def connecter(identite: Identite) -> Compte:
    """Return the account of a verified identity, created at the first sign-in, with its claims refreshed.

    An invalid SIRET is ignored: the agent then reads open data only. Raises AccesRefuse for a disabled account,
    ServiceFerme while a restored service is closed to agents.
    """
    genre = Genre.PARTICULIER if identite.cle_fournisseur == FRANCECONNECT else Genre.AGENT
    siret = compacter(identite.siret[:40])
    presente: dict[str, Any] = {
        "courriel": identite.email[:320].strip().lower(),
        "prenom": identite.prenom[:200],
        "nom": identite.nom[:200],
        "siret": siret if genre == Genre.AGENT and siret_valide(siret) else "",
        "organisme": identite.organisation_label[:300] if genre == Genre.AGENT else "",
        "roles": [role[:60] for role in identite.roles[:20]] if genre == Genre.AGENT else [],
        "derniere_connexion": timezone.now(),
    }
    with ecriture():
        exiger_ouverte_aux_agents()
        compte, nouveau = Compte.objects.select_for_update().get_or_create(
            iss=identite.iss, sub=identite.sub, defaults={"genre": genre, **presente}
        )
        if not compte.actif:
            raise AccesRefuse("Ce compte est désactivé. Écrivez à l’équipe de la fiche commune si c’est une erreur.")
        ancien_siret, derniere = ("" if nouveau else compte.siret), compte.derniere_connexion
        compte.changer(**presente)
        if nouveau:
            noter(compte.identifiant, "premiere_connexion", compte.identifiant, apres={"siret": compte.siret})
        elif ancien_siret != compte.siret:
            noter(
                compte.identifiant,
                "changement_de_siret",
                compte.identifiant,
                avant={"siret": ancien_siret},
                apres={"siret": compte.siret},
            )
            # End the sessions opened for the previous administration; the new session does not exist yet.
            Session.objects.filter(compte=compte).delete()
            if ancien_siret[:9] != compte.siret[:9]:
                _rendre_les_depots(compte)
        if compte.agent:
            signaler("connexion", qui=compte.identifiant)
        signaux.connecte.send(
            Compte, compte=compte, ancien_siret=ancien_siret, precedente=None if nouveau else derniere
        )
    return compte


def _rendre_les_depots(compte: Compte) -> None:
    """End deposit mandates: they are held as an agent of the producer, whom the account has left."""
    for mandat in Mandat.objects.filter(compte=compte, role=Mandats.DEPOT, fin=None):
        retirer_mandat(mandat, SYSTEME)


def desactiver(compte: Compte, par: str, motif: str) -> None:
    """Disable an account and end its sessions. Raises DejaFait."""
    with ecriture():
        if not Compte.objects.filter(pk=compte.pk, desactive_le=None).update(desactive_le=timezone.now()):
            raise DejaFait("Ce compte est déjà désactivé.")
        Session.objects.filter(compte=compte).delete()
        noter(par, "desactivation", compte.identifiant, apres={"motif": motif[:200]})


def reactiver(compte: Compte, par: str) -> None:
    """Enable an account again. Raises DejaFait."""
    with ecriture():
        if not Compte.objects.filter(pk=compte.pk, desactive_le__isnull=False).update(desactive_le=None):
            raise DejaFait("Ce compte est déjà actif.")
        noter(par, "reactivation", compte.identifiant)


def finir_session(compte: Compte, numero: str) -> None:
    """End a session of this account, named by the first 16 characters of its hash. Raises Introuvable."""
    with ecriture():
        trouvees = Session.objects.filter(compte=compte, empreinte__startswith=numero) if len(numero) == 16 else None
        if not trouvees or not trouvees.delete()[0]:
            raise Introuvable("Cette session est déjà terminée.")
        noter(compte.identifiant, "fin_de_session", compte.identifiant)


def finir_les_sessions(compte: Compte, par: str) -> int:
    """End every session of an account; return how many."""
    with ecriture():
        finies, _ = Session.objects.filter(compte=compte).delete()
        noter(par, "fin_des_sessions", compte.identifiant, apres={"nombre": finies})
    return finies


def finir_les_autres(compte: Compte, empreinte: str) -> int:
    """End every session of the account except the one with this hash; return how many."""
    with ecriture():
        finies, _ = Session.objects.filter(compte=compte).exclude(empreinte=empreinte).delete()
        noter(compte.identifiant, "fin_des_autres_sessions", compte.identifiant, apres={"nombre": finies})
    return finies


def finir_toutes_les_sessions(par: str = SYSTEME) -> int:
    """End everyone's sessions, for a suspected theft; return how many."""
    with ecriture():
        finies, _ = Session.objects.all().delete()
        noter(par, "fin_de_toutes_les_sessions", "sessions", apres={"nombre": finies})
    return finies


def donner_mandat(compte: Compte, role: str, perimetre: str, par: str) -> Mandat:
    """Give a mandate. Raises ParametreInvalide, DejaFait, AccesRefuse (to oneself, or incompatible with another mandate
    or a group)."""
    if role not in Mandats.values:
        raise ParametreInvalide(f"Mandat inconnu. Choisissez parmi : {', '.join(Mandats.values)}.")
    if bool(perimetre) is not (role == Mandats.DEPOT):
        raise ParametreInvalide("Un mandat de dépôt nomme son producteur ; les autres n’ont pas de périmètre.")
    if not compte.agent:
        raise AccesRefuse("Un mandat ne se donne qu’à un agent public.")
    if par == compte.identifiant:
        raise AccesRefuse("Nul ne se donne un mandat : demandez-le à un autre membre de l’équipe.")
    with ecriture():
        verrouiller(compte.pk)
        tenus = set(Mandat.objects.filter(compte=compte, fin=None).values_list("role", "perimetre"))
        if (role, perimetre) in tenus:
            raise DejaFait("Ce compte a déjà ce mandat.")
        for couple in INCOMPATIBLES:
            if role in couple and (autres := {r for r, _ in tenus} & (couple - {role})):
                raise AccesRefuse(
                    f"Ce compte a déjà le mandat « {Mandats(autres.pop()).label} », qui ne va pas avec celui-ci."
                )
        cumuls.exiger_sans_groupe(compte, role)
        mandat = Mandat.objects.create(compte=compte, role=role, perimetre=perimetre, par=par)
        noter(par, "mandat_donne", compte.identifiant, apres={"role": role, "perimetre": perimetre})
    return mandat


def retirer_mandat(mandat: Mandat, par: str) -> None:
    """End a mandate from the next request on. Raises DejaFait."""
    with ecriture():
        verrouiller(mandat.compte_id)
        if not Mandat.objects.filter(pk=mandat.pk, fin=None).update(fin=timezone.now()):
            raise DejaFait("Ce mandat est déjà terminé.")
        noter(par, "mandat_retire", mandat.compte.identifiant, avant={"role": mandat.role})
