"""Search filter fed by all lists of labels, approvals and authorisations: one facet, one value per list."""

from fce.sources.presentation import Filtre

TITRE = "Labels, agréments et autorisations"


def label(code: str, libelle: str, champ: str = "") -> Filtre:
    """Gives the label ``code`` to every unit of the source; with ``champ``, only to those whose row has it there."""
    return Filtre("label", TITRE, champ=champ, valeur=code, libelle={code: libelle}.get)
