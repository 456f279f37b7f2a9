"""DILA: legal notices (BODACC) and published company agreements (ACCO)."""

from fce.sources.declaration import Producteur

DILA = Producteur("dila", "Direction de l'information légale et administrative", "DILA", "https://www.dila.gouv.fr")
