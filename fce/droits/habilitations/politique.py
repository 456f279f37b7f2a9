"""The one decision: may this actor do this, on this data, for this purpose, now? Closed unless every condition holds.

Classes of access:

- C0: everyone;
- C1: any signed-in agent of an administration; for what hides a masked unit, an agent with a habilitation there, who
  reads under one of its purposes;
- C2 and C3: a habilitation in force that covers group, action, purpose and territory, and a second factor.

A field may add a condition to those of its source, never remove one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from typing import ClassVar, Literal, Protocol

from fce.droits.habilitations.acteurs import FRANCE, Acteur, EtatHabilitation, GenreActeur, Habilitation
from fce.droits.habilitations.finalites import GROUPES_NATIONAUX, Droit
from fce.socle.texte import paris

PARTOUT = frozenset({FRANCE})


class Classe(StrEnum):
    """Confidentiality of data, from open to secret."""

    PUBLIC = "C0"
    AGENTS = "C1"
    HABILITE = "C2"
    SECRET = "C3"  # noqa: S105 – a class of access


_ACTIONS = tuple(Droit)
_CLASSES = {classe.value: classe for classe in Classe}


class Raison(Enum):
    """Why an access is refused; the value is the sentence displayed, with what to do. It never depends on the data."""

    ACCES_NON_DECLARE = (
        "L'accès à cette donnée n'est pas déclaré : elle reste fermée. Signalez-le à l'équipe de la fiche commune."
    )
    ACTION_INCONNUE = "Cette action n'existe pas : consultez, exportez, appelez l'API ou envoyez un message."
    CONNEXION_REQUISE = (
        "Réservé aux agents publics : l'accès demande une connexion ProConnect au nom de votre administration."
    )
    ADMINISTRATION_REQUISE = (
        "Réservé aux agents d'une administration : connectez-vous avec le compte ProConnect de votre service."
    )
    JETON_LIMITE = "Un jeton ne sert qu'à appeler l'API : connectez-vous avec ProConnect pour cette action."
    HABILITATION_REQUISE = (
        "Votre service n'est pas habilité pour ces données : demandez une habilitation en indiquant la finalité "
        "et sa base légale."
    )
    AUTRE_ORGANISATION = (
        "Cette habilitation a été donnée à une autre administration que la vôtre : demandez-en une pour votre service."
    )
    HABILITATION_A_VENIR = "L'habilitation de votre service n'est pas encore en vigueur : attendez sa date de début."
    HABILITATION_EXPIREE = "L'habilitation de votre service a expiré : demandez son renouvellement."
    HABILITATION_REVOQUEE = (
        "L'habilitation de votre service a été révoquée : adressez-vous à celui qui l'a approuvée, ou faites une "
        "nouvelle demande."
    )
    HABILITATION_SUSPENDUE = (
        "L'habilitation de votre service est suspendue : adressez-vous à son gestionnaire, qui peut la faire reprendre."
    )
    DROIT_NON_ACCORDE = (
        "Votre habilitation ne comprend pas cette action : demandez qu'elle soit étendue à la consultation, à "
        "l'export, à l'API ou aux messages."
    )
    FINALITE_REQUISE = "Indiquez pour quelle finalité vous demandez ces données."
    FINALITE_A_CONFIRMER = (
        "Ces données sont couvertes par un secret : indiquez une fois la finalité de votre consultation pour les lire."
    )
    FINALITE_NON_ACCORDEE = (
        "Votre habilitation ne comprend pas cette finalité : choisissez-en une autre ou demandez son extension."
    )
    FINALITE_SANS_RAPPORT = (
        "Cette finalité n'ouvre pas ces données : choisissez-en une qui les concerne, ou demandez l'extension de votre "
        "habilitation."
    )
    HORS_TERRITOIRE = (
        "Hors du territoire de votre habilitation : demandez son extension au département voulu ou à la France entière."
    )
    SECOND_FACTEUR_REQUIS = "Reconnectez-vous avec un second facteur d'authentification pour lire ces données."

    @property
    def phrase(self) -> str:
        return str(self.value)


class SourceDeclaree(Protocol):
    """What the policy reads of a source. ``acces_propres``: accesses of the fields that have their own."""

    @property
    def nom(self) -> str: ...
    @property
    def acces(self) -> object: ...
    @property
    def champs(self) -> Mapping[str, object]: ...
    @property
    def acces_propres(self) -> Mapping[str, object]: ...


@dataclass(frozen=True, slots=True)
class Permis:
    """Allowed, with what the journal records: class, purpose and habilitations."""

    classe: Classe
    source: str
    champ: str | None = None
    siren: str | None = None
    finalite: str | None = None
    habilitations: tuple[Habilitation, ...] = ()
    permis: ClassVar[bool] = True

    def __bool__(self) -> Literal[True]:
        return True


@dataclass(frozen=True, slots=True)
class RefusAcces:
    """Refused, with the reason. Falsy, so that ``if can(…)`` is never true by accident.

    ``nommable``: the source may be named with the reason, but not whether it has data on the company.
    """

    raison: Raison
    nommable: ClassVar[bool] = True
    permis: ClassVar[bool] = False

    @property
    def phrase(self) -> str:
        return self.raison.phrase

    def __bool__(self) -> Literal[False]:
        return False


@dataclass(frozen=True, slots=True)
class VoieAcces:
    """One way to open an access: where (``{"FR"}``: anywhere), and the habilitation that gives it, if one is needed."""

    territoire: frozenset[str]
    habilitation: Habilitation | None = None

    def couvre(self, departements: frozenset[str]) -> bool:
        """Whether it opens in one of these départements. A national one always does, even when none is known."""
        return FRANCE in self.territoire or bool(self.territoire & departements)


@dataclass(frozen=True, slots=True)
class Ouverture:
    """An access granted, before the checks of territory and second factor.

    ``territoire``: départements opened; ``{"FR"}`` alone when open everywhere.
    """

    classe: Classe
    voies: tuple[VoieAcces, ...]
    # Computed once: read for each of a hundred sources.
    territoire: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        union = frozenset[str]().union(*(v.territoire for v in self.voies))
        object.__setattr__(self, "territoire", PARTOUT if FRANCE in union else union)


@dataclass(frozen=True, slots=True)
class Octroi:
    """Accesses granted for given départements: the strictest class, and the habilitations that give them."""

    classe: Classe
    habilitations: tuple[Habilitation, ...]


def can(
    acteur: Acteur,
    action: str,
    source: SourceDeclaree,
    champ: str | None = None,
    siren: str | None = None,
    *,
    finalite: str | None = None,
    confirmee: bool = True,
    departements: frozenset[str] = frozenset(),
    maintenant: datetime,
) -> Permis | RefusAcces:
    """Decide on one source, or on one of its fields (attribute name).

    ``finalite``: code of the purpose; ``confirmee``: chosen by the reader himself (required for a secret), not the
    usual one of his service. ``departements``: that of the establishment; for a fact about a company, those where it
    has an establishment or had one within 24 months. Empty = unknown: only a national habilitation passes.
    ``maintenant``: aware datetime (``ValueError`` otherwise). ``siren`` has no effect on the decision: it is passed on
    to the journal.
    """
    decision = octroi(
        acteur, action, conditions(source, champ), finalite, maintenant, confirmee=confirmee, departements=departements
    )
    return permis_de(decision, source, champ, siren, finalite)


def permis_de(
    decision: Octroi | RefusAcces, source: SourceDeclaree, champ: str | None, siren: str | None, finalite: str | None
) -> Permis | RefusAcces:
    """The decision of ``octroi`` as that of ``can`` on this source, field and company."""
    if isinstance(decision, RefusAcces):
        return decision
    return Permis(decision.classe, source.nom, champ, siren, finalite, decision.habilitations)


def octroi(
    acteur: Acteur,
    action: str,
    acces: tuple[object, ...],
    finalite: str | None,
    maintenant: datetime,
    *,
    confirmee: bool,
    departements: frozenset[str],
) -> Octroi | RefusAcces:
    """The decision of ``can`` for given accesses, whatever the source, field or company."""
    paris.jour_de(maintenant)  # raises on a naive datetime, whatever the class: the bug is found at the first call
    ouvertures = ouvrir(acteur, action, acces, finalite, maintenant, confirmee=confirmee)
    if isinstance(ouvertures, Raison):
        return RefusAcces(ouvertures)
    prises = [[v for v in o.voies if v.couvre(departements)] for o in ouvertures]
    if not all(prises):
        return RefusAcces(Raison.HORS_TERRITOIRE)
    if manque_second_facteur(acteur, ouvertures):
        return RefusAcces(Raison.SECOND_FACTEUR_REQUIS)
    habilitations = [v.habilitation for voies in prises for v in voies if v.habilitation]
    return Octroi(max(o.classe for o in ouvertures), tuple(dict.fromkeys(habilitations)))


def conditions(source: SourceDeclaree, champ: str | None) -> tuple[object, ...]:
    """Return the accesses that must all be granted: that of the source, and that of the field when it has its own.

    An unknown field gives an access that nobody has (``None``).
    """
    acces = getattr(source, "acces", None)
    if champ is None:
        return (acces,)
    if champ not in source.champs:
        return (acces, None)
    propre = getattr(source.champs[champ], "acces", None)
    return (acces,) if propre is None else (acces, propre)


def ouvrir(
    acteur: Acteur,
    action: str,
    acces: Iterable[object],
    finalite: str | None,
    maintenant: datetime,
    *,
    confirmee: bool = True,
) -> tuple[Ouverture, ...] | Raison:
    """Return one opening per access, or the first reason to refuse. Territory and second factor are not checked."""
    if action not in _ACTIONS:
        return Raison.ACTION_INCONNUE
    ouvertures = []
    for un_acces in acces:
        ouverture = _ouvrir(acteur, Droit(action), un_acces, finalite, maintenant)
        if isinstance(ouverture, Raison):
            return ouverture
        if ouverture.classe is Classe.SECRET and not confirmee:
            return Raison.FINALITE_A_CONFIRMER
        ouvertures.append(ouverture)
    return tuple(ouvertures)


def manque_second_facteur(acteur: Acteur, ouvertures: Iterable[Ouverture]) -> bool:
    """Whether only a second factor is missing. Checked last, so that it is never asked for in vain."""
    return acteur.mfa is not True and any(o.classe >= Classe.HABILITE for o in ouvertures)


def _ouvrir(
    acteur: Acteur, action: Droit, acces: object, finalite: str | None, maintenant: datetime
) -> Ouverture | Raison:
    classe, groupe = _classe(acces), getattr(acces, "groupe", None)
    if classe is None:
        return Raison.ACCES_NON_DECLARE
    if acteur.genre is GenreActeur.JETON and (
        action is Droit.MESSAGE or (classe > Classe.PUBLIC and action is not Droit.API)
    ):
        return Raison.JETON_LIMITE
    if classe is Classe.PUBLIC and action is not Droit.MESSAGE:
        return Ouverture(classe, (VoieAcces(PARTOUT),))
    if acteur.genre is GenreActeur.ANONYME:
        return Raison.CONNEXION_REQUISE
    if not acteur.siret_administration:
        return Raison.ADMINISTRATION_REQUISE
    if getattr(acces, "sous_habilitation", False):
        return _sous_habilitation(acteur, action, classe, finalite, maintenant)
    if classe <= Classe.AGENTS:
        if acteur.genre is GenreActeur.AGENT:
            return Ouverture(classe, (VoieAcces(PARTOUT),))
        # A program is not a signed-in agent: it reads class C1 under a habilitation that allows the API.
        tenues = _utilisables(acteur, acteur.habilitations, action, maintenant)
        return tenues if isinstance(tenues, Raison) else Ouverture(classe, tuple(VoieAcces(PARTOUT, h) for h in tenues))
    if not isinstance(groupe, str) or not groupe:
        return Raison.ACCES_NON_DECLARE
    tenues = _utilisables(acteur, [h for h in acteur.habilitations if groupe in h.groupes], action, maintenant)
    if isinstance(tenues, Raison):
        return tenues
    if not finalite:
        return Raison.FINALITE_REQUISE
    dites = [(h, f) for h in tenues for f in h.finalites if f.code == finalite]
    if not dites:
        return Raison.FINALITE_NON_ACCORDEE
    retenues = [h for h, f in dites if f.ouvre(acces)]
    if not retenues:
        return Raison.FINALITE_SANS_RAPPORT
    national = groupe in GROUPES_NATIONAUX
    return Ouverture(classe, tuple(VoieAcces(PARTOUT if national else h.territoire, h) for h in retenues))


def _sous_habilitation(
    acteur: Acteur, action: Droit, classe: Classe, finalite: str | None, maintenant: datetime
) -> Ouverture | Raison:
    """The opening that the actor's habilitations give under a purpose that they hold."""
    tenues = _utilisables(acteur, acteur.habilitations, action, maintenant)
    if isinstance(tenues, Raison):
        return tenues
    if not finalite:
        return Raison.FINALITE_REQUISE
    retenues = [
        h for h in tenues if any(f.code == finalite and not f.groupes.isdisjoint(h.groupes) for f in h.finalites)
    ]
    if not retenues:
        return Raison.FINALITE_NON_ACCORDEE
    return Ouverture(classe, tuple(VoieAcces(h.territoire, h) for h in retenues))


def finalite_usuelle(acteur: Acteur, acces: object, choisie: str | None, maintenant: datetime) -> str | None:
    """The purpose to use for an access without asking the reader: the chosen one if it opens the access under one of
    his habilitations, else the first that does. When none does, the first of all, so that the refusal gives its
    reason; None without a habilitation for this group. For an access that any habilitation opens, all of them are
    considered."""
    groupe, toutes = getattr(acces, "groupe", None), getattr(acces, "sous_habilitation", False)
    tenues = [
        h
        for h in acteur.habilitations
        if (toutes or groupe in h.groupes)
        and h.est_de(acteur.siret_administration)
        and h.etat(maintenant) is EtatHabilitation.EN_VIGUEUR
    ]
    dites = [f for h in tenues for f in h.finalites if not toutes or not f.groupes.isdisjoint(h.groupes)]
    codes = [f.code for f in dites if f.ouvre(acces)] or [f.code for f in dites]
    return choisie if choisie in codes else next(iter(codes), None)


def _utilisables(
    acteur: Acteur, habilitations: Iterable[Habilitation], action: Droit, maintenant: datetime
) -> tuple[Habilitation, ...] | Raison:
    """Habilitations of the actor's own administration, in force, that allow the action; else the first reason why not.

    Each condition filters what the previous one left: one habilitation must satisfy them all.
    """
    connues = tuple(habilitations)
    if not connues:
        return Raison.HABILITATION_REQUISE
    propres = [(h, h.etat(maintenant)) for h in connues if h.est_de(acteur.siret_administration)]
    if not propres:
        return Raison.AUTRE_ORGANISATION
    tenues = [h for h, etat in propres if etat is EtatHabilitation.EN_VIGUEUR]
    if not tenues:
        etats = {etat for _, etat in propres}
        if EtatHabilitation.A_VENIR in etats:
            return Raison.HABILITATION_A_VENIR
        if EtatHabilitation.SUSPENDUE in etats:
            return Raison.HABILITATION_SUSPENDUE
        return Raison.HABILITATION_REVOQUEE if EtatHabilitation.REVOQUEE in etats else Raison.HABILITATION_EXPIREE
    return tuple(h for h in tenues if action in h.droits) or Raison.DROIT_NON_ACCORDE


def _classe(acces: object) -> Classe | None:
    """The class of an access; ``None`` unless it states exactly one of the four."""
    classe = getattr(acces, "classe", None)
    return _CLASSES.get(classe) if isinstance(classe, str) else None
