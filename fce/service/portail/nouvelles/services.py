"""Write news and roadmap, each with its version and event; manage subscriptions and panel."""

from __future__ import annotations

from typing import Any

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from fce.droits.comptes.erreurs import DejaFait
from fce.droits.comptes.evenements import noter
from fce.droits.comptes.models import Compte
from fce.service.portail.models import AbonnementNouvelles, Nouveaute, PointFeuilleDeRoute, VolontaireRecherche
from fce.service.portail.nouvelles.versions import noter_version
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import Introuvable
from fce.socle.travaux import courriel

TACHE_NOUVELLES = "annoncer_les_nouveautes"
TACHE_NOUVELLE = "ecrire_une_nouveaute"
_ARRET = Signer(salt="fce.nouvelles.arret", sep=".")


def ecrire_nouveaute(nouveaute: Nouveaute | None, *, titre: str, contenu: str, par: str) -> Nouveaute:
    """Create (None) or edit a news entry; edits of a published entry show at once."""
    with ecriture():
        ecrite = nouveaute or Nouveaute()
        ecrite.titre, ecrite.contenu = titre.strip(), contenu.strip()
        ecrite.save()
        noter_version(ecrite.objet, ecrite.contenu, ecrite.titre)
        noter(par, "nouveaute_ecrite", ecrite.objet)
    return ecrite


def publier_nouveaute(nouveaute: Nouveaute, *, annoncee: bool, par: str) -> None:
    """Publish a news entry; ``annoncee``: also mail the subscribers. Raises DejaFait."""
    with ecriture():
        if not Nouveaute.objects.filter(pk=nouveaute.pk, publiee_le=None).update(publiee_le=timezone.now()):
            raise DejaFait("Cette nouveauté est déjà publiée.")
        noter(par, "nouveaute_publiee", nouveaute.objet, apres={"annoncee": annoncee})
        if annoncee:
            app.configure_task(TACHE_NOUVELLES).defer(nouveaute=nouveaute.pk)


def annoncer_aux_abonnes(nouveaute: int) -> int:
    """Queue one mail per subscriber, once per entry; return how many."""
    with ecriture():
        if not Nouveaute.objects.filter(pk=nouveaute, envoyee_le=None).update(envoyee_le=timezone.now()):
            return 0
        abonnes = list(AbonnementNouvelles.objects.values_list("compte", flat=True))
        for compte in abonnes:
            app.configure_task(TACHE_NOUVELLE).defer(compte=compte)
    return len(abonnes)


def envoyer_nouvelles(compte: Compte) -> bool:
    """Mail the news to an account that is still subscribed (else False). Raises OSError when the mail server fails."""
    if not (compte.actif and compte.courriel and AbonnementNouvelles.objects.filter(compte=compte).exists()):
        return False
    arret = courriel.adresse_entiere(reverse("portail:nouveautes-arret", args=[jeton_d_arret(compte)]))
    courriel.envoyer(
        compte.courriel,
        "Une nouveauté de la Fiche Commune Entreprise",
        reverse("portail:nouveautes"),
        f"Pour ne plus recevoir ce courriel : {arret}",
        entetes={"List-Unsubscribe": f"<{arret}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
    return True


def jeton_d_arret(compte: Compte) -> str:
    """Return the signed token of the unsubscribe link."""
    return _ARRET.sign(str(compte.pk))


def retirer_abonnement_par_jeton(jeton: str) -> None:
    """Unsubscribe the account of a token; idempotent. Raises Introuvable."""
    numero = lire_jeton(jeton)
    with ecriture():
        AbonnementNouvelles.objects.filter(compte_id=numero).delete()


def lire_jeton(jeton: str) -> int:
    """Return the account number of a token. Raises Introuvable for a wrong token."""
    try:
        return int(_ARRET.unsign(jeton))
    except (BadSignature, ValueError):
        raise Introuvable("Ce lien n’est pas, ou plus, valable.") from None


def modifier_abonnement(compte: Compte, voulu: bool) -> None:
    """Subscribe or unsubscribe an account; idempotent."""
    with ecriture():
        if voulu:
            AbonnementNouvelles.objects.get_or_create(compte=compte)
        else:
            AbonnementNouvelles.objects.filter(compte=compte).delete()


def ajouter_au_panel(compte: Compte, metier: str) -> None:
    """Add an account to the panel, for a year from now."""
    with ecriture():
        VolontaireRecherche.objects.update_or_create(
            compte=compte, defaults={"metier": metier.strip(), "inscrit_le": timezone.now()}
        )


def retirer_du_panel(compte: Compte) -> None:
    """Remove an account from the panel."""
    with ecriture():
        VolontaireRecherche.objects.filter(compte=compte).delete()


def ecrire_point(point: PointFeuilleDeRoute | None, *, par: str, **dits: Any) -> PointFeuilleDeRoute:
    """Create (None) or edit a roadmap entry, visible at once. ``dits``: its fields."""
    with ecriture():
        ecrit = point or PointFeuilleDeRoute()
        for champ, valeur in dits.items():
            setattr(ecrit, champ, valeur)
        ecrit.save()
        noter_version(ecrit.objet, ecrit.contenu, ecrit.titre)
        noter(par, "feuille_de_route", ecrit.objet, apres={"etat": str(ecrit.etat)})
    return ecrit
