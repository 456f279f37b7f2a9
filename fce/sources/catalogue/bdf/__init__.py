"""Banque de France: balance sheets of the FIBEN file."""

from fce.sources.declaration import Producteur

BDF = Producteur("bdf", "Banque de France", "BdF", "https://www.banque-france.fr")
