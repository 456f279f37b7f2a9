"""The hand-made companies, named in the README, the tests and the visit.

Each has a fixed SIREN and shows one feature; their descriptions hold no date. ``fce.demo.scenes`` builds them.
"""

from dataclasses import dataclass

from fce.demo import numeros


@dataclass(frozen=True, slots=True)
class Personnage:
    """A hand-made company: SIREN, name to search, feature shown."""

    siren: str
    nom: str
    montre: str


def _personnage(racine: int, nom: str, montre: str) -> Personnage:
    return Personnage(numeros.siren(racine), nom, montre)


GROUPE = _personnage(
    100,
    "ACIÉRIES ET FORGES DE VALSDORAC",
    "Grande entreprise : 143 établissements, changements de nom et de siège depuis plus de soixante-dix ans",
)
RESEAU = _personnage(
    101, "COMPTOIRS TREGLOMARD", "Réseau de magasins : près de 1 200 établissements, à paginer et à filtrer"
)
INTERIM = _personnage(102, "QUISTROUBERT INTERIM", "Plus de 200 agences dans toute la France")
BOULANGERIE = _personnage(
    103, "BOULANGERIE PATISSERIE QUESTROUVEL", "Enseigne « AUX DÉLICES DE QUESTROUVEL » ; un nom que l'on écrit mal"
)
ASSOCIATION = _personnage(
    104,
    "LES AMIS DU VIEUX MOULIN DE BELVRENEL",
    "Association avec numéro RNA et sigle AVMB, économie sociale et solidaire",
)
INDEPENDANT_MASQUE = _personnage(
    105, "(non diffusible)", "Entrepreneur individuel en diffusion partielle : nom et adresse masqués"
)
SOCIETE_MASQUEE = _personnage(
    106, "DRESQUETEC ORFEVRERIE", "Personne morale en diffusion partielle : nom visible, adresse et sigle masqués"
)
CEDEE = _personnage(107, "TISSAGES HAUSDONEL", "Société cessée il y a plus de trois ans, dont l'activité a été reprise")
REPRENEUR = _personnage(108, "NOUVEAUX TISSAGES HAUSDONEL", "Société créée le jour même pour reprendre la précédente")
CONSERVEE = _personnage(109, "JARDRABERT NEGOCE", "Société qui a porté deux anciens SIREN (doublons en chaîne)")
ANCIEN_SIREN_1 = _personnage(
    110, "JARDRABERT NEGOCE", "Premier ancien SIREN : renvoie au second, donc à la société conservée"
)
ANCIEN_SIREN_2 = _personnage(111, "JARDRABERT NEGOCE", "Second ancien SIREN : renvoie à la société conservée")
ANCIEN_SIREN_GROUPE = _personnage(112, "ACIÉRIES ET FORGES DE VALSDORAC", "Ancien SIREN du groupe industriel")
SIGLE = _personnage(113, "BUREAU D'ETUDES ZELVRERAC INGENIERIE", "Connue par son sigle pointé B.E.Z.I.")
ARTISTE = _personnage(
    114, "SOPHIE DALBUREAU", "Entrepreneuse individuelle : nom d'usage, pseudonyme, nom commercial et enseigne"
)
ETRANGERE = _personnage(115, "ZELZAUBERT MASCHINENBAU GMBH", "Siège en Allemagne, un établissement à Strasbourg")
HOMONYME = _personnage(116, "VAUGLOLAC", "3 000 salariés, parmi douze petites homonymes : elle doit venir d'abord")
BALISES = _personnage(130, '<B>TARBRIDEL</B> & "FILS", L\'ATELIER', "Nom et enseigne qui ressemblent à du HTML")
FORMULES = _personnage(
    131, "+33 LORSQUETIER", "Nom, enseignes et nom commercial qui ressemblent à des formules de tableur"
)
NOM_LONG = _personnage(132, "SYNDICAT MIXTE D'ETUDES ET DE TRAITEMENT", "Dénomination de près de 120 caractères")
ACCENTS = _personnage(
    133, "L'ŒUVRE DES CŒURS D'ÉTÉ, ÇA ET LÀ À PLOGNONEL", "Accents, ligatures, apostrophes et virgule"
)
INDEPENDANT_MAL_MASQUE = _personnage(
    134, "(non diffusible)", "Personne physique masquée dont un établissement est dit diffusible : tout reste masqué"
)
SIEGE_MASQUE = _personnage(
    135, "MARSQUERON EDITIONS", "Société diffusible dont le siège seul est en diffusion partielle"
)
MISSION = _personnage(
    136, "GALDROTEC ENERGIES CITOYENNES", "Société à mission depuis plus de cinq ans, économie sociale et solidaire"
)
REOUVERTE = _personnage(137, "LE FOURNEAU DE CLAZAUNEL", "Cessée, puis rouverte un an et demi plus tard")
COMMUNE = _personnage(138, "COMMUNE DE SAINT-GALVRERON", "Commune (inventée) : mairie, écoles, régies")
MUTUELLE = _personnage(139, "MUTUELLE NORDRIMARD", "Adresse en CEDEX avec boîte postale")
PURGEE = _personnage(
    140, "MANUFACTURE LUSSDOBERT", "Unité purgée : cessée depuis longtemps, codes NAP, dates inconnues"
)
OUTRE_MER = _personnage(141, "PERDROLIN ENTREPOTS REUNION", "Établissements à La Réunion et à Mayotte")
CORSE = _personnage(142, "CORBRIGNAN PLAISANCE", "Siège à Ajaccio (2A), établissement à Bastia (2B)")
COPROPRIETE = _personnage(143, "SDC RESIDENCE FERGLOMONT", "Syndicat de copropriétaires")
HOPITAL = _personnage(144, "CENTRE HOSPITALIER ROSVLANEL", "Établissement public de santé, plus de 4 000 agents")
INDIVISION = _personnage(
    145, "(non diffusible)", "Indivision (sans personnalité morale) en diffusion partielle : masquée"
)
SIEGE_FERME = _personnage(146, "KARBUMARD TRANSPORTS", "Société active dont le siège est fermé")
COMMUNE_FUSIONNEE = _personnage(147, "MENUISERIE GRIFRORAC", "Siège codé dans une ancienne commune (Annecy-le-Vieux)")
TOUS = tuple(valeur for valeur in list(globals().values()) if isinstance(valeur, Personnage))
HOMONYMES_PETITS = tuple(numeros.siren(racine) for racine in range(117, 129))
"""Twelve small companies that bear the name of ``HOMONYME``."""
HOLDING = Personnage(
    HOMONYMES_PETITS[10], "VAUGLOLAC", "Holding : sans salarié, elle préside sa filiale de 3 000 personnes et publie"
)
"""One of the twelve, holding of ``HOMONYME``."""
CANTINE = Personnage(HOMONYMES_PETITS[1], "VAUGLOLAC", "Restaurant à l'adresse de l'usine de 3 000 personnes")
"""One of the twelve, at the address of ``HOMONYME``."""
NEE_APRES = _personnage(149, "LORSDOLAC NUMERIQUE", "Créée après le fichier mensuel : connue par le flux quotidien")
"""Absent from the stock, added by the daily changes."""

A_ESSAYER = (
    (GROUPE, "toutes les rubriques remplies, un PSE en cours, 143 établissements"),
    (SIGLE, "PSE d'il y a un peu plus d'un an : activité partielle avant, effectifs en baisse après"),
    (SIEGE_FERME, "redressement judiciaire ouvert, licenciements, siège fermé"),
    (CEDEE, "liquidation judiciaire, puis cessation et reprise par une autre"),
    (INDEPENDANT_MASQUE, "personne en diffusion partielle : ni nom ni adresse"),
    (ASSOCIATION, "association : RNA, insertion, économie sociale et solidaire"),
    (COMMUNE, "commune : élus, population, écoles"),
    (HOPITAL, "hôpital public : acheteur de marchés, FINESS, formation"),
    (RESEAU, "près de 1 200 établissements à filtrer"),
    (HOLDING, "holding : préside sa filiale, comptes consolidés"),
)
"""Main companies to visit: printed by ``fce demo``, listed in the documentation."""
