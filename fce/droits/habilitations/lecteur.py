"""The reader: an actor, his action, purpose and surface. Asks ``politique`` and ``portee`` for his rights at this
request, and writes each reading in the journal before the answer leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from typing import Final, NamedTuple

from django.utils import timezone

from fce.droits.habilitations.acteurs import ANONYME, FRANCE, Acteur, EtatHabilitation, Habilitation
from fce.droits.habilitations.erreurs import GesteRefuse
from fce.droits.habilitations.finalites import PROFILS, Droit, Profil
from fce.droits.habilitations.politique import (
    Classe,
    Octroi,
    Permis,
    Raison,
    RefusAcces,
    SourceDeclaree,
    conditions,
    finalite_usuelle,
    octroi,
    permis_de,
)
from fce.droits.habilitations.portee import Portee, portee
from fce.droits.journal import services as journal
from fce.droits.journal.services import Consultation
from fce.socle.texte import paris
from fce.socle.web.routes import Surface
from fce.sources.onglets import Onglet, onglets_tries

_PREFIXE: Final = "g"
"""Prefix of a group number in ``Habilitation.service``."""


NOMMEES_MAX: Final = 20
"""Companies that the open part of a question may leave for the journal to name each of them."""


def a_nommer(candidates: Collection[object]) -> bool:
    """Whether the journal names each of the companies that the open part of a question leaves."""
    return 0 < len(candidates) <= NOMMEES_MAX


class PartDeReponse(NamedTuple):
    """The part of an answer about one unit: name of a source or kind of exchange, SIREN or SIRET ("" for no company),
    number of rows, and the permissions that allow it."""

    objet: str
    numero: str
    nombre: int
    permis: Sequence[Permis]


class QuestionReservee(NamedTuple):
    """A choice on restricted facts: its answer, even empty, tells one of each company that it chooses among.

    ``candidates``: SIREN of the companies that its open part leaves, or more than ``NOMMEES_MAX`` of them; ``parts``:
    what is read of one of them, or of none (""). ``isolees``: the answer tells each apart, however many they are.
    """

    candidates: Collection[str]
    parts: Callable[[str], Iterable[PartDeReponse]]
    isolees: bool = False


class Pesee(Enum):
    """What an answer counts in the reader's volume: each company in it; one for the page, when the data were written or
    received by the reader's own services; nothing."""

    ENTREPRISES = "entreprises"
    PAGE = "page"
    RIEN = "rien"


@dataclass(frozen=True, slots=True)
class LecteurDeDonnees:
    """The reader, for every surface: page, list, API, export, exchanges.

    ``finalite``: purpose chosen by the reader. ``usuelle``: when it does not fit, use the usual purpose of his
    habilitation, under which no secret is read; False for a program, which must name its purpose. ``surface``,
    ``requete``, ``adresse_ip``: for the journal. ``empechement``: why nothing reserved is read this time, whatever his
    rights. ``pesee``: this request has already counted the company in his volume. ``motivee``: a file that he asked for
    with a reason (``droits.journal.services.consigner``). ``sans_secret``: no purpose opens him a secret.
    """

    acteur: Acteur = ANONYME
    action: Droit = Droit.CONSULTER
    finalite: str | None = None
    maintenant: datetime = field(default_factory=timezone.now)
    usuelle: bool = False
    surface: Surface = Surface.FICHE
    requete: str = ""
    adresse_ip: str = ""
    empechement: str = ""
    pesee: bool = False
    motivee: bool = False
    sans_secret: bool = False
    # Caches: a sheet asks about a hundred sources, but the answers depend only on the group or the access.
    # ``init=False``: a reader made by ``replace`` starts with empty ones.
    _finalites: dict[object, str | None] = field(default_factory=dict, init=False, repr=False, compare=False)
    _octrois: dict[object, Octroi | RefusAcces] = field(default_factory=dict, init=False, repr=False, compare=False)
    _onglets: list[tuple[Onglet, ...]] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def onglets(self) -> tuple[Onglet, ...]:
        """The tabs of a sheet, those of his trade first."""
        if not self._onglets:
            self._onglets.append(onglets_tries(cle for profil in self.profils for cle in profil.onglets))
        return self._onglets[0]

    @property
    def profils(self) -> list[Profil]:
        """Profiles of his habilitations in force: his trades."""
        return [PROFILS[h.profil] for h in self._en_vigueur if h.profil in PROFILS]

    @property
    def corps(self) -> frozenset[str]:
        """Codes of his inspection bodies."""
        return frozenset(profil.corps for profil in self.profils if profil.corps)

    @property
    def territoire(self) -> frozenset[str]:
        """Départements of his habilitations; empty for the public and for a national reader."""
        lieux = frozenset[str]().union(*(h.territoire for h in self._en_vigueur))
        return frozenset() if FRANCE in lieux else lieux

    @property
    def national(self) -> bool:
        """Whether one of his habilitations covers the whole country."""
        return any(FRANCE in h.territoire for h in self._en_vigueur)

    @property
    def situe(self) -> bool:
        """Whether a habilitation in force gives him a territory, be it the whole country."""
        return self.national or bool(self.territoire)

    @property
    def _en_vigueur(self) -> list[Habilitation]:
        return [h for h in self.acteur.habilitations if h.etat(self.maintenant) is EtatHabilitation.EN_VIGUEUR]

    @property
    def aujourd_hui(self) -> date:
        return paris.jour_de(self.maintenant)

    def pour(self, source: SourceDeclaree) -> tuple[str | None, bool]:
        """(purpose to read ``source`` under, whether the reader chose it himself)."""
        if not self.usuelle:
            return self.finalite, not self.sans_secret
        acces = acces_de_groupe(source)
        if acces not in self._finalites:
            self._finalites[acces] = finalite_usuelle(self.acteur, acces, self.finalite, self.maintenant)
        finalite = self._finalites[acces]
        return finalite, finalite is not None and finalite == self.finalite and not self.sans_secret

    def decider(
        self,
        source: SourceDeclaree,
        siren: str | None = None,
        departements: frozenset[str] = frozenset(),
        *,
        champ: str | None = None,
        action: Droit | None = None,
    ) -> Permis | RefusAcces:
        """The decision of ``can`` on a data set or kind of exchange, or one of its fields, for a company in
        ``departements`` (empty: unknown). ``action``: default, that of the reader."""
        finalite, confirmee = self.pour(source)
        acces = conditions(source, champ)
        cle = (action or self.action, acces, finalite, confirmee, departements)
        if cle not in self._octrois:
            self._octrois[cle] = octroi(
                self.acteur, action or self.action, acces, finalite, self.maintenant,
                confirmee=confirmee, departements=departements,
            )  # fmt: skip
        return permis_de(self._octrois[cle], source, champ, siren, finalite)

    def exiger(
        self,
        source: SourceDeclaree,
        siren: str | None = None,
        action: Droit | None = None,
        departements: frozenset[str] = frozenset(),
    ) -> Permis:
        """Like ``decider``. Raises GesteRefuse with the reason."""
        decision = self.decider(source, siren, departements, action=action)
        if isinstance(decision, RefusAcces):
            raise GesteRefuse(decision.phrase)
        return decision

    def refus(self, decision: Permis | RefusAcces) -> str:
        """Why this reader may not read what was decided; "" when he may."""
        if isinstance(decision, RefusAcces):
            return decision.phrase
        return self.empechement if decision.classe is not Classe.PUBLIC else ""

    def portee(self, source: SourceDeclaree) -> Portee:
        """Rows and columns of a data set that he may read."""
        finalite, confirmee = self.pour(source)
        return portee(
            ANONYME if self.empechement else self.acteur,
            self.action,
            source,
            finalite=finalite,
            confirmee=confirmee,
            maintenant=self.maintenant,
        )

    def services(self, objet: SourceDeclaree, action: Droit = Droit.MESSAGE) -> frozenset[int]:
        """Groups in whose name he may act on this kind of exchange, each by a habilitation of its own."""
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
        """Raise GesteRefuse unless he may write in the name of this group."""
        if service not in self.services(objet):
            # First the reason of his rights, if they are what lacks; otherwise the group is not his.
            self.exiger(objet, action=Droit.MESSAGE)
            raise GesteRefuse("Vous n’écrivez qu’au nom d’un service dont vous êtes membre et qui est habilité.")

    def au_nom_de(self, services: Iterable[int]) -> LecteurDeDonnees:
        """The reader with only the habilitations of these services."""
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
        filtres: str = "",
    ) -> Consultation:
        """An entry of the journal. ``numero``: SIREN or SIRET, "" for several companies; ``lignes``: rows by source or
        kind of exchange; ``classe``: the highest one; ``habilitations``: references of those that allow it; ``poids``:
        companies counted in the reader's volume; ``filtres``: those of a question, without free text."""
        return Consultation(
            agent=self.acteur.identifiant,
            siret_administration=self.acteur.siret_administration,
            habilitations=tuple(habilitations),
            finalite=finalite or "",
            sources=(*lignes, *([f"{journal.MARQUE_DES_FILTRES}{filtres}"] if filtres else [])),
            numero=numero,
            surface=self.surface,
            action=self.action.value,
            lignes=lignes,
            classe=classe.value,
            requete=self.requete,
            adresse_ip=self.adresse_ip,
            budget=self.acteur.budget,
            poids=poids,
        )

    def consigner(self, objet: SourceDeclaree, permis: Permis, numero: str, lignes: int) -> None:
        """Write a reading in the journal, before its data leave. ``numero``: SIREN or SIRET, "" when about no company.

        Raises JournalIndisponible, VolumeDepasse.
        """
        self.consigner_tout([(objet, permis, numero, lignes)])

    def consigner_tout(
        self, montres: Iterable[tuple[SourceDeclaree, Permis, str, int]], pesee: Pesee = Pesee.ENTREPRISES
    ) -> None:
        """Write several readings of one answer, in one round trip. Raises JournalIndisponible, VolumeDepasse."""
        siens = [PartDeReponse(objet.nom, numero, lignes, [permis]) for objet, permis, numero, lignes in montres]
        gratuites = {part.numero[:9] for part in siens} if pesee is not Pesee.ENTREPRISES else set()
        if pesee is Pesee.PAGE and siens:
            gratuites.remove(siens[0].numero[:9])
        # Each apart: their classes differ.
        ecrites = [entree for part in siens for entree in self._consultations([part], gratuites)]
        journal.consigner(ecrites, self.maintenant, motivee=self.motivee)

    def consigner_reponse(
        self,
        montres: Iterable[PartDeReponse],
        questions: Iterable[QuestionReservee] = (),
        filtres: str = "",
        *,
        garder: bool = False,
    ) -> list[PartDeReponse]:
        """Write one answer, before it leaves: what it shows of each unit, then what it tells of companies that it does
        not show. Return all that was read.

        Each candidate of a question is named when ``a_nommer``, once a day; otherwise, or always with ``garder``, the
        journal keeps ``filtres``: the question, without free text. Every surface that filters, sorts or counts on
        restricted facts answers through this. Raises JournalIndisponible, VolumeDepasse.
        """
        vus, deduits, sans, pesees = [*montres], list[PartDeReponse](), list[PartDeReponse](), set[str]()
        nommes = {part.numero[:9] for part in vus}
        for question in questions:
            nommer = question.isolees or a_nommer(question.candidates)
            deduits += [part for n in question.candidates if nommer and n not in nommes for part in question.parts(n)]
            sans += [] if nommer and not garder else question.parts("")
        ecrites = self._consultations(vus, pesees)
        ecrites += replace(self, surface=Surface.FILTRE)._consultations(deduits, pesees)
        # A page that weighs for its companies does not weigh for itself.
        ecrites += self._consultations(sans, pesees | ({""} if pesees else set()), filtres)
        journal.consigner(ecrites, self.maintenant, motivee=self.motivee)
        return [*vus, *deduits, *sans]

    def _consultations(self, parts: Iterable[PartDeReponse], pesees: set[str], filtres: str = "") -> list[Consultation]:
        """One entry per unit, purpose and set of habilitations, so that a search by company also finds readings of
        lists. A company weighs once, whatever the number of purposes; ``pesees`` is completed."""
        groupes: dict[tuple[str, str, tuple[str, ...]], list[PartDeReponse]] = {}
        for part in parts:
            references = dict.fromkeys(h.reference for p in part.permis for h in p.habilitations)
            finalite = next((p.finalite for p in part.permis if p.finalite and p.habilitations), "") or ""
            groupes.setdefault((part.numero, finalite, tuple(references)), []).append(part)
        consultations = []
        for (numero, finalite, habilitations), siens in groupes.items():
            lignes = Counter[str]()
            for part in siens:
                lignes[part.objet] += part.nombre
            poids = int(not self.pesee and numero[:9] not in pesees)
            pesees.add(numero[:9])
            classe = max(p.classe for part in siens for p in part.permis)
            consultations.append(
                self.consultation(numero, lignes, classe, habilitations, finalite, poids=poids, filtres=filtres)
            )
        return consultations

    def consigner_liste(
        self, objet: SourceDeclaree, permis: Permis, numeros: Iterable[str], pesee: Pesee = Pesee.PAGE
    ) -> None:
        """Write the reading of a list: one entry per unit, so that a search by company finds it; one without a number
        when it is empty. ``numeros``: SIREN or SIRET, repeated for each row.

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
            self.surface,
            self.maintenant,
            self.requete,
            self.adresse_ip,
            siret_administration=self.acteur.siret_administration,
        )


def acces_de_groupe(source: SourceDeclaree) -> object:
    """The access that determines the habilitation to read a source under: its own, else the first among its fields."""
    propres = [source.acces, *source.acces_propres.values()]
    return next((a for a in propres if getattr(a, "groupe", None)), source.acces)
