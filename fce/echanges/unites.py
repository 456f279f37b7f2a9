"""The company or establishment of a page of the exchanges."""

from __future__ import annotations

from typing import NamedTuple

from fce.donnees.entreprises import selectors as entreprises
from fce.socle.erreurs import Introuvable
from fce.socle.texte.identifiants import est_siret, siren_valide, siret_valide
from fce.socle.web import liens


class UniteVisee(NamedTuple):
    """A company or an establishment. ``nom``: public name of the company."""

    numero: str
    nom: str

    @property
    def siren(self) -> str:
        """SIREN of the company."""
        return self.numero[:9]

    @property
    def fiche(self) -> str:
        """Path of its sheet."""
        return liens.fiche(self.numero)


def unite_visee(numero: str) -> UniteVisee:
    """The unit of a number. Raises Introuvable for an invalid or unknown number."""
    valide = siret_valide(numero) if est_siret(numero) else siren_valide(numero)
    vue = entreprises.entreprises([numero[:9]]).get(numero[:9]) if valide else None
    if vue is None or (est_siret(numero) and numero not in entreprises.etablissements([numero])):
        raise Introuvable("Aucune unité ne porte ce numéro : vérifiez-le.")
    return UniteVisee(numero, vue.nom)
