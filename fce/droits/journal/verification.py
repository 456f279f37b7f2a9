"""Verify the whole journal: chains, heads, seals and purges, from the first to the last row.

Reports breaks in French with their place. Sealed days cannot be changed without the key; the current day cannot be
changed without breaking a chain, a head or the sequence of numbers. A break that a signed ``Explication`` holds is
known and counted apart: its sentence tells what is left of the day, so that a later change is another break.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from django.db import connection, transaction

from fce.droits.journal import conservation, empreintes, lectures, scellement
from fce.droits.journal.models import Consultation, Explication, LectureDuJournal, Purge, Sceau
from fce.socle.texte.formats import jour, pluriel

RUPTURES_MAX = 1_000
_PAQUET = 2_000
Maillon = tuple[int, bytes]
"""Rank and hash of a row in its agent's chain."""


@dataclass(frozen=True, slots=True)
class Rapport:
    """``ruptures``: French sentences, the first thousand; empty when the journal is intact. ``scellable``: nothing is
    wrong but missing numbers, which a writer that died leaves too. ``connues``: those that an ``Explication`` holds."""

    consultations: int
    agents: int
    sceaux: int
    ruptures: tuple[str, ...]
    scellable: bool = True
    connues: int = 0

    @property
    def intact(self) -> bool:
        return not self.ruptures


@dataclass
class _Lecture:
    """State of the verification: where each chain stands, and the breaks found."""

    certain: int
    tetes: dict[str, Maillon]
    ancres: dict[str, Maillon]
    purge: int
    dites: dict[int, tuple[str, str]]
    progression: Callable[[int], None]
    chaines: dict[str, Maillon] = field(default_factory=dict)
    lectures: dict[int, tuple[str, str]] = field(default_factory=dict)
    ruptures: list[str] = field(default_factory=list)
    expliquees: frozenset[str] = frozenset()
    connues: int = 0
    scellable: bool = True
    verifiees: int = 0

    def signaler(self, phrase: str, *, scellable: bool = False) -> None:
        if phrase in self.expliquees:
            self.connues += 1
            return
        self.scellable &= scellable
        if len(self.ruptures) < RUPTURES_MAX:
            self.ruptures.append(phrase)


def verifier(progression: Callable[[int], None] = lambda _: None) -> Rapport:
    """Read the whole journal again without stopping writers. ``progression`` receives the number of rows read."""
    certain = scellement.attendre_les_ecritures()
    with transaction.atomic():
        scellement.verrouiller()
        sceaux, purges = list(Sceau.objects.order_by("jour")), list(Purge.objects.order_by("jour"))
        purge = max((p.dernier for p in purges), default=0)
        lecture = _Lecture(
            certain, _maillons("tete"), _maillons("ancre"), purge, _lectures_dites(purge, certain), progression
        )
        _lire_les_explications(lecture)
        _verifier_purges(purges, sceaux, lecture)
        _verifier_suite(sceaux, lecture)
        fin = lecture.purge
        for sceau in sceaux:
            if sceau.dernier > lecture.purge:
                _verifier_jour(sceau, fin, lecture)
            fin = max(fin, sceau.dernier)
        _verifier_numeros(fin, lecture)
        _verifier_tetes(lecture)
        _verifier_lectures(lecture)
    ruptures = tuple(lecture.ruptures)
    return Rapport(lecture.verifiees, len(lecture.chaines), len(sceaux), ruptures, lecture.scellable, lecture.connues)


def valeurs_de_l_explication(e: Explication) -> tuple[str, ...]:
    """Return the fields of a record of known breaks, in the order signed."""
    return ("explication", empreintes.instant(e.quand), e.par, e.motif, *e.ruptures)


def _lire_les_explications(lecture: _Lecture) -> None:
    for explication in Explication.objects.all():
        if empreintes.sceau_valable(explication.cle, bytes(explication.sceau), *valeurs_de_l_explication(explication)):
            lecture.expliquees |= set(explication.ruptures)
        else:
            lecture.signaler(f"Explication n° {explication.pk} : elle n’a pas été faite avec la clé du service.")


def _maillons(table: str) -> dict[str, Maillon]:
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT agent, rang, empreinte FROM journal.{table}")  # noqa: S608 - one of our two names
        return {agent: (rang, bytes(empreinte)) for agent, rang, empreinte in curseur}


def _lectures_dites(apres: int, jusqu_a: int) -> dict[int, tuple[str, str]]:
    dites = LectureDuJournal.objects.filter(consultation__gt=apres, consultation__lte=jusqu_a)
    return {x.consultation: (x.lecteur, lectures.empreinte(x.motif, x.agents, x.filtres)) for x in dites}


def _lignes(apres: int, jusqu_a: int | None, lecture: _Lecture) -> Iterator[Consultation]:
    """Yield the rows of an interval of numbers, verifying each in its chain."""
    lignes = Consultation.objects.filter(id__gt=apres).order_by("id")
    if jusqu_a is not None:
        lignes = lignes.filter(id__lte=jusqu_a)
    for ligne in lignes.iterator(_PAQUET):
        _verifier_ligne(ligne, lecture)
        lecture.verifiees += 1
        if lecture.verifiees % _PAQUET == 0:
            lecture.progression(lecture.verifiees)
        yield ligne


def _verifier_ligne(ligne: Consultation, lecture: _Lecture) -> None:
    rang, precedente = lecture.chaines.get(ligne.agent) or lecture.ancres.get(ligne.agent) or (0, b"")
    if ligne.rang != rang + 1 or bytes(ligne.empreinte_precedente) != precedente:
        lecture.signaler(
            f"Consultation n° {ligne.id}, agent {ligne.agent} : elle ne suit pas le rang {rang} (rang {ligne.rang})."
        )
    if empreintes.empreinte(ligne) != bytes(ligne.empreinte):
        lecture.signaler(f"Consultation n° {ligne.id}, agent {ligne.agent} : son contenu a été changé.")
    # Rows numbered above ``certain`` are later than the heads that were read.
    if ligne.id <= lecture.certain:
        if ligne.rang > lecture.tetes.get(ligne.agent, (0, b""))[0]:
            lecture.signaler(f"Consultation n° {ligne.id}, agent {ligne.agent} : sa chaîne finit avant elle.")
        if ligne.sources[:1] == [lectures.SOURCE]:
            lecture.lectures[ligne.id] = (ligne.agent, ligne.sources[-1])
    lecture.chaines[ligne.agent] = (ligne.rang, bytes(ligne.empreinte))


def _verifier_jour(sceau: Sceau, apres: int, lecture: _Lecture) -> None:
    racine, compte, premier = hashlib.sha256(), 0, None
    for ligne in _lignes(apres, sceau.dernier, lecture):
        racine.update(ligne.empreinte)
        compte += 1
        premier = premier or ligne.id
    reste = f"empreinte de ce qui reste : {racine.hexdigest()[:16]}"
    if (compte, premier) != (sceau.nombre, sceau.premier):
        lecture.signaler(f"{_du_jour(sceau)} {pluriel(compte, 'consultation')} au lieu de {sceau.nombre} ({reste}).")
    elif racine.digest() != bytes(sceau.racine):
        lecture.signaler(f"{_du_jour(sceau)} les consultations ne sont plus celles qu’il a scellées ({reste}).")


def _du_jour(sceau: Sceau) -> str:
    return f"Sceau du {jour(sceau.jour)} :"


def _verifier_suite(sceaux: list[Sceau], lecture: _Lecture) -> None:
    """Each seal has our signature and refers to the previous one; no day is missing."""
    for sceau in sceaux:
        if not empreintes.sceau_valable(sceau.cle, bytes(sceau.sceau), *scellement.valeurs(sceau)):
            lecture.signaler(f"{_du_jour(sceau)} il n’a pas été fait avec la clé du service.")
    if sceaux and (bytes(sceaux[0].precedent) or (lecture.purge and sceaux[0].dernier > lecture.purge)):
        lecture.signaler(f"Sceau du {jour(sceaux[0].jour)} : ceux d’avant ont disparu.")
    for avant, apres in pairwise(sceaux):
        if apres.jour != avant.jour + timedelta(days=1):
            lecture.signaler(f"{_du_jour(apres)} il manque des jours depuis le {jour(avant.jour)}.")
        if bytes(apres.precedent) != bytes(avant.sceau):
            lecture.signaler(f"{_du_jour(apres)} il ne suit pas celui du {jour(avant.jour)}.")


def _verifier_purges(purges: list[Purge], sceaux: list[Sceau], lecture: _Lecture) -> None:
    """Each purge has our signature and erased as many rows as the seals had counted."""
    deja = None
    for purge in purges:
        jours = [s for s in sceaux if s.jour <= purge.jour and (deja is None or s.jour > deja)]
        comptees = sum(s.nombre for s in jours)
        deja = purge.jour
        if not empreintes.sceau_valable(purge.cle, bytes(purge.sceau), *conservation.valeurs(purge)):
            lecture.signaler(f"Purge du {jour(purge.jour)} : elle n’a pas été faite avec la clé du service.")
        elif comptees != purge.nombre and not any(c.startswith(_du_jour(s)) for s in jours for c in lecture.expliquees):
            lecture.signaler(
                f"Purge du {jour(purge.jour)} : {pluriel(purge.nombre, 'consultation')} en moins, "
                f"{pluriel(comptees, 'scellée')}."
            )


def _verifier_numeros(apres: int, lecture: _Lecture) -> None:
    """Rows not sealed yet: a missing number means that a row was erased, or that its writer died."""
    attendu = apres + 1
    for ligne in _lignes(apres, None, lecture):
        _verifier_absents(attendu, min(ligne.id - 1, lecture.certain), lecture)
        attendu = ligne.id + 1
    _verifier_absents(attendu, lecture.certain, lecture)


def _verifier_absents(premier: int, dernier: int, lecture: _Lecture) -> None:
    if premier > dernier:
        return
    if premier == dernier:
        qui = f"Consultation n° {premier} : absente, effacée ou perdue"
    else:
        qui = f"Consultations n° {premier} à {dernier} : absentes, effacées ou perdues"
    lecture.signaler(f"{qui} par un arrêt brutal du serveur.", scellable=True)


def _verifier_tetes(lecture: _Lecture) -> None:
    """Each agent's chain reaches its head."""
    for agent, (rang, empreinte) in lecture.tetes.items():
        atteint, derniere = lecture.chaines.get(agent) or lecture.ancres.get(agent) or (0, b"")
        # A chain may have grown since its head was read, never shrunk.
        if atteint < rang or (atteint == rang and derniere != empreinte):
            lecture.signaler(f"Agent {agent} : sa chaîne s’arrête au rang {atteint}, sa tête dit {rang}.")
    for agent in sorted(lecture.ancres.keys() - lecture.tetes.keys()):
        lecture.signaler(f"Agent {agent} : la tête de sa chaîne a disparu.")


def _verifier_lectures(lecture: _Lecture) -> None:
    """Each reading of the journal has its consultation and its reason."""
    for numero in sorted({*lecture.dites, *lecture.lectures}):
        if lecture.dites.get(numero) != lecture.lectures.get(numero):
            lecture.signaler(f"Lecture du journal n° {numero} : sa trace ou son motif a été changé.")
