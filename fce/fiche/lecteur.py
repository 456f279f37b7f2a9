"""Who reads a sheet, and what for: rights and purpose, asked of ``droits`` for each source at this very request."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from django.utils import timezone

from fce.droits.acteurs import ANONYME, FRANCE, Acteur, EtatHabilitation, Habilitation
from fce.droits.finalites import PROFILS, Droit
from fce.droits.politique import (
    Classe,
    Octroi,
    Ouverture,
    Permis,
    Raison,
    RefusAcces,
    can,
    finalite_usuelle,
    octroi,
    ouvrir,
)  # fmt: skip
from fce.droits.portee import Portee, portee
from fce.fiche.unite import Unite
from fce.socle import paris
from fce.sources.declaration import Source
from fce.sources.onglets import Onglet, onglets_tries


@dataclass(frozen=True, slots=True)
class LecteurDeFiche:
    """Who reads, what for, to do what, when. The same for every surface: page, list, API, export.

    ``finalite``: the purpose that the reader has chosen. ``usuelle``: without one that fits, that of his habilitation
    is taken, and no secret is read under it. ``surface``, ``requete``, ``adresse_ip``: for the journal.
    ``empechement``: why nothing reserved is read this time, whatever his rights. ``pesee``: the company was counted in
    his volume by this very request.
    """

    acteur: Acteur = ANONYME
    action: str = Droit.CONSULTER
    finalite: str | None = None
    maintenant: datetime = field(default_factory=timezone.now)
    usuelle: bool = False
    surface: str = "fiche"
    requete: str = ""
    adresse_ip: str = ""
    empechement: str = ""
    pesee: bool = False
    # A sheet asks the same of a hundred sources: what depends on the group or the access alone is worked out once, and
    # never handed to another reader (``init=False``: what ``replace`` makes of this one starts anew).
    _finalites: dict[object, str | None] = field(default_factory=dict, init=False, repr=False, compare=False)
    _ouvertures: dict[object, tuple[Ouverture, ...] | Raison] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _octrois: dict[object, Octroi | RefusAcces] = field(default_factory=dict, init=False, repr=False, compare=False)
    _onglets: list[tuple[Onglet, ...]] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def onglets(self) -> tuple[Onglet, ...]:
        """The tabs of a sheet, those of his trade first."""
        if not self._onglets:
            profils = [PROFILS[h.profil] for h in self._en_vigueur if h.profil in PROFILS]
            self._onglets.append(onglets_tries(cle for profil in profils for cle in profil.onglets))
        return self._onglets[0]

    @property
    def territoire(self) -> frozenset[str]:
        """Départements that his habilitations stop at; none for anyone, and for who reads the whole country."""
        lieux = frozenset[str]().union(*(h.territoire for h in self._en_vigueur))
        return frozenset() if FRANCE in lieux else lieux

    @property
    def _en_vigueur(self) -> list[Habilitation]:
        return [h for h in self.acteur.habilitations if h.etat(self.maintenant) is EtatHabilitation.EN_VIGUEUR]

    @property
    def aujourd_hui(self) -> date:
        """The day in Paris."""
        return paris.jour_de(self.maintenant)

    def pour(self, source: Source) -> tuple[str | None, bool]:
        """(purpose of the reading of ``source``, whether the reader has chosen it himself)."""
        if not self.usuelle:
            return self.finalite, True
        acces = acces_de_groupe(source)
        if acces not in self._finalites:
            self._finalites[acces] = finalite_usuelle(self.acteur, acces, self.finalite, self.maintenant)
        finalite = self._finalites[acces]
        return finalite, finalite is not None and finalite == self.finalite

    def decider(self, source: Source, unite: Unite, champ: str | None = None) -> Permis | RefusAcces:
        """What ``can`` answers for ``source``, or one of its fields, about this unit, there where it is."""
        finalite, confirmee = self.pour(source)
        return can(
            self.acteur,
            self.action,
            source,
            champ,
            unite.siren,
            finalite=finalite,
            confirmee=confirmee,
            departements=unite.departements,
            maintenant=self.maintenant,
            octroyeur=self._octroyer,
        )

    def portee(self, source: Source) -> Portee:
        """What ``portee`` answers for ``source``."""
        finalite, confirmee = self.pour(source)
        return portee(
            ANONYME if self.empechement else self.acteur,
            self.action,
            source,
            finalite=finalite,
            confirmee=confirmee,
            maintenant=self.maintenant,
            ouvreur=self._ouvrir,
        )

    def _ouvrir(
        self,
        acteur: Acteur,
        action: str,
        acces: tuple[object, ...],
        finalite: str | None,
        *autres: Any,
        confirmee: bool,
    ) -> tuple[Ouverture, ...] | Raison:
        """``politique.ouvrir``, remembered as long as this reader: he, or nobody in particular, and one instant."""
        cle = (acteur is self.acteur, action, acces, finalite, confirmee)
        if cle not in self._ouvertures:
            self._ouvertures[cle] = ouvrir(acteur, action, acces, finalite, *autres, confirmee=confirmee)
        return self._ouvertures[cle]

    def _octroyer(
        self, acteur: Acteur, action: str, acces: tuple[object, ...], finalite: str | None, maintenant: datetime, *,
        confirmee: bool, departements: frozenset[str],
    ) -> Octroi | RefusAcces:  # fmt: skip
        """``politique.octroi``, remembered as long as this reader: the same access, there, has one answer."""
        cle = (acces, finalite, confirmee, departements)
        if cle not in self._octrois:
            self._octrois[cle] = octroi(
                acteur, action, acces, finalite, maintenant, confirmee=confirmee, departements=departements,
                ouvreur=self._ouvrir,
            )  # fmt: skip
        return self._octrois[cle]

    def refus(self, source: Source, unite: Unite) -> str:
        """Return the sentence that says why ``source`` is not for this reader on this unit, "" when it is."""
        return self.refus_de(self.decider(source, unite))

    def refus_de(self, decision: Permis | RefusAcces) -> str:
        """The sentence of a decision already taken."""
        if isinstance(decision, RefusAcces):
            return decision.phrase
        return self.empechement if decision.classe is not Classe.PUBLIC else ""


@cache
def acces_de_groupe(source: Source) -> object:
    """The access that says which habilitation a source is read under: its own, else the first one of its fields."""
    propres = [source.acces, *source.acces_propres.values()]
    return next((a for a in propres if getattr(a, "groupe", None)), source.acces)
