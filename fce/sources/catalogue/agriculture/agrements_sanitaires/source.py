"""Sanitary approvals for food of animal origin (règlement CE 853/2004), one row per category of activity (DGAL, files
SSA*.txt with bilingual headers)."""

from fce.sources.catalogue import nomenclatures
from fce.sources.catalogue.agriculture import DGAL
from fce.sources.catalogue.insee import LICENCE_OUVERTE
from fce.sources.catalogue.labels import label
from fce.sources.champs import ADRESSE, DIFFUSIBLE, NOM, Code, Siret, Texte
from fce.sources.declaration import TOUS, Csv, Fait, Frequence, Public, Seuils, Source
from fce.sources.presentation import Denombrement, Tableau

LISTES = (
    *("SSA1_ACTIV_GEN", "SSA1_VIAN_ONG_DOM", "SSA1_VIAN_COL_LAGO", "SSA1_VIAN_GIB_ELEV", "SSA1_VIAN_GIB_SAUV"),
    *("SSA1_VIAND_HACHE_VSM", "SSA4_AGSANPROBASEVDE_PRV", "SSA4B_AS_CE_PRODCOQUI_COV", "SSA4B_AS_CE_PRODPECHE_COV"),
    *("SSA1_LAIT", "SSA1_OEUF", "SSA1_GREN_ESCARG", "SSA4_AGSANGREXPR_PRV", "SSA4_AGR_ESVEBO_PRV"),
    *("SSA4_AGSANGELAT_PRV", "SSA4_AGSANCOLL_PRV", "SSA_PROD_RAFF", "SSA4_ASCCC_PRV"),
)


class AgrementSanitaire(Fait):
    departement = Code(
        "Numéro de département", "Numero de département", masque=ADRESSE, nomenclature=nomenclatures.departement
    )
    numero = Code("N° d'agrément", "Numéro agrément/Approval number", masque=ADRESSE, obligatoire=True)
    siret = Siret("SIRET", "SIRET")
    nom = Texte("Raison sociale ou enseigne", "Raison SOCIALE - Enseigne commerciale/Name", masque=NOM)
    adresse = Texte("Adresse", "Adresse/Adress", masque=ADRESSE)
    code_postal = Code("Code postal", "Code postal/Postal code", masque=ADRESSE)
    commune = Texte("Commune", "Commune/Town", masque=ADRESSE)
    categorie = Texte("Catégorie", "Catégorie/Category", masque=DIFFUSIBLE)
    activites = Texte("Activités associées", "Activités associées/Associated activities", masque=DIFFUSIBLE)
    espece = Texte("Espèces", "Espèce/Specy", masque=DIFFUSIBLE)


source = Source(
    "agrements-sanitaires",
    AgrementSanitaire,
    titre="Agréments sanitaires",
    compte=Denombrement("agrément sanitaire", "agréments sanitaires", distinct=("numero",)),
    producteur=DGAL,
    systeme="Listes officielles de la DGAL",
    acces=Public(),
    frequence=Frequence.HEBDOMADAIRE,
    fichier=Csv(separateur=","),
    cle=("numero",),
    doublons=TOUS,
    seuils=Seuils(cles=0.05),
    rubrique="agrements-labels",
    licence=LICENCE_OUVERTE,
    origine="https://fichiers-publics.agriculture.gouv.fr/dgal/ListesOfficielles/",
    adresses=tuple(f"https://fichiers-publics.agriculture.gouv.fr/dgal/ListesOfficielles/{n}.txt" for n in LISTES),
    description="Établissements agréés pour les denrées d'origine animale, une ligne par agrément et par catégorie.",
    presentation=Tableau(colonnes=("numero", "nom", "commune", "categorie", "activites", "espece"), tri="numero"),
    recherche=(label("agrement-sanitaire", "Agrément sanitaire (denrées d'origine animale)"),),
)
