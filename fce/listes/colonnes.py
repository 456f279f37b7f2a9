"""Columns of a list: those of the search exports, said alike of a company and of an establishment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.text import slugify

from fce.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.listes.models import LigneDeListe
from fce.recherche.exports import COLONNES_ENTREPRISES, COLONNES_ETABLISSEMENTS
from fce.socle.exports import Cellule
from fce.socle.identifiants import est_siret

_DU_SIEGE: Final = ("Adresse", "Code postal", "Commune", "Code commune", "Département")
"""Columns of a place, which a company has at its siège."""
_DIT_AILLEURS: Final = ("SIREN", "SIRET", "Nom", "Établissements", "Établissements ouverts", "SIRET du siège")
PAR_DEFAUT: Final = ("etat", "activite", "tranche-d-effectif", "commune", "departement")


@dataclass(frozen=True, slots=True)
class LigneDeListeLue:
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


@dataclass(frozen=True, slots=True)
class Colonne:
    """``entreprise``, ``etablissement``: what it says of each, None for nothing."""

    titre: str
    entreprise: Callable[[EntrepriseVue], Cellule] | None
    etablissement: Callable[[EntrepriseVue, EtablissementVu], Cellule] | None

    def valeur(self, lue: LigneDeListeLue) -> Cellule:
        """Value of a line; None when unknown."""
        lieu, vue = lue.etablissement, lue.entreprise
        if vue is None or lue.vue is None:
            return None
        if lieu is not None and self.etablissement is not None:
            return self.etablissement(vue, lieu)
        return self.entreprise(vue) if self.entreprise else None


def _colonnes() -> dict[str, Colonne]:
    titres = dict.fromkeys((*COLONNES_ETABLISSEMENTS, *COLONNES_ENTREPRISES))
    retenus = [t for t in titres if t not in _DIT_AILLEURS and not t.endswith(" du siège")]
    return {
        slugify(t.replace("’", " ")): Colonne(
            t, COLONNES_ENTREPRISES.get(f"{t} du siège" if t in _DU_SIEGE else t), COLONNES_ETABLISSEMENTS.get(t)
        )
        for t in retenus
    }


COLONNES: Final[Mapping[str, Colonne]] = _colonnes()
"""{key in an address: column}."""


def choisies(cles: Sequence[str]) -> dict[str, Colonne]:
    """The columns of these keys, in the order of ``COLONNES``; those by default without any known key."""
    voulues = {cle: colonne for cle, colonne in COLONNES.items() if cle in cles}
    return voulues or {cle: COLONNES[cle] for cle in PAR_DEFAUT}
