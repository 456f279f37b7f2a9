"""Public list of training organisations, one row per declaration of activity (DGEFP). A company may declare several
establishments."""

from fce.sources.catalogue import nomenclatures
from fce.sources.catalogue.dgefp import DGEFP
from fce.sources.catalogue.dgefp.organismes_formation import regles
from fce.sources.catalogue.outils import LICENCE_OUVERTE
from fce.sources.champs import ADRESSE, DIFFUSIBLE, NOM, REGISTRE, Booleen, Code, Entier, Jour, Siren, Siret, Texte
from fce.sources.declaration import Csv, Fait, Frequence, Public, Source
from fce.sources.presentation import Denombrement, Filtre, Tableau, Tuile

ADR, CERT, ETR, INF = (
    "adressePhysiqueOrganismeFormation.",
    "certifications.",
    "organismeEtrangerRepresente.",
    "informationsDeclarees.",
)
SPE = f"{INF}specialitesDeFormation."
DATES = ("%d/%m/%Y", "%Y-%m-%d")


class OrganismeFormation(Fait):
    numero = Code("N° de déclaration d'activité", "numeroDeclarationActivite", masque=REGISTRE, obligatoire=True)
    numeros_precedents = Texte("N° précédents", "numerosDeclarationActivitePrecedent", masque=REGISTRE)
    denomination = Texte("Dénomination", "denomination", masque=NOM)
    siren = Siren("SIREN", "siren", obligatoire=True)
    siret = Siret("SIRET", "siretEtablissementDeclarant")
    voie = Texte("Voie", f"{ADR}voie", masque=ADRESSE)
    code_postal = Code("Code postal", f"{ADR}codePostal", masque=ADRESSE)
    ville = Texte("Ville", f"{ADR}ville", masque=ADRESSE)
    code_region = Code("Code de la région", f"{ADR}codeRegion", masque=ADRESSE, nomenclature=nomenclatures.region)
    actions_formation = Booleen("Actions de formation", f"{CERT}actionsDeFormation")
    bilans_competences = Booleen("Bilans de compétences", f"{CERT}bilansDeCompetences")
    vae = Booleen("Validation des acquis", f"{CERT}VAE")
    apprentissage = Booleen("Formation par apprentissage", f"{CERT}actionsDeFormationParApprentissage")
    etranger = Texte("Organisme étranger représenté", f"{ETR}denomination", masque=NOM)
    etranger_voie = Texte("Voie (organisme étranger)", f"{ETR}voie", masque=ADRESSE)
    etranger_code_postal = Code("Code postal (organisme étranger)", f"{ETR}codePostal", masque=ADRESSE)
    etranger_ville = Texte("Ville (organisme étranger)", f"{ETR}ville", masque=ADRESSE)
    etranger_pays = Texte("Pays (organisme étranger)", f"{ETR}pays", masque=ADRESSE)
    date_declaration = Jour("Dernière déclaration", f"{INF}dateDerniereDeclaration", formats=DATES)
    debut_exercice = Jour("Début d'exercice", f"{INF}debutExercice", formats=DATES)
    fin_exercice = Jour("Fin d'exercice", f"{INF}finExercice", formats=DATES)
    code_specialite_1 = Code("Code de la spécialité 1", f"{SPE}codeSpecialite1", masque=DIFFUSIBLE)
    specialite_1 = Texte("Spécialité 1", f"{SPE}libelleSpecialite1", masque=DIFFUSIBLE)
    code_specialite_2 = Code("Code de la spécialité 2", f"{SPE}codeSpecialite2", masque=DIFFUSIBLE)
    specialite_2 = Texte("Spécialité 2", f"{SPE}libelleSpecialite2", masque=DIFFUSIBLE)
    code_specialite_3 = Code("Code de la spécialité 3", f"{SPE}codeSpecialite3", masque=DIFFUSIBLE)
    specialite_3 = Texte("Spécialité 3", f"{SPE}libelleSpecialite3", masque=DIFFUSIBLE)
    nb_stagiaires = Entier("Stagiaires", f"{INF}nbStagiaires")
    nb_stagiaires_confies = Entier("Stagiaires confiés par un autre organisme", f"{INF}nbStagiairesConfiesParUnAutreOF")
    effectif_formateurs = Entier("Formateurs", f"{INF}effectifFormateurs")


source = Source(
    "organismes-formation",
    OrganismeFormation,
    titre="Organisme de formation",
    compte=Denombrement(
        "déclaration d'organisme de formation", "déclarations d'organisme de formation", distinct=("numero",)
    ),
    producteur=DGEFP,
    systeme="Liste publique des organismes de formation",
    acces=Public(),
    frequence=Frequence.HEBDOMADAIRE,
    fichier=Csv(separateur=";"),
    cle=("numero", "siret"),
    tolerante=True,
    date_metier="date_declaration",
    parution=365,
    rubrique="agrements-labels",
    licence=LICENCE_OUVERTE,
    base_legale="code du travail, art. L. 6351-1 (déclaration d'activité) et L. 6351-7-1 (liste publique)",
    origine="https://www.data.gouv.fr/datasets/liste-publique-des-organismes-de-formation-l-6351-7-1-du-code-du-travail",
    ressource="745a5413-d2b5-4d61-b743-8b0ace68083b",
    description="Organismes de formation déclarés ; une ligne par établissement déclarant, toutes sont gardées.",
    absence="N'est pas un organisme de formation déclaré",
    presentation=Tableau(
        ("siret", "numero", "denomination", "actions_formation", "apprentissage", "bilans_competences", "vae",
         "specialite_1", "specialite_2", "specialite_3", "nb_stagiaires", "nb_stagiaires_confies",
         "effectif_formateurs", "etranger"),
    ),
    tuile=Tuile("Organisme de formation", regles.organismes),
    recherche=(Filtre("organisme-formation", "Organisme de formation", valeur="oui"),),
)  # fmt: skip
