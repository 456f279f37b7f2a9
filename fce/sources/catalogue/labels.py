"""The filter of the search that all lists of labels, approvals and authorisations feed: one facet, one value each."""

from fce.sources.presentation import Filtre

TITRE = "Labels, agréments et autorisations"


def label(code: str, libelle: str, champ: str = "") -> Filtre:
    """Every unit of the source has the label ``code``; with ``champ``, only those whose row carries it there."""
    return Filtre("label", TITRE, champ=champ, valeur=code, libelle={code: libelle}.get)
