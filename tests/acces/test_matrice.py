"""ACM-01: actor × data set × surface, from the policy. Every text of a reserved data set is a marker; none leaks."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Collection

import pytest
from django.conf import settings
from django.utils import timezone

from fce.droits.habilitations.acteurs import GenreActeur
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import acces_de_groupe
from fce.droits.habilitations.politique import can, finalite_usuelle
from fce.recherche import services
from fce.sources.declaration import Source
from tests.acces import jeux
from tests.acces.acteurs import ACTEURS, ECHANTILLON, Joue
from tests.acces.surfaces import COMMUNES, MONTRENT, OUVERTES
from tests.echantillon import chaque_jour

pytestmark = pytest.mark.django_db(transaction=True)


def permis(joue: Joue, source: Source, attribut: str | None, action: Droit) -> bool:
    """What the policy says, for a company of the Nord, of a field of a data set."""
    finalite, confirmee = joue.finalite, True
    if joue.acteur.genre is GenreActeur.AGENT:
        finalite = finalite_usuelle(joue.acteur, acces_de_groupe(source), joue.finalite, timezone.now())
        confirmee = finalite is not None and finalite == joue.finalite
    return bool(
        can(
            joue.acteur, action, source, attribut, jeux.SIREN,
            finalite=finalite, confirmee=confirmee, departements=frozenset({"59"}), maintenant=timezone.now(),
        )
    )  # fmt: skip


SOURCES = (*jeux.RESERVEES, *jeux.MIXTES)


def une_par_acces(rang: int) -> list[Source]:
    """A data set of each access (class, group, purposes); from one reader to the next, another of the same access."""
    parmi: dict[object, list[Source]] = defaultdict(list)
    for source in SOURCES:
        parmi[source.acces].append(source)
    return [sources[rang % len(sources)] for sources in parmi.values()]


def fuites(joue: Joue, propres: Collection[Source], sans: str) -> tuple[int, int, list[str]]:
    """(cases, data sets rightly shown, leaks) of one reader on every surface but ``sans``; those of one data set alone,
    of ``propres`` only."""
    cas, montres, trouvees = 0, set(), []
    communes: dict[str, str] = {}

    def lu(nom: str, lire: Callable[[Joue, Source], str], source: Source) -> str | None:
        if nom == sans:
            return None
        if nom not in COMMUNES:
            return lire(joue, source) if source in propres else None
        if nom not in communes:
            communes[nom] = lire(joue, source)
        return communes[nom]

    for source in SOURCES:
        for nom, (action, lire) in MONTRENT.items():
            if (texte := lu(nom, lire, source)) is None:
                continue
            # A program signs in on the API only.
            ouvert = joue.acteur.genre is not GenreActeur.JETON or action is Droit.API
            for attribut in jeux.reservees(source):
                cas += 1
                vu = jeux.marque(source, attribut) in texte
                if vu and not (ouvert and permis(joue, source, attribut, action)):
                    trouvees.append(f"{nom} : {source.nom}.{attribut}")
                if vu:
                    montres.add(source.nom)
        for nom, lire in OUVERTES.items():
            if (texte := lu(nom, lire, source)) is None:
                continue
            cas += 1
            if any(jeux.marque(source, a) in texte for a in jeux.reservees(source)):
                trouvees.append(f"{nom} : {source.nom}")
    return cas, len(montres), trouvees


def eprouver(acteur: str, propres: Collection[Source], capsys: pytest.CaptureFixture[str], sans: str = "") -> None:
    jeux.peupler(mixtes=True)
    services.indexer(forcer=True)
    joue = ACTEURS[acteur]()
    cas, montres, trouvees = fuites(joue, propres, sans)
    with capsys.disabled():
        sys.stdout.write(f"\nACM-01 {acteur} : {cas} cas, {montres} jeux montrés, {len(trouvees)} fuites\n")
    assert trouvees == []
    attendus = [
        s
        for s in jeux.RESERVEES
        if any(permis(joue, s, None, action) for action in (Droit.CONSULTER, Droit.API))
        and (joue.acteur.genre is not GenreActeur.JETON or permis(joue, s, None, Droit.API))
    ]
    # The test would prove nothing if the data sets that are open to this reader were not shown either.
    assert montres >= len(attendus) * 0.6, (montres, [s.nom for s in attendus])


@pytest.mark.parametrize("acteur", chaque_jour([acteur for acteur in ECHANTILLON if acteur != "equipe"], sur=2))
def test_acm_01_no_leak_for_each_kind_of_actor(acteur: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every kind of actor, every surface, every access; the drill takes every actor and every data set.

    A file of the note takes long to make: of the company for one reader, of its siège for the next.
    """
    rang = ECHANTILLON.index(acteur)
    eprouver(acteur, une_par_acces(rang), capsys, sans=("pdf", "pdf-etablissement")[rang % 2])


@pytest.mark.epreuve
@pytest.mark.parametrize("acteur", ACTEURS)
def test_acm_01_no_leak_for_any_actor_on_any_data_set(acteur: str, capsys: pytest.CaptureFixture[str]) -> None:
    eprouver(acteur, SOURCES, capsys)


def test_the_matrix_covers_thousands_of_cases() -> None:
    champs = sum(len(jeux.reservees(s)) for s in SOURCES)
    assert len(ACTEURS) * (champs * len(MONTRENT) + len(SOURCES) * len(OUVERTES)) > 6000
    assert settings.ROOT_URLCONF
