"""Company agreements filed with the labour administration, one row per agreement; a theme dealt with is 1 (DGT,
D@ccord)."""

from fce.sources.catalogue.dgt import DGT
from fce.sources.catalogue.dgt.accords import regles
from fce.sources.catalogue.outils import ECHANGE, RESTREINTE
from fce.sources.champs import REGISTRE, Code, Entier, Jour, Siret
from fce.sources.declaration import Csv, Fait, Frequence, Habilite, Source
from fce.sources.presentation import Agregats, Denombrement, Jalon, Lien, ParEtablissement, Pliage, Tableau, Tuile
from fce.sources.synthese import PartDeNote


class AccordEntreprise(Fait):
    numero = Code("Numéro de dossier", "num_dos", masque=REGISTRE, obligatoire=True)
    siret = Siret("SIRET", "siret", obligatoire=True)
    date_signature = Jour("Date de signature", "dt_sign", formats=("%d/%m/%Y", "%Y-%m-%d"))
    epargne = Entier("Épargne salariale", "groth2_01_epargne_salariale")
    remuneration = Entier("Rémunération", "groth2_02_remuneration")
    temps_travail = Entier("Temps de travail", "groth2_03_duree_amenagement_temps_travail")
    conditions_travail = Entier("Conditions de travail", "groth2_04_conditions_travail")
    emploi = Entier("Emploi", "groth2_05_emploi")
    egalite_pro = Entier("Égalité professionnelle", "groth2_06_egalite_professionnelle")
    classifications = Entier("Classifications", "groth2_07_classifications")
    formation = Entier("Formation professionnelle", "groth2_08_formation_professionnelle")
    protection_sociale = Entier("Protection sociale", "groth2_09_protection_sociale")
    droit_syndical = Entier("Droit syndical", "groth2_10_droit_syndical")
    autres = Entier("Autres thèmes", "groth2_11_autres")
    nouvelles_technologies = Entier("Nouvelles technologies", "groth2_12_nouvelles_technos_numeriques")


source = Source(
    "accords-entreprise",
    AccordEntreprise,
    titre="Accords d'entreprise",
    compte=Denombrement("accord d'entreprise déposé", "accords d'entreprise déposés", distinct=("numero", "siret")),
    producteur=DGT,
    systeme="D@ccord",
    acces=Habilite("travail"),
    frequence=Frequence.MENSUELLE,
    fichier=Csv(separateur=";"),
    cle=("numero", "siret"),
    date_metier="date_signature",
    rubrique="relations-travail",
    licence=RESTREINTE,
    base_legale=f"code du travail, art. L. 2231-6 (dépôt des conventions et accords) ; {ECHANGE}",
    origine="https://accords-depot.travail.gouv.fr",
    description="Accords d'entreprise déposés, avec les thèmes que chacun traite ; une ligne par accord.",
    absence="Aucun accord d'entreprise connu",
    presentation=Tableau(
        ("siret", "date_signature", "numero", *regles.THEMES),
        tri="-date_signature",
        pliage=Pliage(
            regles.par_theme, {"theme": "Thème", "accords": "Nombre d'accords", "dernier": "Dernier accord signé le"}
        ),
    ),
    regroupement=ParEtablissement(derniere="date_signature"),
    selection=regles.distincts,
    tuile=Tuile("Accords d'entreprise", regles.accords),
    synthese=(PartDeNote("accords", regles.en_note),),
    agregats=Agregats(tuile=regles.nombre_d_accords),
    jalon=Jalon(
        "date_signature", "Signature d'un accord d'entreprise", "numero", pluriel="accords d’entreprise signés"
    ),
    liens=(Lien("Les accords de l'établissement sur Légifrance", regles.legifrance),),
)
