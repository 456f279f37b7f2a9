"""Questions between the six services: one in each state, late ones, a note, a transfer.

Written through the room's services, then moved back in time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import structlog
from django.db.models import F

from fce.demo.echanges.conte import Conteur, conteurs_du_recit
from fce.demo.echanges.endroits import lieux_du_recit
from fce.demo.echanges.recit import Endroit
from fce.demo.ouverture import CCRF_59, DOUANIER, FISCAL, INSPECTION_59, INSPECTION_62, POLE_3E, Ouverture
from fce.droits.comptes.models import Compte
from fce.echanges.demandes import delais, services
from fce.echanges.demandes.genre import EtatSaisine, GesteSaisine
from fce.echanges.demandes.saisies import SaisieDemande
from fce.echanges.models import Demande, EvenementSaisine, MessageDemande, Saisine
from fce.echanges.vocabulaire import MotifSaisine, Theme
from fce.socle.base.ecriture import ecriture
from fce.socle.texte import paris
from fce.socle.texte.jours_ouvres import ajouter

log = structlog.get_logger(__name__)
G, T, M = GesteSaisine, Theme, MotifSaisine
OUI, NON = "oui", "non"


@dataclass(frozen=True, slots=True)
class Pas:
    """An action by the service ``de``: text, reason, or receiving service."""

    de: Ouverture
    geste: GesteSaisine
    dit: str = ""
    vers: Ouverture | None = None


@dataclass(frozen=True, slots=True)
class QuestionPosee:
    """A question sent ``il_y_a`` days ago, and the actions since. ``dans``: days until its deadline."""

    service: Ouverture
    vers: tuple[Ouverture, ...]
    ou: Endroit
    theme: Theme
    objet: str
    question: str
    suite: tuple[Pas, ...] = ()
    il_y_a: int = 0
    dans: int | None = None
    precisions: Mapping[Ouverture, Mapping[str, str]] = field(default_factory=dict)


_FISCALES: Final = {FISCAL: {"Période": "2024 et 2025", "Impôt concerné": "TVA"}}
QUESTIONS: Final = (
    QuestionPosee(
        INSPECTION_59, (FISCAL,), Endroit.GROUPE_59, T.TRAVAIL_ILLEGAL, "Chiffre d’affaires déclaré et effectif",
        "L’effectif vu sur place dépasse ce que le chiffre d’affaires laisse attendre. Les déclarations de TVA "
        "montrent-elles une rupture sur la période ?",
        precisions=_FISCALES,
    ),
    QuestionPosee(
        INSPECTION_59, (FISCAL,), Endroit.RESEAU_59, T.FISCALITE, "Ouverture d’un second magasin",
        "Une seconde adresse est-elle connue de vos services pour ce réseau ?", il_y_a=12, precisions=_FISCALES,
    ),
    QuestionPosee(
        INSPECTION_59, (DOUANIER, CCRF_59), Endroit.INTERIM_59, T.EMPLOI, "Missions chez un importateur",
        "Les salariés mis à disposition d’un importateur manipulent-ils des produits que vous suivez ?",
        (Pas(DOUANIER, G.PRENDRE),), il_y_a=4,
    ),
    QuestionPosee(
        POLE_3E, (INSPECTION_59, INSPECTION_62), Endroit.GROUPE_SIEGE, T.EMPLOI, "Climat social des sites du groupe",
        "Avant le point de suivi du plan de sauvegarde : des tensions sont-elles remontées sur les sites du Nord et du "
        "Pas-de-Calais ?",
        (
            Pas(INSPECTION_59, G.PRENDRE),
            Pas(INSPECTION_59, G.REPONDRE, "Rien à signaler dans le Nord ; les élus demandent un calendrier écrit."),
            Pas(INSPECTION_59, G.JUGER, OUI),
            Pas(INSPECTION_62, G.PRENDRE),
        ), il_y_a=7,
    ),
    QuestionPosee(
        CCRF_59, (DOUANIER,), Endroit.RESEAU_59, T.CONSOMMATION, "Origine des jouets en promotion",
        "Les jouets de la promotion de fin d’année viennent-ils d’un lot déjà contrôlé à l’importation ?",
        (
            Pas(DOUANIER, G.PRENDRE),
            Pas(DOUANIER, G.REPONDRE, "Oui : lot contrôlé au port, marquage conforme."),
            Pas(DOUANIER, G.JUGER, OUI),
            Pas(DOUANIER, G.CLORE, M.REPONDU),
        ), il_y_a=21,
    ),
    QuestionPosee(
        DOUANIER, (FISCAL,), Endroit.CEDEE, T.DOUANE, "Stocks restés sur place",
        "La cession a-t-elle été déclarée avec les stocks, ou sans ?",
        (
            Pas(FISCAL, G.PRENDRE),
            Pas(FISCAL, G.NOTER, "Acte de cession demandé au greffe ; relancer si rien ne vient."),
            Pas(FISCAL, G.ECRIRE, "Nous attendons une pièce du greffe."),
        ), il_y_a=40, precisions={FISCAL: {"Période": "2025", "Impôt concerné": "Droits d’enregistrement"}},
    ),
    QuestionPosee(
        FISCAL, (INSPECTION_62,), Endroit.REPRENEUR, T.EMPLOI, "Reprise des contrats de travail",
        "Les contrats de travail ont-ils tous été repris, et à quelle date ?",
        (Pas(INSPECTION_62, G.TRANSFERER, "Le suivi de cette reprise est chez vous.", POLE_3E),), il_y_a=2,
    ),
    QuestionPosee(
        INSPECTION_62, (CCRF_59,), Endroit.GROUPE_62, T.SANTE_SECURITE, "Poussières de farine",
        "Un risque d’explosion a-t-il été relevé lors de vos prélèvements ?",
        (Pas(CCRF_59, G.DECLINER, M.PAS_POUR_NOUS),), il_y_a=6,
    ),
    QuestionPosee(
        INSPECTION_62, (POLE_3E,), Endroit.RESEAU_62, T.ECONOMIE, "Aides à l’embauche",
        "Le magasin a-t-il reçu des aides à l’embauche l’an dernier ?",
        (Pas(POLE_3E, G.DECLINER, M.PROCEDURE), Pas(POLE_3E, G.CLORE, M.PLUS_BESOIN)), il_y_a=30,
    ),
    QuestionPosee(
        POLE_3E, (FISCAL,), Endroit.USINE, T.FISCALITE, "Exonération demandée pour l’usine",
        "Une demande d’exonération est-elle en cours pour ce site ? Nous préparons un entretien avec la direction.",
        (Pas(FISCAL, G.PRENDRE),), il_y_a=1, dans=6,
        precisions={FISCAL: {"Période": "2026", "Impôt concerné": "Cotisation foncière"}},
    ),
    QuestionPosee(
        DOUANIER, (INSPECTION_59,), Endroit.GROUPE_59, T.TRAVAIL, "Horaires du quai de livraison",
        "Le quai est-il ouvert la nuit ? Nous voulons y être à l’arrivée d’un camion.",
        (
            Pas(INSPECTION_59, G.REPONDRE, "Oui, de 4 h à 20 h d’après les plannings."),
            Pas(INSPECTION_59, G.ROUVRIR, "Et le samedi ?"),
        ), il_y_a=3,
    ),
    QuestionPosee(
        FISCAL, (DOUANIER,), Endroit.CANTINE, T.DOUANE, "Achats d’alcool du restaurant",
        "Les volumes d’alcool achetés sont-ils cohérents avec les titres de circulation ?",
        (
            Pas(DOUANIER, G.PRENDRE),
            Pas(DOUANIER, G.ECRIRE, "Pour quel trimestre ?"),
            Pas(DOUANIER, G.REPONDRE, "Rien d’anormal sur les deux derniers trimestres."),
            Pas(DOUANIER, G.JUGER, NON),
        ), il_y_a=9,
    ),
)  # fmt: skip


def ecrire_questions(comptes: Mapping[str, Compte], *, refaire: bool) -> bool:
    """Write the questions, dated from today; return whether they were written. ``comptes``: by ``Personnage.cle``;
    ``refaire``: erase and rewrite those of another day. Raises SourceIndisponible."""
    deja = Demande.objects.filter(objet__in=[dite.objet for dite in QUESTIONS])
    if deja.exists() and not refaire:
        return False
    conteurs = conteurs_du_recit(comptes)
    if not conteurs:
        log.info("questions_non_ecrites")
        return False
    lieux, _ = lieux_du_recit()
    with ecriture():
        deja.delete()
        for dite in QUESTIONS:
            _ecrire(dite, conteurs, lieux[dite.ou])
    return True


def _ecrire(dite: QuestionPosee, conteurs: Mapping[Ouverture, Conteur], siret: str) -> None:
    auteur = conteurs[dite.service]
    saisie = SaisieDemande(
        siret[:9],
        dite.objet,
        dite.question,
        tuple(conteurs[service].service for service in dite.vers),
        siret,
        (dite.theme,),
        auteur.lecteur.aujourd_hui + timedelta(days=dite.dans) if dite.dans else None,
        {(conteurs[s].service, champ): v for s, dits in dite.precisions.items() for champ, v in dits.items()},
    )
    demande = services.envoyer_demande(auteur.lecteur, auteur.service, saisie, confirme=True)
    for pas in dite.suite:
        _faire(pas, demande, auteur, conteurs)
    if dite.il_y_a:
        _reculer(demande, timedelta(days=dite.il_y_a))


def _faire(pas: Pas, demande: Demande, auteur: Conteur, conteurs: Mapping[Ouverture, Conteur]) -> None:
    fil = Saisine.objects.get(demande=demande, service=conteurs[pas.de].service)
    siens = (conteurs[pas.de].lecteur, demande.pk, fil.pk)
    demandeur = (auteur.lecteur, demande.pk, fil.pk)
    match pas.geste:
        case G.PRENDRE:
            services.prendre(*siens, fil.version)
        case G.DECLINER:
            services.decliner(*siens, fil.version, pas.dit)
        case G.TRANSFERER if pas.vers is not None:
            services.transferer(*siens, fil.version, conteurs[pas.vers].service, pas.dit)
        case G.CLORE:
            services.clore(*demandeur, fil.version, pas.dit)
        case G.JUGER:
            services.juger(*demandeur, fil.version, pas.dit == OUI)
        case G.ROUVRIR:
            services.ecrire(*demandeur, pas.geste, pas.dit, version=fil.version)
        case _:
            services.ecrire(*siens, pas.geste, pas.dit, version=fil.version)


def _reculer(demande: Demande, recul: timedelta) -> None:
    """Move a question back in time, with its deadlines and reminders."""
    jour = paris.aujourd_hui()
    fils = Saisine.objects.filter(demande=demande)
    Demande.objects.filter(pk=demande.pk, close_le__isnull=False).update(close_le=F("close_le") - recul / 2)
    Demande.objects.filter(pk=demande.pk).update(cree_le=F("cree_le") - recul)
    MessageDemande.objects.filter(saisine__in=fils).update(quand=F("quand") - recul / 2)
    EvenementSaisine.objects.filter(saisine__in=fils).update(quand=F("quand") - recul / 2)
    for champ in ("prise_le", "repondue_le", "close_le"):
        fils.filter(**{f"{champ}__isnull": False}).update(**{champ: F(champ) - recul / 2})
    for fil in fils:
        fil.envoyee_le -= recul
        if fil.limite is not None:
            departement = services.departement_du_service(fil.service_id)
            debut = jour - (recul if fil.etat == EtatSaisine.ENVOYEE else recul * 0.8)
            fil.limite = (
                delais.limite_pour_prendre(debut, departement)
                if fil.etat == EtatSaisine.ENVOYEE
                else delais.limite_pour_repondre(debut, departement, demande.echeance)
            )
            fil.rappels = int(fil.limite < jour)
            fil.rappel_le = ajouter(jour, 3, departement) if fil.rappels else fil.limite
        fil.save()
