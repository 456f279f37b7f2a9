"""What a sheet, a list, a live bloc or a file is about: one unit, its kind, its diffusion and where it is.

Resolved once, from rows read with everything else (``a_lire``, then ``Unite.situee``), and handed on: nobody looks at
the length of a number, at a status or at a code commune again. No row of Sirene is kept in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final

from django.urls import reverse

from fce.droits.portee import Implantation
from fce.entreprises import lieux, requetes
from fce.entreprises.construction import regime_de, regime_etablissement_de
from fce.entreprises.diffusion import Regime, regime_etablissement
from fce.fiche.perimetre import ENTREPRISE, ETABLISSEMENT, Perimetre
from fce.socle.branches import Branche, Lignes
from fce.socle.identifiants import est_siret, formater_siren, formater_siret
from fce.sources import champs

Lues = Mapping[str, Lignes | None]
"""Rows by key of the branch that read them, None for one that could not be read."""


@dataclass(frozen=True, slots=True)
class Regimes:
    """Diffusion of the unit of the sheet, and of the establishments of the company that are masked on their own."""

    unite: Regime
    masques: frozenset[str] | None = frozenset()
    masque: Regime = Regime.PHYSIQUE

    def de(self, siret: str | None) -> Regime:
        """Regime of a row. ``masques`` None: unknown, every row about an establishment is masked."""
        if self.unite is not Regime.OUVERT or siret is None:
            return self.unite
        return self.masque if self.masques is None or siret in self.masques else self.unite

    @property
    def selon_le_lieu(self) -> bool:
        """Rows of one source may have several regimes: some establishments alone are masked, or nobody knows which."""
        return self.unite is Regime.OUVERT and (self.masques is None or bool(self.masques))

    @property
    def lieux_caches(self) -> bool:
        """Even how many establishments there are in a département may not be told: one of them may not be situated."""
        un_seul = self.masques is None or bool(self.masques)
        return self.unite is Regime.PHYSIQUE or (un_seul and self.masque is Regime.PHYSIQUE)


MASQUES: Final = Regimes(Regime.PHYSIQUE)
"""Those of a unit of which nothing is known: everything is masked."""


@dataclass(frozen=True, slots=True)
class Unite:
    """A company or an establishment, by its number. Before it is situated it is masked, and it is nowhere.

    ``implantations``: where it is; those of a company are only read for a reader whose rights may depend on them.
    ``siege``: SIRET of the siège of a company, "" when it is unknown; ``implantation_siege``: where that siège is.
    """

    numero: str
    regimes: Regimes = MASQUES
    implantations: tuple[Implantation, ...] = ()
    siege: str = ""
    implantation_siege: tuple[Implantation, ...] = ()
    # Looked at for each of a hundred sources: worked out once.
    entreprise: bool = field(init=False, repr=False, compare=False)
    """It is a company; else it is an establishment."""
    departements: frozenset[str] = field(init=False, repr=False, compare=False)
    """Départements where it is, or was within 24 months: what the territory of a right is compared to."""

    def __post_init__(self) -> None:
        connus = frozenset(i.departement for i in self.implantations if i.departement and i.vivants)
        object.__setattr__(self, "entreprise", not est_siret(self.numero))
        object.__setattr__(self, "departements", connus)

    @property
    def siren(self) -> str:
        """The company that it is, or that it belongs to."""
        return self.numero[:9]

    @property
    def affichee(self) -> str:
        """ "SIREN 552 032 534", "SIRET 552 032 534 00646"."""
        if self.entreprise:
            return f"SIREN {formater_siren(self.numero)}"
        return f"SIRET {formater_siret(self.numero)}"

    @property
    def adresse(self) -> str:
        """Address of its sheet."""
        return debut_d_adresse("entreprise" if self.entreprise else "etablissement") + self.numero

    @property
    def perimetre(self) -> Perimetre:
        """The scope of what is said of it when nothing is left out."""
        return ENTREPRISE if self.entreprise else ETABLISSEMENT

    @property
    def cles(self) -> tuple[type[champs.Champ], ...]:
        """Kinds of numbers that a row about it may bear: a company also shows what is known of its establishments."""
        return (champs.Siren, champs.Siret) if self.entreprise else (champs.Siret,)

    @property
    def masquee(self) -> bool:
        """Its identity or its address is masked; that of its siège, for a company."""
        return self.regimes.de(self.siege or None) is not Regime.OUVERT

    def au_siege(self) -> Unite:
        """Itself, where a fact about its siège takes place: that is a fact about an establishment."""
        return replace(self, implantations=self.implantation_siege)

    def situee(self, lues: Lues) -> Unite:
        """Itself with its diffusion and its places, from what the branches of ``a_lire`` brought.

        What could not be read is unknown: masked, and nowhere.
        """
        legale = premiere(lues["unite_legale"])
        if not self.entreprise:
            lieu = premiere(lues["etablissement"])
            regimes = Regimes(regime_etablissement_de(lieu or {}, legale))
            return replace(self, regimes=regimes, implantations=_implantation(lieu))
        masques = lues["masques"]
        return replace(
            self,
            regimes=Regimes(
                regime_de(legale),
                None if masques is None or len(masques) > lieux.MASQUES_MAX else frozenset(m["siret"] for m in masques),
                regime_etablissement("P", "O", legale.get("categorie_juridique") if legale else None),
            ),
            implantations=tuple(
                Implantation(x["departement"], int(x["vivants"]), int(x["tous"]))
                for x in lues.get("departements") or ()
            ),
            siege=f"{self.siren}{legale['nic_siege']}" if legale and legale.get("nic_siege") else "",
            implantation_siege=_implantation(premiere(lues.get("siege"))),
        )


@cache
def debut_d_adresse(genre: str) -> str:
    """Address of a kind of sheet ("entreprise", "etablissement"), up to the number: Django writes it again each time,
    ten times slower, and a page has a hundred."""
    return reverse(f"fiche:{genre}", args=["0"])[:-1]


def a_lire(unite: Unite, *, territoire: bool) -> list[Branche]:
    """What ``Unite.situee`` looks at. ``territoire``: rights may depend on where the company is.

    The place of a siège is only known when ``requetes.siege`` is read beside.
    """
    if not unite.entreprise:
        return [requetes.etablissement(unite.numero), requetes.unite_legale(unite.siren)]
    branches = [requetes.unite_legale(unite.siren), lieux.masques(unite.siren)]
    return [*branches, lieux.departements(unite.siren)] if territoire else branches


def premiere(lignes: Sequence[dict[str, Any]] | None) -> dict[str, Any] | None:
    """The only row of a branch, None when it brought none or could not be read."""
    return lignes[0] if lignes else None


def _implantation(lieu: Mapping[str, Any] | None) -> tuple[Implantation, ...]:
    """Where an establishment is, from its raw row: in one département, or nobody knows where."""
    departements = lieux.departement_de(lieu.get("code_commune") if lieu else None)
    return tuple(Implantation(departement, 1, 1) for departement in departements) or (Implantation(None, 1, 1),)
