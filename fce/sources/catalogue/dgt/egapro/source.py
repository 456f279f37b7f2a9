"""Gender-equality index, one row per company and year; an empty score is "NC", not computable (Ministère du travail,
Egapro)."""

from fce.sources.catalogue import nomenclatures
from fce.sources.catalogue.dgt import DGT
from fce.sources.catalogue.dgt.egapro import regles
from fce.sources.catalogue.dgt.egapro.lecture import declarations
from fce.sources.catalogue.outils import LICENCE_OUVERTE
from fce.sources.champs import ADRESSE, DIFFUSIBLE, NOM, Code, Entier, Siren, Texte
from fce.sources.declaration import Fait, Frequence, Lecteur, Public, Source
from fce.sources.nouvelles import Apparition
from fce.sources.presentation import Alarme, Denombrement, Filtre, Gravite, Lien, Tableau, Tuile
from fce.sources.synthese import PartDeNote


class IndexEgapro(Fait):
    annee = Entier("Année", "Année", obligatoire=True)
    structure = Texte("Structure", "Structure", masque=DIFFUSIBLE)
    tranche = Texte("Tranche d'effectifs", "Tranche d'effectifs", masque=DIFFUSIBLE)
    siren = Siren("SIREN", "SIREN", obligatoire=True)
    raison_sociale = Texte("Raison sociale", "Raison Sociale", masque=NOM)
    nom_ues = Texte("Nom de l'UES", "Nom UES", masque=NOM)
    entreprises_ues = Texte("Entreprises de l'UES", "Entreprises UES (SIREN)", masque=NOM)
    region = Texte("Région", "Région", masque=ADRESSE)
    departement = Texte("Département", "Département", masque=ADRESSE)
    pays = Texte("Pays", "Pays", masque=ADRESSE)
    code_naf = Code("Code NAF", "Code NAF", masque=DIFFUSIBLE, nomenclature=nomenclatures.activite)
    remuneration = Entier("Écart de rémunération", "Note Ecart rémunération", unite="/40")
    augmentation_hors_promotion = Entier(
        "Écart d'augmentation, hors promotion", "Note Ecart taux d'augmentation (hors promotion)", unite="/20"
    )
    promotion = Entier("Écart de promotion", "Note Ecart taux de promotion", unite="/15")
    augmentation = Entier("Écart d'augmentation", "Note Ecart taux d'augmentation", unite="/35")
    conge_maternite = Entier("Retour de congé maternité", "Note Retour congé maternité", unite="/15")
    hautes_remunerations = Entier("Hautes rémunérations", "Note Hautes rémunérations", unite="/10")
    index = Entier("Index", "Note Index", unite="/100", aide="Vide quand l'index n'est pas calculable (« NC »).")


source = Source(
    "egapro",
    IndexEgapro,
    titre="Index de l'égalité professionnelle",
    compte=Denombrement("déclaration de l'index", "déclarations de l'index", distinct=("annee",)),
    producteur=DGT,
    systeme="Egapro",
    acces=Public(),
    frequence=Frequence.ANNUELLE,
    fichier=Lecteur(declarations, extension="csv", nuls=("NC",)),
    cle=("siren", "annee"),
    date_metier="annee",
    parution=90,
    tolerante=True,
    rubrique="relations-travail",
    licence=LICENCE_OUVERTE,
    base_legale="code du travail, art. L. 1142-8 (publication de l'index)",
    origine="https://www.data.gouv.fr/datasets/index-egalite-professionnelle-f-h-des-entreprises-de-50-salaries-ou-plus",
    ressource="d434859f-8d3b-4381-bcdb-ec9200653ae6",
    description="Index de l'égalité entre les femmes et les hommes et ses indicateurs ; une ligne par entreprise "
    "et par année. 0 est une note ; « NC » veut dire que l'index n'est pas calculable.",
    absence="Aucune déclaration de l'index connue",
    presentation=Tableau(
        ("annee", "note", "remuneration", "augmentation_hors_promotion", "promotion", "augmentation",
         "conge_maternite", "hautes_remunerations", "nom_ues"),
        tri="-annee",
    ),
    selection=regles.en_clair,
    tuile=Tuile("Égalité professionnelle", regles.dernier),
    alarme=Alarme(regles.insuffisant, gravite=Gravite.A_VOIR, titre="Index de l’égalité inférieur à 75"),
    nouvelles=(
        Apparition("index-insuffisant", "Index de l’égalité inférieur à 75", date="annee", si=regles.sous_le_seuil,
                   autres=("index",), mois=24, dit=lambda x: str(x["index"]), alarmante=True),
    ),
    synthese=(PartDeNote("accords", regles.par_annee),),
    recherche=(Filtre("egapro", "Index Egapro déclaré", valeur="oui"),),
    liens=(Lien("Les déclarations sur Egapro", regles.egapro),),
)  # fmt: skip
