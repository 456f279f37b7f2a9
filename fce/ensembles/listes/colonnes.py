"""A line of a list with its public data, and the open columns that it may show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from fce.donnees.entreprises.colonnes_ouvertes import OUVERTES, ColonneOuverte
from fce.donnees.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.ensembles.listes.models import LigneDeListe
from fce.socle.texte.identifiants import est_siret
from fce.socle.web.exports import Cellule

_DIT_AILLEURS: Final = ("siren", "siret", "nom", "etablissements", "etablissements-ouverts", "siret-du-siege")
PAR_DEFAUT: Final = ("etat", "activite", "tranche-d-effectif", "commune", "departement")


class LigneDecrite(NamedTuple):
    """A line with the public data of its company and establishment, masked; None when Sirene does not know them."""

    ligne: LigneDeListe
    entreprise: EntrepriseVue | None
    etablissement: EtablissementVu | None

    @property
    def vue(self) -> EntrepriseVue | EtablissementVu | None:
        """What the number of the line designates."""
        return self.etablissement if est_siret(self.ligne.numero) else self.entreprise

    @property
    def nom(self) -> str:
        return self.vue.nom if self.vue else "Inconnu de Sirene"

    @property
    def siret(self) -> str:
        """Where it is: an establishment, or the siège of a company; "" when unknown."""
        siege = self.entreprise.siret_siege if self.entreprise else None
        return self.ligne.numero if est_siret(self.ligne.numero) else siege or ""

    def valeur(self, colonne: ColonneOuverte) -> Cellule:
        """Value of an open column; None when unknown."""
        if self.entreprise is None or self.vue is None:
            return None
        return colonne.valeur_de(self.entreprise, self.etablissement)


# Those of an establishment first: most lines are about one.
COLONNES: Final[Mapping[str, ColonneOuverte]] = {
    cle: colonne
    for cle, colonne in sorted(OUVERTES.items(), key=lambda dite: not dite[1].etablissement)
    if cle not in _DIT_AILLEURS
}
"""{key in an address: column}."""


def choisies(cles: Sequence[str]) -> dict[str, ColonneOuverte]:
    """The columns of these keys, in the order of ``COLONNES``; those by default without any known key."""
    voulues = {cle: colonne for cle, colonne in COLONNES.items() if cle in cles}
    return voulues or {cle: COLONNES[cle] for cle in PAR_DEFAUT}
