"""Declared shareholders and subsidiaries, one row per link (DGFiP, forms 2059-F and 2059-G)."""

from fce.sources.catalogue import nomenclatures
from fce.sources.catalogue.dgfip import BASE_FISCALE, DGFIP, FISCAL, SCHEMA
from fce.sources.catalogue.dgfip.liens_capitalistiques.direct import liens
from fce.sources.catalogue.dgfip.liens_capitalistiques.lecture import lire
from fce.sources.catalogue.dgfip.liens_capitalistiques.regles import derniere_annee
from fce.sources.catalogue.outils import RESTREINTE
from fce.sources.champs import DIFFUSIBLE, NOM, PERSONNE, Code, Decimal, Entier, Siren, Texte
from fce.sources.declaration import ApiEntreprise, Fait, Frequence, Lecteur, Source
from fce.sources.presentation import Denombrement, Tableau
from fce.sources.synthese import Detention


class LienCapitalistique(Fait):
    siren = Siren("SIREN de l'entreprise déclarante", "siren", obligatoire=True)
    annee = Entier("Année", "annee", obligatoire=True, minimum=1990)
    rang = Entier("Rang dans la déclaration", "rang", obligatoire=True, minimum=1)
    sens = Code("Lien", "sens", masque=DIFFUSIBLE, attendues=("actionnaire", "filiale"))
    type_personne = Code("Type", "type", masque=DIFFUSIBLE, attendues=("personne_morale", "personne_physique"))
    siren_lie = Siren("SIREN lié", "siren_lie", aide="Un numéro fictif, écrit pour une société étrangère, est écarté.")
    denomination = Texte("Dénomination", "denomination", masque=NOM)
    personne = Texte("Nom et prénoms", "nom_patronymique_et_prenoms", masque=PERSONNE)
    forme_juridique = Code(
        "Forme juridique", "forme_juridique", masque=DIFFUSIBLE, nomenclature=nomenclatures.categorie_juridique
    )
    pourcentage = Decimal("Part détenue", "pourcentage", unite="%")
    nombre_parts = Entier("Nombre de parts", "nombre_parts")
    pays = Code("Pays", "pays", masque=PERSONNE)


source = Source(
    "dgfip-liens-capitalistiques",
    LienCapitalistique,
    titre="Liens capitalistiques",
    compte=Denombrement("lien capitalistique", "liens capitalistiques"),
    producteur=DGFIP,
    systeme="TDFC (2059-F et 2059-G)",
    acces=FISCAL,
    frequence=Frequence.ANNUELLE,
    fichier=Lecteur(lire, extension="csv"),
    direct=ApiEntreprise(
        "/v3/dgfip/unites_legales/{siren}/liens_capitalistiques/{annee}",
        {
            **{nom: nom for nom in ("rang", "sens", "siren_lie", "denomination", "personne", "forme_juridique")},
            **{nom: nom for nom in ("pourcentage", "nombre_parts")},
            "type_personne": "type",
            "pays": "adresse.pays",
        },
        lignes=liens,
        annees=(1, 2),
    ),
    cle=("siren", "annee", "rang"),
    date_metier="annee",
    parution=365,
    rubrique="dirigeants",
    base_legale=BASE_FISCALE,
    licence=RESTREINTE,
    origine="https://entreprise.api.gouv.fr/catalogue/dgfip/liens_capitalistiques",
    description="Actionnaires et filiales détenant ou détenus à 10 % au moins, une ligne par lien déclaré. Ni date de "
    "naissance ni adresse des personnes. Colonnes : siren, annee, rang, sens (actionnaire ou filiale), type, "
    "siren_lie, denomination, nom_patronymique_et_prenoms, forme_juridique, pourcentage, nombre_parts, pays." + SCHEMA,
    presentation=Tableau(("sens", "denomination", "personne", "siren_lie", "forme_juridique", "pourcentage", "annee")),
    selection=derniere_annee,
    synthese=(
        Detention(
            "Actionnaires déclarés au fisc", ("sens", "filiale"), "siren_lie", "denomination", "pourcentage", "annee"
        ),
    ),
)
