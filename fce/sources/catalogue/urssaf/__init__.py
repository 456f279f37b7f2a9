"""Urssaf: attestations of vigilance."""

from fce.sources.declaration import Producteur

URSSAF = Producteur("urssaf", "Urssaf Caisse nationale", "Urssaf", "https://www.urssaf.org")
