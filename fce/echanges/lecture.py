"""Who reads or writes exchanges, and in the name of which services: rights are asked of ``droits.can`` each time, and
what leaves is written in the journal before it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from typing import Final

from django.http import HttpRequest
from django.utils import timezone

from fce.comptes.requete import compte_de
from fce.droits.acteurs import ANONYME, Acteur
from fce.droits.consultations import consultation
from fce.droits.finalites import Droit
from fce.droits.politique import Permis, RefusAcces, can, finalite_usuelle
from fce.droits.portee import Portee, portee
from fce.droits.selectors import acteur_de
from fce.echanges.erreurs import EchangeRefuse
from fce.echanges.objets import VISITE, ObjetEchange
from fce.journal import services as journal
from fce.socle import paris
from fce.sources.declaration import Source

_PREFIXE: Final = "g"
"""What goes before the number of a group in ``Habilitation.service``."""


class Pesee(Enum):
    """What the readings of one answer count in the volume of their reader: each company that they tell of; one for the
    whole page, of what the services of the reader wrote or received themselves; nothing."""

    ENTREPRISES = "entreprises"
    PAGE = "page"
    RIEN = "rien"


@dataclass(frozen=True, slots=True)
class LecteurEchanges:
    """An agent at the moment he reads or writes. ``finalite``: the purpose that he has chosen, None for none: the usual
    one of his service is then taken, and no secret is read under it. ``surface``, ``requete``, ``adresse_ip``: for the
    journal."""

    acteur: Acteur = ANONYME
    finalite: str | None = None
    maintenant: datetime = field(default_factory=timezone.now)
    surface: str = "fiche"
    requete: str = ""
    adresse_ip: str = ""

    @property
    def aujourd_hui(self) -> date:
        """The day in Paris."""
        return paris.jour_de(self.maintenant)

    def decider(
        self,
        objet: ObjetEchange | Source,
        siren: str | None = None,
        action: Droit = Droit.CONSULTER,
        *,
        champ: str | None = None,
        departements: frozenset[str] = frozenset(),
    ) -> Permis | RefusAcces:
        """What ``can`` answers for one kind of exchange, a data set or one of its fields, about a company there
        where it is (``departements``: unknown when empty)."""
        finalite, confirmee = self._finalite(objet)
        return can(
            self.acteur,
            action,
            objet,
            champ,
            siren,
            finalite=finalite,
            confirmee=confirmee,
            departements=departements,
            maintenant=self.maintenant,
        )

    def portee(self, source: Source) -> Portee:
        """Which rows and columns of a data set he may read."""
        finalite, confirmee = self._finalite(source)
        return portee(
            self.acteur, Droit.CONSULTER, source, finalite=finalite, confirmee=confirmee, maintenant=self.maintenant
        )

    def _finalite(self, objet: ObjetEchange | Source) -> tuple[str | None, bool]:
        """The purpose under which something is read, and whether he has chosen it himself."""
        finalite = finalite_usuelle(self.acteur, objet.acces, self.finalite, self.maintenant)
        return finalite, finalite is not None and finalite == self.finalite

    def exiger(self, objet: ObjetEchange, siren: str | None = None, action: Droit = Droit.CONSULTER) -> Permis:
        """As ``decider``. Raises EchangeRefuse, with the sentence of the reason."""
        decision = self.decider(objet, siren, action)
        if isinstance(decision, RefusAcces):
            raise EchangeRefuse(decision.phrase)
        return decision

    def services(self, objet: ObjetEchange = VISITE, action: Droit = Droit.MESSAGE) -> frozenset[int]:
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

    def exiger_service(self, service: int, objet: ObjetEchange = VISITE) -> None:
        """Raises EchangeRefuse unless he may write in the name of this group."""
        if service not in self.services(objet):
            # The reason of his rights when they lack; else the group is none of his.
            self.exiger(objet, action=Droit.MESSAGE)
            raise EchangeRefuse("Vous n’écrivez qu’au nom d’un service dont vous êtes membre et qui est habilité.")

    def au_nom_de(self, services: Iterable[int]) -> LecteurEchanges:
        """The reader with the habilitations of some of his services alone."""
        tenus = {f"{_PREFIXE}{service}" for service in services}
        habilitations = tuple(h for h in self.acteur.habilitations if h.service in tenus)
        return replace(self, acteur=replace(self.acteur, habilitations=habilitations))

    def consigner(self, objet: ObjetEchange | Source, permis: Permis, numero: str, lignes: int) -> None:
        """Write a reading in the journal, before anything of it leaves. ``numero``: SIREN or SIRET, "" for what tells
        of no company.

        Raises JournalIndisponible, VolumeDepasse.
        """
        self.consigner_tout([(objet, permis, numero, lignes)])

    def consigner_tout(
        self,
        lus: Iterable[tuple[ObjetEchange | Source, Permis, str, int]],
        pesee: Pesee = Pesee.ENTREPRISES,
        *,
        surface: str = "",
    ) -> None:
        """Several readings of one answer, in one round trip. ``surface``: another than that of the reader.

        Raises JournalIndisponible, VolumeDepasse.
        """
        trace, pesees, consultations = replace(self, surface=surface) if surface else self, set[str](), []
        for objet, permis, numero, lignes in lus:
            unite = numero[:9] if pesee is Pesee.ENTREPRISES else ""
            references = [h.reference for h in permis.habilitations]
            poids = int(pesee is not Pesee.RIEN and unite not in pesees)
            pesees.add(unite)
            consultations.append(
                consultation(
                    trace, numero, {objet.nom: lignes}, permis.classe, references, permis.finalite, poids=poids
                )
            )
        journal.consigner(consultations, self.maintenant)

    def consigner_liste(
        self,
        objet: ObjetEchange,
        permis: Permis,
        numeros: Iterable[str],
        pesee: Pesee = Pesee.PAGE,
        *,
        surface: str = "",
    ) -> None:
        """A list that tells something of several units (SIREN or SIRET, as many times as it does): one entry for each,
        so that « who read this company? » finds it; one without number for a list of none.

        Raises JournalIndisponible, VolumeDepasse.
        """
        comptes = Counter(numeros) or Counter({"": 0})
        self.consigner_tout([(objet, permis, numero, n) for numero, n in comptes.items()], pesee, surface=surface)


def lecteur_de(request: HttpRequest, surface: str = "fiche", acteur: Acteur | None = None) -> LecteurEchanges:
    """The reader of a request, with the rights that he has at this very moment. One query for an agent, none when the
    page has asked for them already (``acteur``)."""
    compte = compte_de(request)
    if compte is None:
        return LecteurEchanges(surface=surface)
    return LecteurEchanges(
        acteur or acteur_de(compte, mfa=request.session.get("mfa") is True),
        request.session.get("finalite"),
        surface=surface,
        requete=getattr(request, "numero", ""),
        adresse_ip=getattr(request, "adresse_ip", ""),
    )
