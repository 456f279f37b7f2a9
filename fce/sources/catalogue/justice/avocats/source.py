"""Law practices of the national directory of lawyers. The file has one row per lawyer, whose name is not read."""

from fce.sources.catalogue.insee import LICENCE_OUVERTE
from fce.sources.catalogue.justice import CNB
from fce.sources.catalogue.labels import label
from fce.sources.champs import Siren
from fce.sources.declaration import Csv, Fait, Frequence, Public, Seuils, Source
from fce.sources.presentation import Presence


class CabinetAvocat(Fait):
    siren = Siren("SIREN", "cbSiretSiren", obligatoire=True)


source = Source(
    "avocats",
    CabinetAvocat,
    titre="Annuaire des avocats",
    producteur=CNB,
    systeme="Annuaire national des avocats",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    fichier=Csv(separateur=";"),
    cle=("siren",),
    # Typed by hand: up to one number in ten is wrong, and as many are missing.
    seuils=Seuils(cles=0.10, quarantaine=0.20),
    layout_partiel=True,
    rubrique="agrements-labels",
    licence=LICENCE_OUVERTE,
    origine="https://www.data.gouv.fr/datasets/6357de8624b187e5486cbef3",
    sans_adresse="chaque mise à jour est une ressource nouvelle de ce jeu de data.gouv.fr",
    description="Cabinets où exercent des avocats inscrits à un barreau français, une ligne par avocat.",
    presentation=Presence("Cabinet de l'annuaire national des avocats"),
    recherche=(label("avocat", "Cabinet d'avocats"),),
)
