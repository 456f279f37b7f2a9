"""EORI registrations of economic operators, one row per SIRET (DGDDI)."""

from datetime import timedelta

from fce.sources.catalogue.dgddi import DGDDI
from fce.sources.catalogue.dgddi.eori.regles import immatriculation
from fce.sources.catalogue.outils import RESTREINTE
from fce.sources.champs import ADRESSE, DIFFUSIBLE, NOM, Booleen, Code, Siret, Texte
from fce.sources.declaration import Agents, ApiEntreprise, Csv, Fait, Frequence, Source
from fce.sources.presentation import Valeurs
from fce.sources.synthese import DOUANE, LigneMetier


class Eori(Fait):
    siret = Siret("SIRET", "siret", obligatoire=True)
    identifiant = Code("Numéro EORI", "identifiant", masque=DIFFUSIBLE, obligatoire=True)
    actif = Booleen("Numéro actif", "actif")
    libelle = Texte("Nom enregistré", "libelle", masque=NOM)
    rue = Texte("Rue", "rue", masque=ADRESSE)
    code_postal = Code("Code postal", "codePostal", masque=ADRESSE)
    ville = Texte("Ville", "ville", masque=ADRESSE)
    pays = Texte("Pays", "pays", masque=ADRESSE)
    code_pays = Code("Code du pays", "codePays", masque=ADRESSE)


source = Source(
    "dgddi-eori",
    Eori,
    titre="Immatriculation EORI",
    producteur=DGDDI,
    systeme="EORI",
    acces=Agents(),
    frequence=Frequence.MENSUELLE,
    fichier=Csv(separateur=";"),
    direct=ApiEntreprise(
        "/v3/douanes/etablissements/{siret}/immatriculations_eori",
        {
            "identifiant": "id",
            **{nom: nom for nom in ("actif", "libelle", "rue", "code_postal", "ville", "pays", "code_pays")},
        },
        conservation=timedelta(days=1),
    ),
    cle=("identifiant",),
    rubrique="fiscalite-douane",
    base_legale="règlement (UE) n° 952/2013 établissant le code des douanes de l'Union, art. 9",
    licence=RESTREINTE,
    origine="https://entreprise.api.gouv.fr/catalogue/douanes/eori",
    description="Numéro européen d'opérateur économique, exigé pour importer ou exporter : une ligne par "
    "établissement enregistré. Fichier de dépôt : CSV en UTF-8, séparateur point-virgule, colonnes siret, identifiant "
    "(FR puis le SIRET), actif (oui ou non), libelle, rue, codePostal, ville, pays, codePays. Aussi interrogeable en "
    "direct par API Entreprise.",
    presentation=Valeurs(("identifiant", "actif", "libelle", "rue", "code_postal", "ville", "pays")),
    synthese=(LigneMetier((DOUANE,), 0, "Immatriculation EORI", immatriculation),),
)
