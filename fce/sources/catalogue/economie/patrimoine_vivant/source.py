"""Companies with the label « entreprise du patrimoine vivant » (loi 2005-882, art. 23); one column of the layout is
known."""

from fce.sources.catalogue.economie import EPV
from fce.sources.catalogue.insee import LICENCE_OUVERTE
from fce.sources.catalogue.labels import label
from fce.sources.champs import Siret
from fce.sources.declaration import Csv, Fait, Frequence, Public, Seuils, Source
from fce.sources.presentation import Presence


class EntreprisePatrimoineVivant(Fait):
    siret = Siret("SIRET", "SIRET", obligatoire=True)


source = Source(
    "patrimoine-vivant",
    EntreprisePatrimoineVivant,
    titre="Entreprise du patrimoine vivant",
    producteur=EPV,
    systeme="Label EPV",
    acces=Public(),
    frequence=Frequence.TRIMESTRIELLE,
    fichier=Csv(separateur=";"),
    cle=("siret",),
    seuils=Seuils(cles=0.05, quarantaine=0.10),
    layout_partiel=True,
    rubrique="agrements-labels",
    licence=LICENCE_OUVERTE,
    origine="https://www.data.gouv.fr/datasets/r/9bca3cea-1659-422d-8c4d-40137b2a1ee8",
    ressource="9bca3cea-1659-422d-8c4d-40137b2a1ee8",
    description="Entreprises labellisées pour un savoir-faire artisanal ou industriel, une ligne par établissement.",
    presentation=Presence("Labellisée « entreprise du patrimoine vivant »"),
    recherche=(label("patrimoine-vivant", "Entreprise du patrimoine vivant (EPV)"),),
)
