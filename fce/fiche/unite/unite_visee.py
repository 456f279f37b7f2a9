"""The unit that a sheet, list, live bloc or file is about: its kind, diffusion and places.

Resolved once from the rows read (``a_lire``, then ``Unite.situee``) and passed on, so that no other code tests the
length of a number, a status or a code commune. It keeps no row of Sirene.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from fce.donnees.entreprises import lieux, requetes
from fce.donnees.entreprises.diffusion import Regime, regime, regime_masque
from fce.droits.habilitations.portee import Implantation
from fce.fiche.unite.perimetre import ENTREPRISE, ETABLISSEMENT, Perimetre
from fce.socle.base.branches import Branche, Lignes
from fce.socle.texte.identifiants import est_siret, nommer_le_numero
from fce.socle.web import liens
from fce.sources import champs

ParBranche = Mapping[str, Lignes | None]
"""Rows by branch key; None for a branch that could not be read."""


@dataclass(frozen=True, slots=True)
class Regimes:
    """Diffusion of the sheet's unit, and of the establishments of the company that are masked on their own."""

    unite: Regime
    masques: frozenset[str] | None = frozenset()
    masque: Regime = Regime.PHYSIQUE

    def de(self, siret: str | None) -> Regime:
        """Regime of a row. ``masques`` None: unknown, so every row about an establishment is masked."""
        if self.unite.masque or siret is None:
            return self.unite
        return self.masque if self.masques is None or siret in self.masques else self.unite

    @property
    def selon_le_lieu(self) -> bool:
        """Whether rows of one source may have several regimes: only some establishments are masked, or it is unknown
        which."""
        return not self.unite.masque and (self.masques is None or bool(self.masques))

    @property
    def lieux_caches(self) -> bool:
        """Whether even the number of establishments per département is hidden, because it may locate a masked one."""
        un_seul = self.masques is None or bool(self.masques)
        return not self.unite.listable or (un_seul and not self.masque.listable)


MASQUES: Final = Regimes(Regime.PHYSIQUE)
"""Regime of an unknown unit: everything is masked."""


@dataclass(frozen=True, slots=True)
class Unite:
    """A company or an establishment, by number. Until situated, it is masked and without a place.

    ``implantations``: its places; for a company, only read when the reader's rights may depend on them. ``siege``:
    SIRET of a company's siège, "" when unknown; ``implantation_siege``: place of the siège.
    """

    numero: str
    regimes: Regimes = MASQUES
    implantations: tuple[Implantation, ...] = ()
    siege: str = ""
    implantation_siege: tuple[Implantation, ...] = ()
    # Computed once: read for each of a hundred sources.
    entreprise: bool = field(init=False, repr=False, compare=False)
    """True for a company, False for an establishment."""
    departements: frozenset[str] = field(init=False, repr=False, compare=False)
    """Départements where it is, or was within 24 months: compared with the territory of a right."""

    def __post_init__(self) -> None:
        connus = frozenset(i.departement for i in self.implantations if i.departement and i.vivants)
        object.__setattr__(self, "entreprise", not est_siret(self.numero))
        object.__setattr__(self, "departements", connus)

    @property
    def siren(self) -> str:
        """Its SIREN, or that of its company."""
        return self.numero[:9]

    @property
    def affichee(self) -> str:
        """ "SIREN 552 032 534", "SIRET 552 032 534 00646"."""
        return nommer_le_numero(self.numero)

    @property
    def adresse(self) -> str:
        return liens.fiche(self.numero)

    @property
    def perimetre(self) -> Perimetre:
        """The scope when nothing is left out."""
        return ENTREPRISE if self.entreprise else ETABLISSEMENT

    @property
    def cles(self) -> tuple[type[champs.Champ], ...]:
        """Kinds of numbers of the rows about it: those of a company include its establishments."""
        return (champs.Siren, champs.Siret) if self.entreprise else (champs.Siret,)

    @property
    def masquee(self) -> bool:
        """Whether its identity or its address (for a company, that of its siège) is masked."""
        return self.regimes.de(self.siege or None).masque

    def au_siege(self) -> Unite:
        """The unit located at its siège, for a fact about the siège."""
        return replace(self, implantations=self.implantation_siege)

    def situee(self, lignes: ParBranche) -> Unite:
        """The unit with its diffusion and places, from the rows of ``a_lire``.

        What could not be read is unknown: masked, without a place.
        """
        legale = premiere(lignes["unite_legale"])
        if not self.entreprise:
            lieu = premiere(lignes["etablissement"])
            regimes = Regimes(regime(legale, lieu or {}))
            return replace(self, regimes=regimes, implantations=_implantation(lieu))
        masques = lignes["masques"]
        return replace(
            self,
            regimes=Regimes(
                regime(legale),
                None if masques is None or len(masques) > lieux.MASQUES_MAX else frozenset(m["siret"] for m in masques),
                regime_masque(legale.get("categorie_juridique") if legale else None),
            ),
            implantations=tuple(
                Implantation(x["departement"], int(x["vivants"]), int(x["tous"]))
                for x in lignes.get("departements") or ()
            ),
            siege=f"{self.siren}{legale['nic_siege']}" if legale and legale.get("nic_siege") else "",
            implantation_siege=_implantation(premiere(lignes.get("siege"))),
        )


def a_lire(unite: Unite, *, territoire: bool) -> list[Branche]:
    """Queries for ``Unite.situee``. ``territoire``: rights may depend on the company's places.

    The siège is only located when ``requetes.siege`` is read as well.
    """
    if not unite.entreprise:
        return [requetes.etablissement(unite.numero), requetes.unite_legale(unite.siren)]
    branches = [requetes.unite_legale(unite.siren), lieux.masques(unite.siren)]
    return [*branches, lieux.departements(unite.siren)] if territoire else branches


def premiere(lignes: Sequence[dict[str, Any]] | None) -> dict[str, Any] | None:
    """The only row of a branch; None when there is none, or it could not be read."""
    return lignes[0] if lignes else None


def _implantation(lieu: Mapping[str, Any] | None) -> tuple[Implantation, ...]:
    """Place of an establishment from its raw row: one département, or unknown."""
    departements = lieux.departement_de(lieu.get("code_commune") if lieu else None)
    return tuple(Implantation(departement, 1, 1) for departement in departements) or (Implantation(None, 1, 1),)
