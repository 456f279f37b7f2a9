"""Customs (DGDDI): EORI registrations, and operators' authorisations under customs secrecy."""

from fce.sources.declaration import Producteur

DGDDI = Producteur(
    "dgddi", "Direction générale des douanes et droits indirects", "Douane", "https://www.douane.gouv.fr"
)
