"""Changes of error reports: each records an event; mails announce what there is to read."""

from __future__ import annotations

from typing import Final

from django.urls import reverse
from django.utils import timezone

from fce.donnees.entreprises.selectors import etablissements
from fce.droits.comptes import courriels
from fce.droits.comptes.erreurs import AccesRefuse
from fce.droits.comptes.evenements import noter
from fce.droits.comptes.models import Compte
from fce.droits.comptes.selectors import compte_identifie
from fce.echanges.interactions.textes import verifier_textes
from fce.service.portail.conflits import changer
from fce.service.portail.contradictions.selectors import destinee
from fce.service.portail.models import TEXTE_MAX, Signalement
from fce.service.portail.signalements.etats import SIGNALEMENTS, GesteSignalement
from fce.service.portail.signalements.selectors import RUBRIQUES, peut_signaler, responsables, source_signalee
from fce.socle.base import limites
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte.identifiants import siret_valide
from fce.socle.web import evenements

SIGNALEMENTS_MAX: Final = 20
_QUOI: Final = "ce signalement"
_SANS_REPONSE: Final = "Écrivez la réponse : l’auteur la lira dans « Mes signalements »."


def signaler(
    compte: Compte, siren: str, *, rubrique: str, source: str, texte: str, siret: str = "", regle: str = ""
) -> Signalement:
    """File a report and mail the producer's data officers, if any. ``regle``: code of the contradiction that it is
    about, kept when the producer of ``source`` may be told of it. Raises AccesRefuse (not one's company),
    ParametreInvalide (empty, too many pending), TexteRefuse (a NIR)."""
    if not peut_signaler(compte, siren):
        raise AccesRefuse(
            "Vous pouvez signaler une erreur sur la fiche d’une entreprise que vous dirigez, une fois votre demande "
            "validée dans « Mes entreprises »."
        )
    if rubrique not in RUBRIQUES or not texte.strip() or len(texte) > TEXTE_MAX:
        raise ParametreInvalide(f"Choisissez une rubrique et dites ce qui est faux, en {TEXTE_MAX} signes au plus.")
    verifier_textes([texte], confirme=True)
    connue = source_signalee(source)
    with ecriture():
        limites.exiger_place(
            "signalement",
            compte.identifiant,
            Signalement.objects.filter(auteur=compte.identifiant, etat__in=SIGNALEMENTS.ouverts),
            SIGNALEMENTS_MAX,
            f"{SIGNALEMENTS_MAX} de vos signalements attendent déjà une réponse.",
        )
        signalement = Signalement.objects.create(
            siren=siren,
            siret=siret if _du_meme(siren, siret) else "",
            rubrique=rubrique,
            source=connue.nom if connue else "",
            producteur=connue.producteur.code if connue else "",
            texte=texte.strip(),
            auteur=compte.identifiant,
            regle=regle if destinee(regle, source) else "",
        )
        noter(compte.identifiant, "signalement", f"signalement-{signalement.pk}")
        evenements.signaler("erreur_signalee", qui=compte.identifiant if compte.agent else "")
        page = reverse("portail:depot-signalement", args=[signalement.pk])
        for responsable in responsables(signalement.producteur):
            courriels.annoncer(responsable, f"Le signalement n° {signalement.pk} attend votre réponse", page)
    return signalement


def prendre_en_charge(signalement: Signalement, *, version: int, par: str) -> None:
    """Take a report in charge and mail its author. ``version``: the one read. Raises DejaFait."""
    with ecriture():
        changer(
            SIGNALEMENTS,
            signalement,
            GesteSignalement.PRENDRE,
            version,
            _QUOI,
            traite_par=par,
            pris_le=timezone.now(),
        )
        noter(par, "signalement_pris", f"signalement-{signalement.pk}")
        _prevenir(signalement, "est pris en charge")


def repondre(signalement: Signalement, issue: GesteSignalement, *, reponse: str, version: int, par: str) -> None:
    """Answer and close a report; a mail tells its author. ``version``: the one read. Raises DejaFait, ParametreInvalide
    (empty), TexteRefuse (a NIR)."""
    if not reponse.strip():
        raise ParametreInvalide(_SANS_REPONSE)
    verifier_textes([reponse], confirme=True)
    with ecriture():
        dits = {"traite_le": timezone.now(), "reponse": reponse.strip()}
        changer(SIGNALEMENTS, signalement, issue, version, _QUOI, traite_par=par, **dits)
        noter(par, "signalement_traite", f"signalement-{signalement.pk}", apres={"issue": str(issue)})
        _prevenir(signalement, "a reçu une réponse")


def _prevenir(signalement: Signalement, quoi: str) -> None:
    if auteur := compte_identifie(signalement.auteur):
        phrase = f"Votre signalement n° {signalement.pk} {quoi}"
        courriels.annoncer(auteur, phrase, reverse("portail:signalements"))


def _du_meme(siren: str, siret: str) -> bool:
    """Whether a SIRET is an establishment of the company."""
    return siret_valide(siret) and siret.startswith(siren) and siret in etablissements([siret])
