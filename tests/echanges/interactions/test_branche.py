"""What the sheet reads of contacts: level 1, in one branch; never a withdrawn one, nor what is of level 2."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from fce.echanges.erreurs import Concurrence
from fce.echanges.interactions import selectors
from fce.echanges.models import Interaction
from fce.socle.base.branches import lignes_de
from tests.echanges.interactions import fabrique as e

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def univers() -> None:
    e.peupler()


def lues(numero: str, *services: e.Service) -> list[dict[str, object]]:
    branche = selectors.branche(numero, [s.groupe.pk for s in services])
    lignes = lignes_de([branche])[branche.cle]
    assert lignes is not None
    return list(lignes)


def test_a_company_has_one_row_per_establishment_and_a_sheet_of_one_only_its_own() -> None:
    nous = e.service()
    deux = nous.note(sirets=(e.SIRETS[0], e.SIRETS[2]), jour=e.hier(3), themes_partages=True)
    un = nous.note(sirets=(e.SIRETS[1],), jour=e.hier(2), genre="controle")
    assert [(x["id"], x["siret"]) for x in lues(e.SIREN)] == [
        (un.pk, e.SIRETS[1]),
        (deux.pk, e.SIRETS[0]),
        (deux.pk, e.SIRETS[2]),
    ]
    (ligne,) = lues(e.SIRETS[2])
    assert ligne.pop("cree_le")
    assert ligne == {
        "id": deux.pk, "service": nous.groupe.nom, "courriel": nous.groupe.courriel, "corps": "dgt",
        "jour": e.hier(3).isoformat(), "genre": "visite", "siret": e.SIRETS[2], "themes": ["travail"],
        "niveau_2": False, "sien": False,
    }  # fmt: skip
    assert lues(e.AUTRE_SIREN) == lues(e.SIRETS[3]) == []


def test_themes_are_there_only_when_they_are_told_and_a_withdrawn_contact_is_nowhere() -> None:
    nous = e.service()
    muet, retire = nous.note(), nous.note()
    e.services.retirer(nous.lecteur(), retire.pk, version=1)
    (ligne,) = lues(e.SIREN, nous)
    assert (ligne["id"], ligne["themes"], ligne["niveau_2"]) == (muet.pk, [], True)
    assert e.NOTE not in str(lues(e.SIREN, nous))


def test_level_2_is_of_the_author_s_service_and_of_those_it_names() -> None:
    nous, nommes, autres = e.service(), e.service("Fraudes"), e.service("Douane", "douane")
    nous.note(partages=frozenset({nommes.groupe.pk}))
    for lecteurs, attendu in (((nous,), True), ((nommes,), True), ((autres,), False), ((), False),
                              ((autres, nommes), True)):  # fmt: skip
        assert [x["niveau_2"] for x in lues(e.SIREN, *lecteurs)] == [attendu]


def test_the_branch_is_bounded_and_keeps_the_latest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "BRANCHE_MAX", 3)
    nous = e.service()
    for jours in (5, 1, 4, 2, 3):
        nous.note(jour=e.hier(jours))
    assert [x["jour"] for x in lues(e.SIREN)] == [e.hier(n).isoformat() for n in (1, 2, 3)]


GESTES = st.lists(st.tuples(st.sampled_from(["modifier", "retirer"]), st.integers(0, 4), st.integers(0, 1)), max_size=8)


@given(GESTES)
@settings(max_examples=60, deadline=None)
def test_no_sequence_of_gestures_overwrites_nor_loses_anything(gestes: list[tuple[str, int, int]]) -> None:
    """Agents who saw one version or another: a late one is refused, and every former content is in the history."""
    nous = _service()
    interaction = nous.note(note="note 1")
    ecrites, version, retiree = ["note 1"], 1, False
    for geste, retard, confirme in gestes:
        vue = version - retard
        try:
            if geste == "modifier":
                nouvelle = f"note {len(ecrites) + 1}"
                saisie = e.saisie(note=nouvelle, jour=e.hier(1 + confirme))
                e.services.modifier(nous.lecteur(), interaction.pk, saisie, version=vue)
                ecrites.append(nouvelle)
            else:
                e.services.retirer(nous.lecteur(), interaction.pk, version=vue)
                ecrites.append(ecrites[-1])
                retiree = True
        except Concurrence:
            assert retard
            continue
        except e.services.GesteImpossible:
            assert retiree
            assert not retard
            continue
        assert not retard
        version += 1
    lue = Interaction.objects.get(pk=interaction.pk)
    assert (lue.version, lue.note, lue.retiree_le is not None) == (version, ecrites[-1], retiree)
    assert [v.contenu["note"] for v in lue.versions.order_by("numero")] == ecrites[:-1]


def _service() -> e.Service:
    """One service for all the walks of a test."""
    groupe = e.Groupe.objects.filter(nom__startswith="Marche").first()
    if groupe is None:
        return e.service("Marche")
    compte = e.Compte.objects.get(appartenances__groupe=groupe)
    return e.Service(groupe, compte, e.Client(), "controle-travail")
