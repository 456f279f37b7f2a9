"""Hypothesis strategies of the rights: small alphabets and few faults, so that a question is often granted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

from hypothesis import strategies as st

from fce.droits.habilitations.acteurs import ANONYME, Acteur, GenreActeur
from fce.droits.habilitations.finalites import FINALITES, Droit
from tests.droits.comptes.fabrique import AUTRE_SERVICE, SERVICE
from tests.droits.habilitations.fabrique import MIDI, Acces, Champ, Source, agent, habilitation

DEPARTEMENTS = ("59", "62", "2A", "971")
GROUPES = ("emploi", "travail", "contacts")
CODES_FINALITES = ("controle-travail", "suivi-mutations")


def souvent(normal: object, *fautes: object, poids: int = 9) -> st.SearchStrategy:
    """The usual value, ``poids`` times more often than each faulty one."""
    return st.sampled_from([*[normal] * poids, *fautes])


def parties(elements: Iterable[str], au_moins: int) -> st.SearchStrategy[frozenset]:
    """One of the subsets that have at least so many elements."""
    tous = tuple(elements)
    return st.sampled_from([frozenset(c) for n in range(au_moins, len(tous) + 1) for c in combinations(tous, n)])


finalites = souvent(CODES_FINALITES[0], CODES_FINALITES[1], CODES_FINALITES[1], None, "inconnue")
actions = st.sampled_from([*Droit, Droit.CONSULTER, Droit.CONSULTER])
departements = parties(DEPARTEMENTS, 0)
acces = st.sampled_from(
    [
        *[Acces(classe, groupe) for classe in ("C2", "C3") for groupe in GROUPES] * 2,
        *[Acces("C2", groupe, (code,)) for groupe in GROUPES for code in CODES_FINALITES],
        *[Acces("C0"), Acces("C1"), Acces("C4", "emploi"), Acces(None), Acces("C2")],
    ]
)
sources = st.builds(
    lambda la_source, constat, effectif: Source(
        la_source, {"montant": Champ(), "constat": Champ(constat), "effectif": Champ(effectif)}
    ),
    acces,
    acces,
    acces,
)
habilitations = st.builds(
    lambda groupes, codes, ouverts, territoire, droits, **reste: habilitation(
        groupes=groupes,
        # Any table of purposes × groups: the rights hold whatever it says.
        finalites=tuple(replace(FINALITES[c], groupes=o) for c, o in zip(sorted(codes), ouverts, strict=False)),
        territoire=territoire,
        droits=droits,
        **reste,
    ),
    groupes=parties(GROUPES, 1),
    codes=parties(CODES_FINALITES, 1),
    ouverts=st.tuples(*[souvent(frozenset(GROUPES), frozenset(), *(frozenset({g}) for g in GROUPES))] * 2),
    territoire=parties(DEPARTEMENTS, 0) | souvent(frozenset({"FR"}), frozenset({"FR", "59"})),
    droits=parties(Droit, 2),
    organisation=souvent(SERVICE[:9], SERVICE, AUTRE_SERVICE),
    debut=souvent(date(2026, 1, 1), date(2026, 6, 15), date(2026, 6, 16)),
    fin=souvent(date(2026, 12, 31), date(2026, 6, 16)),
    revoquee_le=souvent(None, MIDI - timedelta(seconds=1), MIDI + timedelta(seconds=1)),
)
acteurs: st.SearchStrategy[Acteur] = st.builds(
    lambda tenues, genre, siret, mfa: (
        ANONYME if genre is GenreActeur.ANONYME else agent(*tenues, genre=genre, siret_administration=siret, mfa=mfa)
    ),
    st.lists(habilitations, min_size=1, max_size=3),
    souvent(GenreActeur.AGENT, GenreActeur.JETON, GenreActeur.JETON, GenreActeur.ANONYME),
    souvent(SERVICE, ""),
    souvent(True, False),
)
