"""Line of a result, stored in the index: the masked row given to the indexer (``flux``), with codes but no labels.

A line gives the same view as ``selectors`` from the database, except ``date_maj``, which no list shows. It is valid
while its row is in place and ``signature`` (masking rule, format) is unchanged.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import Any, Final

import msgspec

from fce.donnees.entreprises import diffusion
from fce.donnees.entreprises.construction import NOM_ABSENT, composer_entreprise, composer_etablissement, nom_entreprise
from fce.donnees.entreprises.contenu import (
    COORDONNEES,
    DocumentEntreprise,
    EntrepriseVue,
    EtablissementVu,
    Ligne,
    LigneEntreprise,
    LigneEtablissement,
)
from fce.donnees.entreprises.diffusion import NOM_MASQUE, Regime
from fce.donnees.entreprises.natures import natures
from fce.donnees.entreprises.sirene import ETABLISSEMENTS, UNITES_LEGALES

_D_UN_LIEU: Final = LigneEtablissement._fields[: -len(COORDONNEES)]
FORMAT: Final = 4
"""To increment when lines are written or read differently, or other units may be listed: the index is then rebuilt."""


class EntrepriseRangee(msgspec.Struct, array_like=True, frozen=True):
    """A company in the index: its row, that of its siège if present, and its counts of establishments."""

    unite: tuple[Any, ...]
    siege: tuple[Any, ...] | None
    nombre: int
    ouverts: int


_ECRIRE: Final = msgspec.msgpack.Encoder().encode
_LIRE_UNE_ENTREPRISE: Final = msgspec.msgpack.Decoder(EntrepriseRangee).decode
_LIRE_UN_LIEU: Final = msgspec.msgpack.Decoder(tuple[Any, ...]).decode


@cache
def signature() -> str:
    """Hash of the format of a line and of the masking rule of its fields, ignoring natures that no field has."""
    colonnes = [(c, natures(UNITES_LEGALES).get(c, "")) for c in LigneEntreprise._fields]
    colonnes += [(c, natures(ETABLISSEMENTS).get(c, "")) for c in _D_UN_LIEU]
    portees = {nature for _, nature in colonnes}
    regles: list[Any] = [sorted((regime, sorted(montrees & portees)) for regime, montrees in diffusion.MONTRE.items())]
    regles += [sorted(diffusion.NIVEAUX_PERSONNE_MORALE), colonnes]
    return f"{FORMAT}-{sha256(msgspec.json.encode(regles)).hexdigest()[:16]}"


def ecrire_entreprise(document: DocumentEntreprise) -> bytes | None:
    """The line of a company; None when it has ceased, because pages that show such companies read the database."""
    unite, lieux, _ = document
    if unite.etat_administratif != "A":
        return None
    siege = next((_sans_coordonnees(lieu) for lieu in lieux if lieu.siret[9:] == unite.nic_siege), None)
    return _ECRIRE(EntrepriseRangee(unite, siege, len(lieux), sum(lieu.etat_administratif == "A" for lieu in lieux)))


def ecrire_etablissement(lieu: Ligne) -> bytes | None:
    return _ECRIRE(_sans_coordonnees(lieu)) if lieu.etat_administratif == "A" else None


def _sans_coordonnees(lieu: Ligne) -> tuple[Any, ...]:
    return tuple(lieu[: len(_D_UN_LIEU)])


def regime(forme: str | None, *, masque: bool) -> Regime:
    """Regime of a row given to the indexer. ``forme``: catégorie juridique of the company."""
    return diffusion.regime_masque(forme) if masque else Regime.OUVERT


def lire_entreprise(ligne: bytes) -> EntrepriseVue:
    rangee = _LIRE_UNE_ENTREPRISE(ligne)
    unite = dict(zip(LigneEntreprise._fields, rangee.unite, strict=True))
    forme = unite["categorie_juridique"]
    siege = _etablissement(rangee.siege, nom_entreprise(unite), forme) if rangee.siege else None
    return composer_entreprise(unite, siege, rangee.nombre, rangee.ouverts, regime(forme, masque=unite["masque"]))


def lire_etablissement(ligne: bytes, entreprise: EntrepriseVue) -> EtablissementVu:
    """``entreprise``: view of the establishment's company."""
    inconnu = entreprise.masque and entreprise.nom == NOM_MASQUE
    forme = entreprise.categorie_juridique
    return _etablissement(_LIRE_UN_LIEU(ligne), None if inconnu else entreprise.nom, forme.code if forme else None)


def _etablissement(valeurs: tuple[Any, ...], nom: str | None, forme: str | None) -> EtablissementVu:
    """``nom``: displayed name of the company, or None; ``forme``: its catégorie juridique."""
    lieu = dict(zip(_D_UN_LIEU, valeurs, strict=True))
    sous = regime(forme, masque=lieu["masque"])
    return composer_etablissement(lieu, (nom or NOM_ABSENT) if sous.listable else NOM_MASQUE, sous)
