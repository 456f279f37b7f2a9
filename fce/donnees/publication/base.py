"""Public schema of the database: the views of the sources and the tables of the service.

Written from declarations and models, without querying the database; a test compares both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import Field, Model

from fce.donnees.imports.chargement.generations import colonnes_declarees
from fce.socle.base.conservation import modeles
from fce.sources import registre
from fce.sources.declaration import Source

# PostgreSQL's names of Django's short types.
_NOMS: Final = {
    "varchar": "character varying",
    "timestamp": "timestamp without time zone",
    "time": "time without time zone",
}
_SERVICE: Final = "Tenue par le service, lue par lui seul"
SENS: Final = {
    "Import": "Journal des imports : un essai par ligne, réussi ou non, avec ses comptes et ses motifs.",
    "Quarantaine": "Lignes écartées des derniers imports, avec leur motif.",
    "VersionEnPlace": "Version que montre chaque vue, et celle que rétablirait un retour en arrière.",
    "Bascule": "Compte des bascules : ce qu’une réplique doit avoir rejoué avant qu’on y lise.",
    "BasculeSuivie": "Bascules des sources ouvertes, et si leurs changements sont calculés.",
    "ChangementDEntreprise": "Champs ouverts d’une entreprise que chaque bascule a changés, sans valeur.",
    "Releve": "Dernière vérification des fichiers de chaque producteur par le travailleur.",
    "JetonDepot": "Jetons de dépôt des producteurs : leur empreinte, jamais le jeton.",
    "Depot": "Fichiers envoyés par les producteurs, leur état et leur rapport.",
    "EchecTravail": "Dernier échec de chaque travail de la file : la classe de l’erreur, sans son message.",
    "ReponseDirecte": "Réponses des sources interrogées en direct, gardées le temps permis.",
    "Compte": "Qui s’est connecté, tel que son fournisseur d’identité le désigne.",
    "Organisation": "Administrations ouvertes, par leur SIREN ou leur SIRET.",
    "Groupe": "Équipes d’une administration : ce qu’une habilitation désigne.",
    "Appartenance": "Qui est dans quel groupe, depuis quand et jusqu’à quand.",
    "Invitation": "Adresses attendues dans un groupe.",
    "Mandat": "Fonctions dans le service : équipe, approbation, dépôt, budget, contrôle du journal.",
    "Session": "Sessions ouvertes : l’empreinte de leur témoin, jamais le témoin.",
    "EvenementCompte": "Ce qui a été fait aux comptes, aux groupes et aux mandats. Ne change jamais.",
    "DemandeOuverture": "Demandes des administrations qui ne sont pas encore ouvertes.",
    "Rattachement": "Chefs d’entreprise rattachés à leur entreprise.",
    "Dossier": "Habilitations : ce qui est demandé, accordé, terminé.",
    "EvenementDossier": "Étapes de chaque habilitation. Ne changent jamais.",
    "Sollicitation": "Jeux de données que des membres ont demandés aux gestionnaires de leur groupe.",
    "JetonApi": "Jetons des programmes habilités et clés de l’API : leur empreinte, jamais le jeton.",
    "UsageDeJeton": "Demandes de chaque jeton et de chaque clé, par jour et par opération, sans ce qui a été lu.",
    "AssistantCoupe": "Assistants qu’un agent ne laisse plus lire pour lui.",
    "AccordDAssistant": "Accords donnés une fois à un assistant : leur finalité, leur dossier, l’empreinte de l’appel.",
    "Signalement": "Erreurs signalées sur les fiches, et ce que le producteur ou l’équipe en a répondu.",
    "TexteDePage": "Textes des pages, écrits par l’équipe du service.",
    "Bandeau": "Messages en tête des pages.",
    "FicheRecente": "Fiches ouvertes par chaque agent, et quand, pour lui seul : il en efface la liste.",
    "Interaction": "Contacts que les services ont notés : niveau 1 et contenu, qui ne se lisent pas par les mêmes.",
    "LieuInteraction": "Établissements dont parle chaque contact.",
    "VersionInteraction": "Ce que disait un contact avant chaque changement. Ne change jamais.",
    "VisiteAnnoncee": "Visites que les services annoncent.",
    "LieuVisite": "Établissements où va chaque visite annoncée.",
    "EvenementVisite": "Étapes de chaque visite annoncée. Ne changent jamais.",
    "ReponseCroisement": "Ce qu’un service a répondu quand sa visite en croisait une autre.",
    "FicheEnvoyee": "Fiches envoyées à un collègue : de qui, laquelle et pourquoi, pour lui seul.",
    "RendezVous": "Demi-journées proposées avant les visites communes, jusqu’à la version suivante.",
    "VisiteCommune": "Visites de plusieurs services, un seul jour : demi-journées proposées, celle qui est convenue.",
    "CourrielDeVisite": "Quand le service d’une visite a été prévenu, et s’il doit l’être encore.",
    "OperationConjointe": "Opérations que plusieurs services préparent ensemble, cachées des autres.",
    "Participation": "Services de chaque opération conjointe.",
    "Cible": "Établissements où va chaque opération conjointe, et leur préparation.",
    "ConstatOperation": "Ce que chaque service a constaté chez une cible, le sien sauf s’il le partage.",
    "NoteOperation": "Notes partagées entre les services d’une opération. Ne changent jamais.",
    "Demande": "Questions d’un service à d’autres sur une entreprise.",
    "Saisine": "Chaque demande dans chaque service interrogé : son état, sa date limite, ses rappels.",
    "MessageDemande": "Messages d’une demande, et notes internes de chaque service. Ne changent jamais.",
    "EvenementSaisine": "Étapes de chaque demande dans chaque service. Ne changent jamais.",
    "PieceJointe": "Pièces jointes : nom, type et empreinte ; les octets sont ailleurs.",
    "AdresseCalendrier": "Adresses d’agenda : leur empreinte, jamais l’adresse.",
    "EntreeAnnuaire": "Annuaire des services : genre, lieux, thèmes, qui peut leur écrire.",
    "Absence": "Jusqu’à quand un agent est absent, pour ses collègues.",
    "Suivi": "Entreprises, établissements et recherches que suit chaque agent, pour lui seul.",
    "UniteSuivie": "Numéros dont parle chaque suivi.",
    "AlerteSuivi": "Ce qui est arrivé là où un agent suit : quoi, où, l’ancienne et la nouvelle valeur.",
    "RythmeAlertes": "À quel rythme chaque agent reçoit un courriel de ses alertes.",
    "Convention": "Conventions de délégation de gestion : parties, imputation, montants, période.",
    "Avenant": "Avenants : montants et terme à partir d’un jour. Ne changent jamais.",
    "Marche": "Marchés sous lesquels des commandes sont passées. Ne changent jamais.",
    "Ecriture": "Livre de la convention : engagements, services faits, paiements, recettes. Ne change jamais.",
    "Formalite": "Ce que la convention demande de faire, et le jour où ce fut fait.",
    "Avancement": "Avancement des travaux, par nature.",
    "Prevision": "Engagements et paiements prévus, par mois et par nature.",
    "AvisAuFinanceur": "Avis au financeur : crédits insuffisants, ou non consommés.",
    "Comite": "Comités de la convention : calendrier, participants, décision.",
    "DecisionAttendue": "Questions posées aux comités, et leur réponse.",
    "EvenementDUsage": "Usage du service : ce qui est fait, quel jour, sous un pseudonyme. Treize mois.",
    "CleDePseudonyme": "Clés des pseudonymes de l’usage, effacées à leur fin.",
    "ChiffreMensuel": "Chiffres mensuels de l’usage, publiés sous le secret statistique.",
    "CompteDeContradictions": "Combien d’unités chaque règle entre registres relève en France, au dernier comptage.",
    "ContradictionRelevee": "Unités relevées par le dernier comptage, par leur numéro seul.",
    "ListeDeTravail": "Listes d’entreprises d’un agent, ou d’un service.",
    "LigneDeListe": "Entreprises et établissements de ces listes, et où chacun en est.",
    "AlarmePreparee": "Alarmes des fiches, réunies pour les pages des territoires.",
    "LieuFerme": "Établissements fermés depuis douze mois au plus, réunis pour les pages des territoires.",
    "LieuPrepare": "Établissements ouverts et leurs faits, réunis pour les pages des territoires.",
    "CaseDeGrille": "Chiffres d’un département par section, du mois, sous le secret statistique.",
    "Preparation": "Quand, et depuis quels imports, ces établissements ont été réunis.",
    "FichierDeListe": "Fichiers demandés d’une liste, et pourquoi ; leur contenu s’efface après un jour.",
    "FichierDeTerritoire": "Fichiers demandés d’un territoire, et pourquoi ; leur contenu s’efface après un jour.",
    "TableauRapproche": "Tableaux qu’un agent a donnés à rapprocher, effacés au bout de trente jours.",
    "LigneRapprochee": "Réponse à chaque ligne de ces tableaux : un numéro et une raison.",
    "FichierDeTableau": "Fichiers demandés d’un tableau, et pourquoi ; leur contenu s’efface après un jour.",
    "Raccordement": "Institutions qui se raccordent, ou le pourraient.",
    "EtapeRaccordement": "Où en est chaque institution, étape par étape.",
    "Nouveaute": "Ce qui a changé dans le service, tel que la page « Nouveautés » le dit.",
    "PointFeuilleDeRoute": "Ce que l’équipe fait, prévoit ou a renoncé à faire.",
    "VersionDeTexte": "Ce que chaque texte des pages a dit, à chaque fois qu’il a été écrit. Ne change jamais.",
    "DemandeAssistance": "Messages à l’équipe du service, et ses réponses.",
    "AbonnementNouvelles": "Comptes qui ont demandé le courriel des nouveautés.",
    "VolontaireRecherche": "Comptes qui acceptent d’être interrogés sur le service.",
    "RetourUtilisateur": "Avis des lecteurs, sans leur nom.",
}
TECHNIQUES: Final = (
    ("django_migrations", "Migrations du schéma déjà faites."),
    ("django_content_type", "Registre des modèles de Django."),
    ("dsfr_dsfrconfig", "Réglages du Système de design de l’État, inutilisés."),
    ("dsfr_dsfrsocialmedia", "Réglages du Système de design de l’État, inutilisés."),
    ("procrastinate_jobs", "File des travaux de « fce worker »."),
    ("procrastinate_events", "Ce qui est arrivé à chaque travail."),
    ("procrastinate_periodic_defers", "Travaux périodiques déjà demandés."),
    ("procrastinate_workers", "Travailleurs en vie."),
)
"""Tables of third-party software."""


@dataclass(frozen=True, slots=True)
class ColonnePubliee:
    """``reference``: table of the foreign key. ``acces``: access class, "" for a table of the service."""

    nom: str
    type: str
    sens: str
    cle: bool = False
    obligatoire: bool = False
    reference: str = ""
    acces: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A view of a source, or a table of the service. ``nom``: with its schema unless ``public``."""

    nom: str
    titre: str
    sens: str
    acces: str
    colonnes: tuple[ColonnePubliee, ...]
    source: str = ""
    unique: bool = True

    @property
    def ancre(self) -> str:
        return self.nom.replace(".", "-")


def vues() -> list[Table]:
    """The views, one per source, by name."""
    return [_vue(source) for source in registre.toutes()]


def _vue(source: Source) -> Table:
    par_colonne = {str(champ.column): (attribut, champ) for attribut, champ in source.champs.items()}
    colonnes = []
    for nom, type_ in colonnes_declarees(source):
        attribut, champ = par_colonne.get(nom, ("", None))
        acces = (champ.acces if champ else None) or source.acces
        colonnes.append(
            ColonnePubliee(
                nom,
                _type(type_),
                champ.libelle if champ else "Ligne du fichier qui a apporté le fait",
                cle=attribut in source.cle,
                acces=acces.classe,
            )
        )
    return Table(
        source.relation,
        source.titre,
        source.description,
        f"{source.acces.classe} – {source.acces.libelle}",
        tuple(colonnes),
        source=source.nom,
        unique=source.doublons.garder != "tous",
    )


def tables() -> list[Table]:
    """The tables of the service, by name."""
    tenus = [modele for modele in modeles() if modele._meta.managed]
    liaisons = [t for modele in tenus for champ in modele._meta.local_many_to_many if (t := champ.remote_field.through)]
    return sorted((_table(modele) for modele in (*tenus, *liaisons)), key=lambda t: t.nom)


def _table(modele: type[Model]) -> Table:
    colonnes = tuple(_colonne(champ) for champ in modele._meta.concrete_fields)
    return Table(modele._meta.db_table, str(modele._meta.verbose_name), _sens(modele), _SERVICE, colonnes)


def _sens(modele: type[Model]) -> str:
    if not modele._meta.auto_created:
        return SENS.get(modele.__name__, "")
    noms = [str(c.related_model._meta.verbose_name_plural) for c in modele._meta.concrete_fields if c.related_model]
    return f"Liens entre {' et '.join(noms)}."


def _vers(champ: Field) -> str:
    """The table that a foreign key refers to; "" when the database does not check it."""
    liee = champ.related_model
    return liee._meta.db_table if liee and getattr(champ, "db_constraint", False) else ""


def _colonne(champ: Field) -> ColonnePubliee:
    return ColonnePubliee(
        str(champ.column),
        _type(champ.db_type(connection) or ""),
        str(champ.help_text or champ.verbose_name),
        cle=champ.primary_key,
        obligatoire=not champ.null,
        reference=_vers(champ),
    )


def _type(type_: str) -> str:
    """As PostgreSQL writes it: ``numeric(38,2)``, ``character varying(100)``."""
    base, parenthese, reste = type_.partition("(")
    return (_NOMS.get(base, base) + parenthese + reste).replace(", ", ",")
