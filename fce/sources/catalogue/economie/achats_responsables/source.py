"""Holders of the label « relations fournisseurs et achats responsables » (RFAR), with its perimeter; the layout is
partly known."""

from fce.sources.catalogue.economie import MEDIATEUR
from fce.sources.catalogue.insee import LICENCE_OUVERTE
from fce.sources.catalogue.labels import label
from fce.sources.champs import LIBRE, Siren, Texte
from fce.sources.declaration import TOUS, Csv, Fait, Frequence, Public, Seuils, Source
from fce.sources.presentation import Presence


class AchatsResponsables(Fait):
    siren = Siren("SIREN", "SIREN", obligatoire=True)
    perimetre = Texte("Périmètre", "PERIMETRE", masque=LIBRE)


source = Source(
    "achats-responsables",
    AchatsResponsables,
    titre="Label Relations fournisseurs et achats responsables",
    producteur=MEDIATEUR,
    systeme="Label RFAR",
    acces=Public(),
    frequence=Frequence.TRIMESTRIELLE,
    fichier=Csv(separateur=";"),
    cle=("siren",),
    doublons=TOUS,
    # 3 % of the rows have no SIREN.
    seuils=Seuils(cles=0.05, quarantaine=0.10),
    layout_partiel=True,
    rubrique="agrements-labels",
    licence=LICENCE_OUVERTE,
    origine="https://www.data.gouv.fr/datasets/r/a61ad4c3-5656-480d-b71c-bfc3cc99c9b0",
    ressource="a61ad4c3-5656-480d-b71c-bfc3cc99c9b0",
    description="Organisations labellisées pour leurs achats responsables, une ligne par organisation et périmètre.",
    presentation=Presence("Labellisée « relations fournisseurs et achats responsables »", ("perimetre",)),
    recherche=(label("achats-responsables", "Relations fournisseurs et achats responsables (RFAR)"),),
)
