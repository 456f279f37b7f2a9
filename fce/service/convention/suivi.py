"""Writes beside the ledger: formalities, progress, committees, decisions, notices to the funder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.urls import reverse

from fce.droits.comptes import courriels
from fce.droits.comptes.evenements import SYSTEME, noter
from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import Compte
from fce.service.convention.erreurs import ConventionClose, EcritureRefusee
from fce.service.convention.models import Avancement, AvisAuFinanceur, Comite, Convention, DecisionAttendue, Formalite
from fce.service.convention.previsions import avis_a_donner, semestre_du
from fce.service.convention.selectors import situation
from fce.service.convention.services import verrouiller
from fce.service.convention.vocabulaire import COPIES_D_AVENANT
from fce.socle.base.ecriture import ecriture
from fce.socle.base.lignes import trouver_ligne
from fce.socle.erreurs import Introuvable
from fce.socle.texte import paris

AVIS_INCONNU: Final = "Cet avis n’existe pas."
PHRASE_D_AVIS: Final = "Un avis au financeur de la convention est prêt à être envoyé"


def noter_formalite(numero: int, valeurs: Mapping[str, Any], par: str) -> Formalite:
    """Record a formality. A copy of an avenant names the avenant and is recorded once. Raises Introuvable,
    EcritureRefusee, ConventionClose."""
    avenant, nature = valeurs.get("avenant"), valeurs["nature"]
    _exiger_passe(valeurs["jour"])
    if (nature in COPIES_D_AVENANT) is not (avenant is not None):
        raise EcritureRefusee("Une copie d’avenant dit de quel avenant ; les autres formalités n’en disent aucun.")
    with ecriture():
        convention = verrouiller(numero)
        if avenant is not None and avenant.convention_id != convention.pk:
            raise EcritureRefusee("Choisissez un avenant de cette convention.")
        if avenant is not None and avenant.copies.filter(nature=nature).exists():
            raise ConventionClose("Cette copie est déjà notée.")
        notee = Formalite.objects.create(convention=convention, par=par, **valeurs)
        noter(par, "convention_formalite", f"convention-{numero}", apres={"nature": nature})
    return notee


def noter_avancement(numero: int, valeurs: Mapping[str, Any], par: str) -> Avancement:
    """Record the progress of one kind on a day. Raises Introuvable, EcritureRefusee."""
    _exiger_passe(valeurs["jour"])
    with ecriture():
        convention = verrouiller(numero)
        note = Avancement.objects.create(convention=convention, par=par, **valeurs)
        noter(par, "convention_avancement", f"convention-{numero}", apres={"nature": valeurs["nature"]})
    return note


def ajouter_comite(numero: int, prevu_le: date, par: str) -> Comite:
    """Add a committee. Raises Introuvable, ConventionClose."""
    with ecriture():
        convention = verrouiller(numero)
        ajoute, nouveau = Comite.objects.get_or_create(convention=convention, prevu_le=prevu_le)
        if not nouveau:
            raise ConventionClose("Un comité est déjà prévu ce jour-là.")
        noter(par, "convention_comite_prevu", f"convention-{numero}", apres={"comite": ajoute.pk})
    return ajoute


def noter_comite(numero: int, comite: int, valeurs: Mapping[str, Any], par: str) -> None:
    """Record a committee's minutes, once. Raises Introuvable, EcritureRefusee, ConventionClose."""
    _exiger_passe(valeurs["tenu_le"])
    with ecriture():
        verrouiller(numero)
        trouves = Comite.objects.filter(convention=numero, pk=comite)
        if not trouves.exists():
            raise Introuvable("Ce comité n’existe pas.")
        if not trouves.filter(tenu_le=None).update(**valeurs):
            raise ConventionClose("Le compte rendu de ce comité est déjà inscrit.")
        noter(par, "convention_comite_tenu", f"convention-{numero}", apres={"comite": comite})


def ajouter_decision(numero: int, question: str, par: str) -> DecisionAttendue:
    """Add a question for the next committee. Raises Introuvable."""
    with ecriture():
        convention = verrouiller(numero)
        posee = DecisionAttendue.objects.create(
            convention=convention, question=question.strip(), ouverte_le=paris.aujourd_hui()
        )
        noter(par, "convention_decision_attendue", f"convention-{numero}", apres={"decision": posee.pk})
    return posee


def noter_decision(numero: int, decision: int, reponse: str, prise_le: date, par: str) -> None:
    """Record the answer to a question, once. Raises Introuvable, EcritureRefusee, ConventionClose."""
    _exiger_passe(prise_le)
    with ecriture():
        verrouiller(numero)
        trouvees = DecisionAttendue.objects.filter(convention=numero, pk=decision)
        if not trouvees.exists():
            raise Introuvable("Cette décision n’est pas attendue.")
        if not trouvees.filter(prise_le=None).update(reponse=reponse.strip(), prise_le=prise_le):
            raise ConventionClose("Cette décision est déjà prise.")
        noter(par, "convention_decision", f"convention-{numero}", apres={"decision": decision})


def preparer_avis(jour: date) -> list[AvisAuFinanceur]:
    """Prepare the notices due on a day, once per agreement, reason and half-year; mail the account keepers; return the
    new notices."""
    return [avis for convention in Convention.objects.order_by("pk") if (avis := _preparer(convention, jour))]


def _preparer(convention: Convention, jour: date) -> AvisAuFinanceur | None:
    with ecriture():
        convention = verrouiller(convention.pk)
        etat = situation(convention, jour)
        if not etat.cadre.debut <= jour <= etat.cadre.fin:
            return None
        genre = avis_a_donner(etat.cadre, etat.projections, jour, convention.preavis_mois)
        if genre is None:
            return None
        ae, cp = etat.projections.ae, etat.projections.cp
        avis, nouveau = AvisAuFinanceur.objects.get_or_create(
            convention=convention,
            genre=genre,
            semestre=semestre_du(jour),
            defaults={
                "prepare_le": jour,
                "ae_accorde": ae.accorde,
                "ae_consomme": ae.consomme,
                "ae_prevu": ae.prevu,
                "cp_accorde": cp.accorde,
                "cp_consomme": cp.consomme,
                "cp_prevu": cp.prevu,
            },
        )
        if not nouveau:
            return None
        noter(SYSTEME, "convention_avis_prepare", f"convention-{convention.pk}", apres={"avis": avis.pk})
        page = reverse("convention:avis", args=[convention.pk, avis.pk])
        for compte in Compte.objects.filter(mandats__role=Mandats.BUDGET, mandats__fin=None).distinct():
            courriels.annoncer(compte, PHRASE_D_AVIS, page)
    return avis


def noter_envoi(numero: int, avis: int, envoye_le: date, par: str) -> None:
    """Record when a notice was sent, once. Raises Introuvable, EcritureRefusee, ConventionClose."""
    _exiger_passe(envoye_le)
    with ecriture():
        trouve = trouver_ligne(verrouiller(numero).avis, avis, AVIS_INCONNU)
        if envoye_le < trouve.prepare_le:
            raise EcritureRefusee("Un avis ne part pas avant d’être établi.")
        if not AvisAuFinanceur.objects.filter(pk=avis, envoye_le=None).update(envoye_le=envoye_le, envoye_par=par):
            raise ConventionClose("L’envoi de cet avis est déjà noté.")
        noter(par, "convention_avis_envoye", f"convention-{numero}", apres={"avis": avis})


def _exiger_passe(jour: date) -> None:
    if jour > paris.aujourd_hui():
        raise EcritureRefusee("Ce qui est fait ne se date pas d’un jour à venir.")
