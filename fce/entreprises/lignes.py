"""Line of a result, stored in the index: the masked row given to the indexer (``flux``), with codes but no labels.

A line gives the same view as ``selectors`` from the database, except ``date_maj``, which no list shows. It is valid
while its row is in place and ``signature`` (masking rule, format) is unchanged.
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
"""To increment when lines are written or read differently."""


class EntrepriseRangee(msgspec.Struct, array_like=True, frozen=True):
    """A company in the index: its row, that of its siège if present, and its counts of establishments."""

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
    """Hash of the format of a line and of the masking rule of its fields, ignoring natures that no field has."""
    lues = [(c, natures(source).get(c, "")) for source, colonnes in _COLONNES for c in colonnes]
    portees = {nature for _, nature in lues}
    regles: list[Any] = [sorted((regime, sorted(montrees & portees)) for regime, montrees in diffusion.MONTRE.items())]
    regles += [sorted(diffusion.NIVEAUX_PERSONNE_MORALE), lues]
    return f"{FORMAT}-{sha256(msgspec.json.encode(regles)).hexdigest()[:16]}"


def ecrire_entreprise(document: DocumentEntreprise) -> bytes | None:
    """The line of a company; None when it has ceased, because pages that show such companies read the database."""
    unite, lieux, _ = document
    if unite.etat != "A":
        return None
    siege = next((lieu for lieu in lieux if lieu.siret[9:] == unite.nic_siege), None)
    return _ECRIRE(EntrepriseRangee(unite, siege, len(lieux), sum(lieu.etat == "A" for lieu in lieux)))


def ecrire_etablissement(lieu: LigneEtablissement) -> bytes | None:
    return _ECRIRE(lieu) if lieu.etat == "A" else None


def lire_entreprise(ligne: bytes) -> EntrepriseVue:
    lue = _LIRE_UNE_ENTREPRISE(ligne)
    unite = dict(zip(_COLONNES_UNITE, lue.unite, strict=True))
    siege = _etablissement(lue.siege, lue.unite.nom, lue.unite.categorie_juridique) if lue.siege else None
    return composer_entreprise(unite, siege, lue.nombre, lue.ouverts, masque=lue.unite.masque)


def lire_etablissement(ligne: bytes, entreprise: EntrepriseVue) -> EtablissementVu:
    """``entreprise``: view of the establishment's company."""
    inconnu = entreprise.masque and entreprise.nom == NOM_MASQUE
    forme = entreprise.categorie_juridique
    return _etablissement(_LIRE_UN_LIEU(ligne), None if inconnu else entreprise.nom, forme.code if forme else None)


def _etablissement(lieu: LigneEtablissement, nom: str | None, forme: str | None) -> EtablissementVu:
    """``nom``: displayed name of the company, or None; ``forme``: its catégorie juridique."""
    cachee = lieu.masque and not diffusion.est_personne_morale(forme)
    nom_par_defaut = NOM_MASQUE if cachee else nom or NOM_ABSENT
    return composer_etablissement(dict(zip(_COLONNES_LIEU, lieu, strict=True)), nom_par_defaut, masque=lieu.masque)
