"""Report an error, answer it: each act with its event; a mail says that the answer is there."""

from typing import Final

from django.urls import reverse
from django.utils import timezone

from fce.comptes import courriels
from fce.comptes.erreurs import AccesRefuse, DejaFait
from fce.comptes.evenements import noter
from fce.comptes.models import Compte
from fce.portail.models import TEXTE_MAX, Signalement
from fce.portail.signalements.selectors import RUBRIQUES, peut_signaler, titre_de_source
from fce.socle import evenements, limites
from fce.socle.base import ecriture
from fce.socle.erreurs import ParametreInvalide

SIGNALEMENTS_MAX: Final = 20
Etat = Signalement.Etat


def signaler(compte: Compte, siren: str, *, rubrique: str, source: str, texte: str) -> Signalement:
    """File a report. Raises AccesRefuse (not one's company), ParametreInvalide (nothing said, too many pending)."""
    if not peut_signaler(compte, siren):
        raise AccesRefuse(
            "Vous pouvez signaler une erreur sur la fiche d’une entreprise que vous dirigez, une fois votre demande "
            "validée dans « Mes entreprises »."
        )
    if rubrique not in RUBRIQUES or not texte.strip() or len(texte) > TEXTE_MAX:
        raise ParametreInvalide(f"Choisissez une rubrique et dites ce qui est faux, en {TEXTE_MAX} signes au plus.")
    with ecriture():
        limites.exiger_place(
            "signalement",
            compte.identifiant,
            Signalement.objects.filter(auteur=compte.identifiant, etat=Etat.NOUVEAU),
            SIGNALEMENTS_MAX,
            f"{SIGNALEMENTS_MAX} de vos signalements attendent déjà une réponse.",
        )
        signalement = Signalement.objects.create(
            siren=siren,
            rubrique=rubrique,
            source=source if titre_de_source(source) else "",
            texte=texte.strip(),
            auteur=compte.identifiant,
        )
        noter(compte.identifiant, "signalement", f"signalement-{signalement.pk}")
        evenements.signaler("erreur_signalee", qui=compte.identifiant if compte.agent else "")
    return signalement


def repondre(signalement: Signalement, *, reponse: str, par: str) -> None:
    """Answer and close a report; a mail says so. Raises DejaFait, ParametreInvalide."""
    if not reponse.strip():
        raise ParametreInvalide("Écrivez la réponse : l’auteur la lira dans « Mes signalements ».")
    with ecriture():
        if not Signalement.objects.filter(pk=signalement.pk, etat=Etat.NOUVEAU).update(
            etat=Etat.TRAITE, traite_le=timezone.now(), traite_par=par, reponse=reponse.strip()
        ):
            raise DejaFait("Ce signalement a déjà reçu une réponse : rouvrez la page.")
        noter(par, "signalement_traite", f"signalement-{signalement.pk}")
        if auteur := Compte.objects.filter(pk=int(signalement.auteur.removeprefix("c"))).first():
            phrase = f"Votre signalement n° {signalement.pk} a reçu une réponse"
            courriels.annoncer(auteur, phrase, reverse("portail:signalements"))
