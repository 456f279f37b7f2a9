"""Error reports of the demonstration: one in each state for the playable data officer, and one for the team. Written
once, through the services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import F

from fce.demo import personnages as p
from fce.demo.identite import personnages as qui
from fce.droits.comptes.models import Compte
from fce.service.portail.models import Signalement
from fce.service.portail.signalements import services
from fce.service.portail.signalements.etats import GesteSignalement
from fce.socle.base.ecriture import ecriture
from fce.sources import registre

_CHIFFRE_AFFAIRES: Final = "dgfip-chiffre-affaires"
G = GesteSignalement


@dataclass(frozen=True, slots=True)
class SignalementInvente:
    """A report. ``il_y_a``: days ago; ``geste``: last action on it, or None; ``reponse``: final answer."""

    auteur: qui.Personnage
    siren: str
    source: str
    il_y_a: int
    texte: str
    geste: GesteSignalement | None = None
    reponse: str = ""


SIGNALEMENTS: Final = (
    SignalementInvente(
        qui.CHARGE_DREETS, p.GROUPE.siren, _CHIFFRE_AFFAIRES, 24,
        "Le dernier exercice manque, alors que les comptes ont été déposés au greffe.",
    ),
    SignalementInvente(
        qui.AGENTE_DGFIP, p.HOMONYME.siren, _CHIFFRE_AFFAIRES, 2,
        "Deux exercices portent la même date de clôture : l’un des deux est celui de l’année d’avant.",
    ),
    SignalementInvente(
        qui.CHARGE_DREETS, p.BOULANGERIE.siren, _CHIFFRE_AFFAIRES, 9,
        "Les montants semblent être en milliers d’euros, et non en euros.", G.PRENDRE,
    ),
    SignalementInvente(
        qui.INSPECTRICE, p.RESEAU.siren, _CHIFFRE_AFFAIRES, 40,
        "L’exercice de dix-huit mois est montré comme un exercice d’un an.", G.CORRIGER,
        "La durée de l’exercice est rectifiée dans le dernier fichier déposé.",
    ),
    SignalementInvente(
        qui.INSPECTRICE, p.INTERIM.siren, _CHIFFRE_AFFAIRES, 33,
        "Le chiffre d’affaires est très inférieur à celui qu’annonce l’entreprise sur son site.", G.CLASSER,
        "La donnée est celle de la déclaration : le site donne le chiffre du groupe entier.",
    ),
    SignalementInvente(
        qui.CHARGE_DREETS, p.CONSERVEE.siren, _CHIFFRE_AFFAIRES, 28,
        "L’activité de l’entreprise n’est plus celle qui est montrée.", G.REORIENTER,
        "L’activité vient de l’Insee : l’entreprise la modifie au guichet des formalités des entreprises.",
    ),
    SignalementInvente(
        qui.INSPECTRICE, p.SIEGE_FERME.siren, "sirene-etablissements", 3,
        "Le siège montré comme fermé reçoit encore du public : des salariés y travaillent.",
    ),
)  # fmt: skip


def ecrire_signalements(comptes: Mapping[str, Compte]) -> bool:
    """Write the reports; return whether they were written. ``comptes``: by ``Personnage.cle``."""
    if Signalement.objects.filter(texte=SIGNALEMENTS[0].texte).exists():
        return False
    responsable = comptes[qui.PRODUCTEUR.cle].identifiant
    with ecriture():
        for dit in SIGNALEMENTS:
            source = registre.source(dit.source)
            fait = services.signaler(
                comptes[dit.auteur.cle], dit.siren, rubrique=source.rubrique, source=source.nom, texte=dit.texte
            )
            if dit.geste is G.PRENDRE:
                services.prendre_en_charge(fait, version=fait.version, par=responsable)
            elif dit.geste:
                services.repondre(fait, dit.geste, reponse=dit.reponse, version=fait.version, par=responsable)
            # Move back in time: answered a few days after filing.
            age = timedelta(days=dit.il_y_a)
            Signalement.objects.filter(pk=fait.pk).update(
                recu_le=F("recu_le") - age, pris_le=F("pris_le") - age / 2, traite_le=F("traite_le") - age / 2
            )
    return True
