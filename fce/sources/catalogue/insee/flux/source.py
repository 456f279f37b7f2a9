"""Units and establishments that Insee has processed since the monthly stock, latest processing of each, merged into
both stocks (API Sirene 3.11)."""

from fce.sources.catalogue.insee import INSEE, LICENCE_OUVERTE
from fce.sources.catalogue.insee.flux.lecture import etablissements, lire, unites
from fce.sources.champs import DIFFUSIBLE, Code, Horodatage, Jour, Siren, Siret
from fce.sources.declaration import (
    Fait,
    Frequence,
    Fusionne,
    Lecteur,
    Public,
    Source,
    Versement,
    plus_recent,
)
from fce.sources.presentation import Denombrement, Tableau


class ChangementSirene(Fait):
    numero = Code("Numéro SIREN ou SIRET", "numero", masque=DIFFUSIBLE, obligatoire=True)
    nature = Code("Unité légale ou établissement", "nature", masque=DIFFUSIBLE)
    siren = Siren("Numéro SIREN", "siren", obligatoire=True)
    siret = Siret("Numéro SIRET", "siret")
    date_debut = Jour("Début de la situation en vigueur", "dateDebut")
    date_dernier_traitement = Horodatage("Traité par l'Insee le", "dateDernierTraitement")


source = Source(
    "sirene-flux",
    ChangementSirene,
    titre="Changements quotidiens au répertoire",
    compte=Denombrement("changement quotidien", "changements quotidiens"),
    producteur=INSEE,
    systeme="Sirene",
    acces=Public(),
    frequence=Frequence.QUOTIDIENNE,
    fichier=Lecteur(lire, "json"),
    cle=("numero",),
    doublons=plus_recent("date_dernier_traitement"),
    mode=Fusionne(selon="date_dernier_traitement"),
    verse_dans=(
        Versement("sirene-unites-legales", Lecteur(unites, "json", nuls=("[ND]",))),
        Versement("sirene-etablissements", Lecteur(etablissements, "json", nuls=("[ND]",))),
    ),
    rubrique="identite",
    presentation=Tableau(
        colonnes=("nature", "siret", "date_debut", "date_dernier_traitement"), tri="-date_dernier_traitement", limite=5
    ),
    absence="Aucun changement reçu depuis le fichier mensuel du répertoire",
    licence=LICENCE_OUVERTE,
    origine="https://portail-api.insee.fr/",
    sans_adresse="l'API Sirene répond aux détenteurs d'une clé, entreprise par entreprise",
    description=(
        "API Sirene 3.11 : les unités légales et les établissements que l'Insee a traités depuis le fichier mensuel. "
        "Chacun remplace, dans « Unités légales » et « Établissements », ce qui est plus ancien que lui."
    ),
)
