"""Legal units registered twice, one row per pair of SIREN (Insee, StockDoublons). The file has chains, several targets
and cycles."""

from fce.sources.catalogue.insee import INSEE, LICENCE_OUVERTE, ORIGINE_SIRENE
from fce.sources.champs import Horodatage, Siren
from fce.sources.declaration import Auto, Csv, Fait, Frequence, Public, Source, plus_recent


class Doublon(Fait):
    siren = Siren("Numéro SIREN", "siren", obligatoire=True)
    siren_doublon = Siren("Numéro SIREN du doublon", "sirenDoublon", obligatoire=True)
    date_dernier_traitement = Horodatage("Date du dernier traitement du doublon", "dateDernierTraitementDoublon")


source = Source(
    "sirene-doublons",
    Doublon,
    titre="Doublons de SIREN",
    producteur=INSEE,
    systeme="Sirene",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    fichier=Auto(Csv(separateur=",", nuls=("[ND]",))),
    cle=("siren", "siren_doublon"),
    doublons=plus_recent("date_dernier_traitement"),
    tolerante=True,
    rubrique="identite",
    licence=LICENCE_OUVERTE,
    origine=ORIGINE_SIRENE,
    adresses=("https://object.files.data.gouv.fr/data-pipeline-open/siren/stock/StockDoublons_utf8.zip",),
    description="Répertoire Sirene : les unités légales immatriculées deux fois, une ligne par couple de SIREN.",
)
