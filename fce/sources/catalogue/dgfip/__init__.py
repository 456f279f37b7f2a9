"""DGFiP: deposits under tax secrecy. Our published schemas follow the fields of API Entreprise, so that deposits and
live answers look alike."""

from fce.sources.declaration import Csv, Producteur, Secret

DGFIP = Producteur("dgfip", "Direction générale des finances publiques", "DGFiP", "https://www.impots.gouv.fr")
FISCAL = Secret("fiscal")
DEPOT = Csv(separateur=";")
BASE_FISCALE = (
    "livre des procédures fiscales, art. L. 103 et L. 113 ; "
    "code des relations entre le public et l'administration, art. L. 114-8"
)
SCHEMA = (
    " Fichier de dépôt : CSV en UTF-8, séparateur point-virgule, dates AAAA-MM-JJ, montants en euros avec un point "
    "décimal. Aussi interrogeable en direct par API Entreprise."
)
