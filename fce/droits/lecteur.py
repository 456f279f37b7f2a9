"""Who reads: an actor, what he does, for which purpose, through which surface. Rights are asked of ``politique`` and
``portee`` at this very request; what leaves is written in the journal before it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

from django.utils import timezone

from fce.droits.acteurs import ANONYME, FRANCE, Acteur, EtatHabilitation, Habilitation
from fce.droits.erreurs import GesteRefuse
from fce.droits.finalites import PROFILS, Droit
from fce.droits.politique import (
    Classe,
    Octroi,
    Ouverture,
    Permis,
    Raison,
    RefusAcces,
    SourceDeclaree,
    can,
    finalite_usuelle,
    octroi,
    ouvrir,
)  # fmt: skip
from fce.droits.portee import Portee, portee
from fce.journal import services as journal
from fce.journal.services import Consultation
from fce.socle import paris
from fce.socle.routes import Surface
from fce.sources.onglets import Onglet, onglets_tries

_PREFIXE: Final = "g"
"""What goes before the number of a group in ``Habilitation.service``."""


class Pesee(Enum):
    """What the readings of one answer count in the volume of their reader: each company that they tell of; one for the
    whole page, of what the services of the reader wrote or received themselves; nothing."""

    ENTREPRISES = "entreprises"
    PAGE = "page"
    RIEN = "rien"


@dataclass(frozen=True, slots=True)
class LecteurDeDonnees:
    """The same for every surface: page, list, API, export, exchanges.

    ``finalite``: the purpose that the reader has chosen, None for none. ``usuelle``: where it does not fit, the usual
    purpose of his habilitation is taken, and no secret is read under that one; a program names its purpose, so it has
    none. ``surface``, ``requete``, ``adresse_ip``: for the journal. ``empechement``: why nothing reserved is read this
    time, whatever his rights. ``pesee``: this request has counted the company in his volume already.
    """

    acteur: Acteur = ANONYME
    action: Droit = Droit.CONSULTER
    finalite: str | None = None
    maintenant: datetime = field(default_factory=timezone.now)
    usuelle: bool = True
    surface: Surface = Surface.FICHE
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

    def pour(self, source: SourceDeclaree) -> tuple[str | None, bool]:
        """(purpose of the reading of ``source``, whether the reader has chosen it himself)."""
        if not self.usuelle:
            return self.finalite, True
        acces = acces_de_groupe(source)
        if acces not in self._finalites:
            self._finalites[acces] = finalite_usuelle(self.acteur, acces, self.finalite, self.maintenant)
        finalite = self._finalites[acces]
        return finalite, finalite is not None and finalite == self.finalite

    def decider(
        self,
        source: SourceDeclaree,
        siren: str | None = None,
        departements: frozenset[str] = frozenset(),
        *,
        champ: str | None = None,
        action: Droit | None = None,
    ) -> Permis | RefusAcces:
        """What ``can`` answers for a data set or a kind of exchange, or one of its fields, about a company there where
        it is (``departements``: unknown when empty). ``action``: another than that of the reader."""
        finalite, confirmee = self.pour(source)
        return can(
            self.acteur,
            action or self.action,
            source,
            champ,
            siren,
            finalite=finalite,
            confirmee=confirmee,
            departements=departements,
            maintenant=self.maintenant,
            octroyeur=self._octroyer,
        )

    def exiger(self, source: SourceDeclaree, siren: str | None = None, action: Droit | None = None) -> Permis:
        """As ``decider``. Raises GesteRefuse, with the sentence of the reason."""
        decision = self.decider(source, siren, action=action)
        if isinstance(decision, RefusAcces):
            raise GesteRefuse(decision.phrase)
        return decision

    def refus(self, decision: Permis | RefusAcces) -> str:
        """The sentence that says why what was decided is not for this reader, "" when it is."""
        if isinstance(decision, RefusAcces):
            return decision.phrase
        return self.empechement if decision.classe is not Classe.PUBLIC else ""

    def portee(self, source: SourceDeclaree) -> Portee:
        """Which rows and columns of a data set he may read."""
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
        cle = (action, acces, finalite, confirmee, departements)
        if cle not in self._octrois:
            self._octrois[cle] = octroi(
                acteur, action, acces, finalite, maintenant, confirmee=confirmee, departements=departements,
                ouvreur=self._ouvrir,
            )  # fmt: skip
        return self._octrois[cle]

    def services(self, objet: SourceDeclaree, action: Droit = Droit.MESSAGE) -> frozenset[int]:
        """Groups in whose name he may act on this kind of exchange: each by a habilitation of its own."""
        trouves = set()
        tenues = self.acteur.habilitations
        for habilitation in tenues:
            seul = self
            if len(tenues) > 1:
                seul = replace(self, acteur=replace(self.acteur, habilitations=(habilitation,)))
            if seul.decider(objet, action=action) and habilitation.service.startswith(_PREFIXE):
                trouves.add(int(habilitation.service.removeprefix(_PREFIXE)))
        return frozenset(trouves)

    def exiger_service(self, service: int, objet: SourceDeclaree) -> None:
        """Raises GesteRefuse unless he may write in the name of this group."""
        if service not in self.services(objet):
            # The reason of his rights when they lack; else the group is none of his.
            self.exiger(objet, action=Droit.MESSAGE)
            raise GesteRefuse("Vous n’écrivez qu’au nom d’un service dont vous êtes membre et qui est habilité.")

    def au_nom_de(self, services: Iterable[int]) -> LecteurDeDonnees:
        """The reader with the habilitations of some of his services alone."""
        tenus = {f"{_PREFIXE}{service}" for service in services}
        habilitations = tuple(h for h in self.acteur.habilitations if h.service in tenus)
        return replace(self, acteur=replace(self.acteur, habilitations=habilitations))

    def consultation(
        self,
        numero: str,
        lignes: Mapping[str, int],
        classe: Classe,
        habilitations: Iterable[str],
        finalite: str | None,
        *,
        poids: int,
    ) -> Consultation:
        """One entry of the journal. ``numero``: SIREN or SIRET, "" for several companies; ``lignes``: rows by source,
        or by kind of exchange; ``classe``: the highest of them; ``habilitations``: references of those that allow it;
        ``poids``: how many companies are counted in the volume of the reader."""
        return Consultation(
            agent=self.acteur.identifiant,
            siret_administration=self.acteur.siret_administration,
            habilitations=tuple(habilitations),
            finalite=finalite or "",
            sources=tuple(lignes),
            numero=numero,
            surface=self.surface.value,
            action=self.action.value,
            lignes=lignes,
            classe=classe.value,
            requete=self.requete,
            adresse_ip=self.adresse_ip,
            budget=self.acteur.budget,
            poids=poids,
        )

    def consigner(self, objet: SourceDeclaree, permis: Permis, numero: str, lignes: int) -> None:
        """Write a reading in the journal, before anything of it leaves. ``numero``: SIREN or SIRET, "" for what tells
        of no company.

        Raises JournalIndisponible, VolumeDepasse.
        """
        self.consigner_tout([(objet, permis, numero, lignes)])

    def consigner_tout(
        self, lus: Iterable[tuple[SourceDeclaree, Permis, str, int]], pesee: Pesee = Pesee.ENTREPRISES
    ) -> None:
        """Several readings of one answer, in one round trip. Raises JournalIndisponible, VolumeDepasse."""
        pesees, consultations = set[str](), []
        for objet, permis, numero, lignes in lus:
            unite = numero[:9] if pesee is Pesee.ENTREPRISES else ""
            references = [h.reference for h in permis.habilitations]
            poids = int(pesee is not Pesee.RIEN and unite not in pesees)
            pesees.add(unite)
            consultations.append(
                self.consultation(numero, {objet.nom: lignes}, permis.classe, references, permis.finalite, poids=poids)
            )
        journal.consigner(consultations, self.maintenant)

    def consigner_liste(
        self, objet: SourceDeclaree, permis: Permis, numeros: Iterable[str], pesee: Pesee = Pesee.PAGE
    ) -> None:
        """A list that tells something of several units (SIREN or SIRET, as many times as it does): one entry for each,
        so that « who read this company? » finds it; one without number for a list of none.

        Raises JournalIndisponible, VolumeDepasse.
        """
        comptes = Counter(numeros) or Counter({"": 0})
        self.consigner_tout([(objet, permis, numero, n) for numero, n in comptes.items()], pesee)

    def noter_refus(self, raison: Raison, source: str = "", numero: str = "") -> None:
        """Count a refusal: many in a minute raise an alert."""
        journal.consigner_refus(
            self.acteur.identifiant,
            raison.name,
            source,
            numero,
            self.surface.value,
            self.maintenant,
            self.requete,
            self.adresse_ip,
            siret_administration=self.acteur.siret_administration,
        )


def acces_de_groupe(source: SourceDeclaree) -> object:
    """The access that says which habilitation a source is read under: its own, else the first one of its fields."""
    propres = [source.acces, *source.acces_propres.values()]
    return next((a for a in propres if getattr(a, "groupe", None)), source.acces)
