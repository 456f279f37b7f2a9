"""Organisations with a published greenhouse gas report (« bilan d'émissions de gaz à effet de serre », ADEME). Only one
column of the layout is known."""

from fce.sources.catalogue.ademe_labels import ADEME
from fce.sources.catalogue.insee import LICENCE_OUVERTE
from fce.sources.catalogue.labels import label
from fce.sources.champs import Siren
from fce.sources.declaration import Csv, Fait, Frequence, Public, Seuils, Source
from fce.sources.presentation import Presence


class BilanGes(Fait):
    siren = Siren("SIREN", "SIREN principal", obligatoire=True)


source = Source(
    "bilan-ges",
    BilanGes,
    titre="Bilan des émissions de gaz à effet de serre",
    producteur=ADEME,
    systeme="Bilans GES",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    fichier=Csv(separateur=";"),
    cle=("siren",),
    # Typed by hand: some numbers are truncated.
    seuils=Seuils(cles=0.10, quarantaine=0.15),
    layout_partiel=True,
    rubrique="agrements-labels",
    licence=LICENCE_OUVERTE,
    origine="https://bilans-ges.ademe.fr",
    ressource="ac766516-30f1-4ea8-9f66-4e41199d33b3",
    description="Organisations dont un bilan des émissions de gaz à effet de serre est publié, une ligne par bilan.",
    presentation=Presence("A publié un bilan de ses émissions de gaz à effet de serre"),
    recherche=(label("bilan-ges", "Bilan des émissions de gaz à effet de serre publié"),),
)
