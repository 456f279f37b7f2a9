"""The line of a result, as the index keeps it: the rows that the indexer was given (``flux``), already masked.

A line holds codes without their labels, which are those of the code that reads it. Read again, it makes the very view
that ``selectors`` makes of the row in the database, but for ``date_maj``, which no list shows. A line may be read as
long as its row is in place, and as the rule of masking and the form of a line have not changed (``signature``).
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import Any, Final

import msgspec

from fce.entreprises import diffusion
from fce.entreprises.construction import NOM_ABSENT, composer_entreprise, composer_etablissement
from fce.entreprises.contenu import (
    DocumentEntreprise,
    EntrepriseVue,
    EtablissementVu,
    LigneEntreprise,
    LigneEtablissement,
)
from fce.entreprises.diffusion import NOM_MASQUE
from fce.entreprises.flux import COLONNES_DU_FLUX_ETAB, COLONNES_DU_FLUX_UL
from fce.entreprises.natures import natures
from fce.entreprises.sirene import ETABLISSEMENTS, UNITES_LEGALES

FORMAT: Final = 3
"""Raise it when the same row is written, or read, in another way."""


class EntrepriseRangee(msgspec.Struct, array_like=True, frozen=True):
    """What the index keeps of a company: its row, that of its siège when it is in the file, and the numbers of its
    establishments."""

    unite: LigneEntreprise
    siege: LigneEtablissement | None
    nombre: int
    ouverts: int


_COLONNES_UNITE: Final = tuple(COLONNES_DU_FLUX_UL.get(champ, champ) for champ in LigneEntreprise._fields)
_COLONNES_LIEU: Final = tuple(COLONNES_DU_FLUX_ETAB.get(champ, champ) for champ in LigneEtablissement._fields)
_COLONNES: Final = ((UNITES_LEGALES, _COLONNES_UNITE), (ETABLISSEMENTS, _COLONNES_LIEU))
_ECRIRE: Final = msgspec.msgpack.Encoder().encode
_LIRE_UNE_ENTREPRISE: Final = msgspec.msgpack.Decoder(EntrepriseRangee).decode
_LIRE_UN_LIEU: Final = msgspec.msgpack.Decoder(LigneEtablissement).decode


@cache
def signature() -> str:
    """Return what a line depends on: its form, and the rule of masking of its fields. A nature that no field of a line
    bears is left out, because it changes no line."""
    lues = [(c, natures(source).get(c, "")) for source, colonnes in _COLONNES for c in colonnes]
    portees = {nature for _, nature in lues}
    regles: list[Any] = [sorted((regime, sorted(montrees & portees)) for regime, montrees in diffusion.MONTRE.items())]
    regles += [sorted(diffusion.NIVEAUX_PERSONNE_MORALE), lues]
    return f"{FORMAT}-{sha256(msgspec.json.encode(regles)).hexdigest()[:16]}"


def ecrire_entreprise(document: DocumentEntreprise) -> bytes | None:
    """Return the line of a company, None when it has ceased: pages that show those read the database."""
    unite, lieux, _ = document
    if unite.etat != "A":
        return None
    siege = next((lieu for lieu in lieux if lieu.siret[9:] == unite.nic_siege), None)
    return _ECRIRE(EntrepriseRangee(unite, siege, len(lieux), sum(lieu.etat == "A" for lieu in lieux)))


def ecrire_etablissement(lieu: LigneEtablissement) -> bytes | None:
    """Return the line of an establishment, None when it is closed."""
    return _ECRIRE(lieu) if lieu.etat == "A" else None


def lire_entreprise(ligne: bytes) -> EntrepriseVue:
    """Return the view of a company from its line."""
    lue = _LIRE_UNE_ENTREPRISE(ligne)
    unite = dict(zip(_COLONNES_UNITE, lue.unite, strict=True))
    siege = _etablissement(lue.siege, lue.unite.nom, lue.unite.categorie_juridique) if lue.siege else None
    return composer_entreprise(unite, siege, lue.nombre, lue.ouverts, masque=lue.unite.masque)


def lire_etablissement(ligne: bytes, entreprise: EntrepriseVue) -> EtablissementVu:
    """Return the view of an establishment from its line; ``entreprise``: the view of its company."""
    inconnu = entreprise.masque and entreprise.nom == NOM_MASQUE
    forme = entreprise.categorie_juridique
    return _etablissement(_LIRE_UN_LIEU(ligne), None if inconnu else entreprise.nom, forme.code if forme else None)


def _etablissement(lieu: LigneEtablissement, nom: str | None, forme: str | None) -> EtablissementVu:
    """``nom``: that of its company, None when it shows none; ``forme``: its catégorie juridique."""
    cachee = lieu.masque and not diffusion.est_personne_morale(forme)
    nom_par_defaut = NOM_MASQUE if cachee else nom or NOM_ABSENT
    return composer_etablissement(dict(zip(_COLONNES_LIEU, lieu, strict=True)), nom_par_defaut, masque=lieu.masque)
