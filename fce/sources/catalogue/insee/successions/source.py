"""Links between an establishment and its successor (Insee, StockEtablissementLiensSuccession). Insee publishes several
versions of a link: the latest counts."""

from fce.sources.catalogue.insee import INSEE, LICENCE_OUVERTE, ORIGINE_SIRENE
from fce.sources.champs import Booleen, Horodatage, Jour, Siret
from fce.sources.declaration import Auto, Csv, Fait, Frequence, Public, Source, plus_recent


class LienSuccession(Fait):
    siret_predecesseur = Siret(
        "Numéro SIRET de l'établissement prédécesseur", "siretEtablissementPredecesseur", obligatoire=True
    )
    siret_successeur = Siret(
        "Numéro SIRET de l'établissement successeur", "siretEtablissementSuccesseur", obligatoire=True
    )
    date_lien_succession = Jour("Date d'effet du lien de succession", "dateLienSuccession")
    transfert_siege = Booleen("Indicatrice de transfert de siège", "transfertSiege")
    continuite_economique = Booleen(
        "Indicatrice de continuité économique entre les deux établissements", "continuiteEconomique"
    )
    date_dernier_traitement = Horodatage(
        "Date de traitement du lien de succession", "dateDernierTraitementLienSuccession"
    )


source = Source(
    "sirene-successions",
    LienSuccession,
    titre="Liens de succession",
    producteur=INSEE,
    systeme="Sirene",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    fichier=Auto(Csv(separateur=",", nuls=("[ND]",))),
    cle=("siret_predecesseur", "siret_successeur"),
    doublons=plus_recent("date_dernier_traitement"),
    tolerante=True,
    rubrique="historique",
    licence=LICENCE_OUVERTE,
    origine=ORIGINE_SIRENE,
    ressource="9c4d5d9c-4bbb-4b9c-837a-6155cb589e26",
    description="Répertoire Sirene : les liens entre un établissement et son successeur, une ligne par couple.",
)
