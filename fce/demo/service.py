"""Institutional content of the demonstration: connecting institutions, news, roadmap, messages, panel, uses of a
producer's data. Written once, through the rooms' services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db.models import F
from django.utils import timezone

from fce.demo import numeros, personnages as entreprises
from fce.demo.identite import personnages as qui
from fce.droits.comptes.models import Compte
from fce.droits.journal.services import Consultation, consigner
from fce.service.portail.contact import services as contact
from fce.service.portail.models import DemandeAssistance, Nouveaute, Raccordement
from fce.service.portail.nouvelles import services as nouvelles
from fce.service.portail.nouvelles.etats import EtatPoint
from fce.service.portail.rejoindre import services as rejoindre
from fce.service.portail.rejoindre.etapes import EtatEtape, GenreEtape
from fce.socle.base.ecriture import ecriture
from fce.socle.texte import paris
from fce.socle.web.routes import Surface

G, P = GenreEtape, EtatPoint


@dataclass(frozen=True, slots=True)
class RaccordementInvente:
    """A connecting institution. ``faites``: days ago of each completed step, in order, except publication, which is
    observed; ``en_cours``: comment of the current step, "" for none."""

    nom: str
    sigle: str
    producteur: str
    apport: str
    faites: tuple[int, ...] = ()
    en_cours: str = ""


RACCORDEMENTS: Final = (
    RaccordementInvente(
        "Direction générale des finances publiques", "DGFiP", "dgfip",
        "Chiffre d’affaires, attestation fiscale, liasses et liens capitalistiques, sous secret fiscal.",
        (210, 180, 150, 96, 60),
    ),
    RaccordementInvente(
        "Direction générale des douanes et droits indirects", "Douane", "dgddi",
        "Autorisations douanières et immatriculations EORI.", (120, 88, 45, 31, 24),
    ),
    RaccordementInvente(
        "Office national des essais", "ONE", "", "Un registre d’essais, à décrire.", (12,),
        "Les articles qui permettent l’échange sont cherchés.",
    ),
)  # fmt: skip

NOUVEAUTES: Final = (
    (62, "La note de préparation s’imprime en deux pages",
     "Avant une visite, la note réunit ce que vous pouvez lire de l’entreprise :\n\n- qui elle est, et où ;\n- ses "
     "effectifs et ses comptes ;\n- qui s’en est occupé.\n\nElle s’ouvre depuis la fiche : **Note de préparation**."),
    (25, "Une erreur signalée arrive à son producteur",
     "« Signaler une erreur », sous chaque bloc, envoie votre remarque au responsable des données. Vous lisez sa "
     "réponse dans *Mes signalements*."),
    (1, "Une barre, et un accueil qui dit quoi faire",
     "La barre mène à votre territoire, à vos listes, aux visites et aux demandes, avec ce qui vous y attend :\n\n- "
     "**Mon territoire** compte ce qui sort de l’ordinaire, et chaque nombre ouvre sa liste ;\n- **Mes listes** "
     "gardent des entreprises, et *Reconnaître un tableau* en fait une d’un fichier ;\n- un établissement se compare "
     "à ceux de son secteur, depuis sa fiche."),
    (4, "Essayer un fichier sans rien laisser",
     "Une institution qui veut nous rejoindre [essaie son fichier](/rejoindre/essai) : son rapport, la fiche qu’il "
     "donne, puis plus rien n’en reste."),
)  # fmt: skip
BROUILLON: Final = ("La carte des établissements", "À publier quand la carte sera ouverte.")


@dataclass(frozen=True, slots=True)
class PointDemo:
    """A roadmap entry. ``page``: URL of what it announces, which answers if and only if the entry is done; "" for
    none."""

    titre: str
    contenu: str
    etat: EtatPoint
    echeance: str = ""
    page: str = ""


FEUILLE_DE_ROUTE: Final = (
    PointDemo(
        "Carte des établissements",
        "Utile aux tournées ; la lecture au clavier est à l’essai.",
        P.EN_COURS,
        "ce trimestre",
        "/carte",
    ),
    PointDemo("Audit d’accessibilité", "Les 106 critères du référentiel, par un tiers.", P.PREVU, "trimestre prochain"),
    PointDemo("Dicter une note de visite", "Depuis un téléphone, sans réseau.", P.ENVISAGE, page="/dictee"),
    PointDemo("Poser une question à un autre service", "Et suivre la réponse, sur la fiche.", P.FAIT, page="/demandes"),
    PointDemo("Suivre une entreprise", "Être prévenu de ce qui change.", P.FAIT, page="/suivis"),
    PointDemo("Annoncer une visite", "Les services savent qui passe, sans lire le contenu.", P.FAIT, page="/visites"),
    PointDemo("Note ou score des entreprises", "Contraire à l’esprit du service : il montre des faits.", P.ABANDONNE),
)


@dataclass(frozen=True, slots=True)
class MessageInvente:
    """A message. ``auteur``: None for an anonymous reader."""

    auteur: qui.Personnage | None
    sujet: str
    texte: str
    il_y_a: int
    reponse: str = ""
    pris: bool = field(default=False)


MESSAGES: Final = (
    MessageInvente(
        qui.INSPECTRICE,
        "question",
        "La note peut-elle tenir sur une seule page ?",
        20,
        "Oui : décochez les parts que vous n’emportez pas, la mise en page s’ajuste.",
    ),
    MessageInvente(None, "accessibilite", "Le tableau des établissements se lit mal à la loupe.", 6, pris=True),
    MessageInvente(qui.DOUANIER, "rejoindre", "Nous aimerions essayer un fichier d’autorisations.", 2),
)


def ecrire_service(comptes: Mapping[str, Compte]) -> bool:
    """Write this content; return whether it was written. ``comptes``: by ``Personnage.cle``."""
    if Raccordement.objects.exists():
        return False
    par = comptes[qui.EQUIPE.cle].identifiant
    _raccordements(par)
    _nouvelles(par)
    _messages(comptes, par)
    nouvelles.modifier_abonnement(comptes[qui.INSPECTRICE.cle], True)
    nouvelles.ajouter_au_panel(comptes[qui.INSPECTRICE.cle], "inspectrice du travail")
    nouvelles.ajouter_au_panel(comptes[qui.CHARGE_DREETS.cle], "chargé de mission économique")
    _usages()
    return True


def _raccordements(par: str) -> None:
    aujourd_hui = paris.aujourd_hui()
    for dit in RACCORDEMENTS:
        suivi = rejoindre.ecrire_raccordement(
            None, par=par, nom=dit.nom, sigle=dit.sigle, producteur=dit.producteur, apport=dit.apport, publie=True
        )
        etapes = list(GenreEtape)
        for etape, il_y_a in zip(etapes, dit.faites, strict=False):
            le = aujourd_hui - timedelta(days=il_y_a)
            rejoindre.modifier_etape(suivi, etape, etat=EtatEtape.FAITE, le=le, precision="", par=par)
        if dit.en_cours:
            suivante = etapes[len(dit.faites)]
            rejoindre.modifier_etape(suivi, suivante, etat=EtatEtape.EN_COURS, le=None, precision=dit.en_cours, par=par)


def _nouvelles(par: str) -> None:
    for il_y_a, titre, contenu in NOUVEAUTES:
        ecrite = nouvelles.ecrire_nouveaute(None, titre=titre, contenu=contenu, par=par)
        nouvelles.publier_nouveaute(ecrite, annoncee=False, par=par)
        with ecriture():
            Nouveaute.objects.filter(pk=ecrite.pk).update(publiee_le=F("publiee_le") - timedelta(days=il_y_a))
    nouvelles.ecrire_nouveaute(None, titre=BROUILLON[0], contenu=BROUILLON[1], par=par)
    for rang, dit in enumerate(FEUILLE_DE_ROUTE, 1):
        nouvelles.ecrire_point(
            None, par=par, titre=dit.titre, contenu=dit.contenu, etat=dit.etat, echeance=dit.echeance, rang=10 * rang
        )


def _messages(comptes: Mapping[str, Compte], par: str) -> None:
    for dit in MESSAGES:
        auteur = comptes[dit.auteur.cle] if dit.auteur else None
        courriel = "" if auteur else "lectrice@personne.example"
        fait = contact.deposer_demande(auteur, sujet=dit.sujet, texte=dit.texte, courriel=courriel)
        if dit.reponse:
            contact.repondre_a_la_demande(fait, reponse=dit.reponse, version=fait.version, par=par)
        elif dit.pris:
            contact.prendre_demande(fait, version=fait.version, par=par)
        age = timedelta(days=dit.il_y_a)
        with ecriture():
            DemandeAssistance.objects.filter(pk=fait.pk).update(
                recue_le=F("recue_le") - age, prise_le=F("prise_le") - age / 2, close_le=F("close_le") - age / 2
            )


def _usages() -> None:
    """Journal readings of the producer's data by four administrations, in the last two ended months."""
    siren = qui.DGFIP.siret[:9]
    premier = timezone.localtime().replace(day=1, hour=10, minute=0, second=0, microsecond=0)
    for recul in (45, 15):
        for nic in range(1, 5):
            siret = siren + numeros.nic(siren, nic)
            for rang in range(4 + nic):
                consultation = Consultation(
                    agent=f"demonstration-{nic}-{rang}",
                    siret_administration=siret,
                    habilitations=("demonstration",),
                    finalite="controle-fiscal",
                    sources=("dgfip-chiffre-affaires",),
                    numero=entreprises.GROUPE.siren,
                    surface=Surface.FICHE,
                    action="consulter",
                    lignes={"dgfip-chiffre-affaires": 3},
                    classe="C3",
                )
                consigner([consultation], premier - timedelta(days=recul))
