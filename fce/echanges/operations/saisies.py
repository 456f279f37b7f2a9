"""Validates what is typed about an operation, before anything is written. Pure, except for queries of Sirene."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any, Final, NamedTuple

from fce.echanges.croisements.adresses import LieuConnu, lieux_de
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte.formats import jour as en_francais
from fce.socle.texte.identifiants import compacter, est_siret, formater_siret, siret_valide

CIBLES_MAX: Final = 60
SAISIE_MAX: Final = 4000
"""Characters of a pasted list: more than sixty numbers, however spaced."""
_HORIZON: Final = timedelta(days=731)
_CITES_MAX: Final = 5


class Cadre(NamedTuple):
    """Frame of an operation, set by the coordinator."""

    nom: str
    jour: date
    consignes: str = ""
    heure: time | None = None

    @property
    def colonnes(self) -> dict[str, Any]:
        """Columns of an operation set by its frame."""
        nom, consignes = self.nom.strip(), self.consignes.strip()
        return {"nom": nom, "jour": self.jour, "heure": self.heure, "consignes": consignes}

    def verifier(self, aujourd_hui: date, *, avant: date | None = None) -> None:
        """Raise ParametreInvalide without a name, or for a day that is past or too far; ``avant``: the former day,
        still allowed."""
        if not self.nom.strip():
            raise ParametreInvalide("Donnez un nom à l’opération : il n’est lu que par ses services.")
        if self.jour != avant and not aujourd_hui <= self.jour <= aujourd_hui + _HORIZON:
            limite = en_francais(aujourd_hui + _HORIZON)
            raise ParametreInvalide(f"Choisissez un jour entre aujourd’hui et le {limite}.")


def lire_sirets(saisie: str) -> tuple[str, ...]:
    """SIRETs of a pasted text, separated by lines, commas, semicolons or spaces, without duplicates, in order.

    Raises ParametreInvalide with what is not a SIRET.
    """
    if len(saisie) > SAISIE_MAX:
        raise ParametreInvalide(f"Cette liste est trop longue : {CIBLES_MAX} SIRET au plus.")
    sirets: list[str] = []
    fautifs: list[str] = []
    for morceau in filter(str.strip, re.split(r"[\n\r;,\t]+", saisie)):
        for numero in _numeros(morceau):
            (sirets if siret_valide(numero) else fautifs).append(numero)
    if fautifs:
        raise ParametreInvalide(
            f"Ce ne sont pas des SIRET (14 chiffres, clé comprise) : {_citer(fautifs)}. Rien n’a été ajouté."
        )
    return tuple(dict.fromkeys(sirets))


def exiger_connus(sirets: Iterable[str]) -> dict[str, LieuConnu]:
    """{SIRET: place} of establishments. Raises ParametreInvalide with those unknown to Sirene."""
    demandes = list(sirets)
    connus = lieux_de(demandes)
    if inconnus := [siret for siret in demandes if siret not in connus]:
        raise ParametreInvalide(
            f"Sirene ne connaît pas ces établissements : {_citer(map(formater_siret, inconnus))}. Rien n’a été ajouté."
        )
    return connus


def _numeros(morceau: str) -> list[str]:
    """The numbers of a piece of text: one with inner spaces, or several separated by spaces."""
    mots = morceau.split()
    if len(mots) > 1 and all(map(est_siret, map(compacter, mots))):
        return [compacter(mot) for mot in mots]
    numero = compacter(morceau)
    return [numero if numero.isascii() and numero.isdigit() else morceau.strip()]


def _citer(textes: Iterable[str]) -> str:
    cites = [texte[:30] for texte in textes]
    reste = len(cites) - _CITES_MAX
    return ", ".join(cites[:_CITES_MAX]) + (f" et {reste} de plus" if reste > 0 else "")
