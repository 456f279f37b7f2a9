"""The national count: by rule, kept by number for open registers alone, forgotten when a register is gone."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DataError

from fce.donnees.contradictions import services
from fce.donnees.contradictions.models import CompteDeContradictions, ContradictionRelevee
from fce.donnees.contradictions.regles import PAR_CODE, REGLES
from fce.donnees.contradictions.services import enonce
from fce.donnees.contradictions.tasks import compter_les_contradictions
from tests.donnees.contradictions.cas import CAS, JOUR, REGISTRES, charger
from tests.donnees.entreprises import fabrique as f

pytestmark = pytest.mark.django_db


def comptes() -> dict[str, int]:
    return dict(CompteDeContradictions.objects.values_list("regle", "nombre"))


def test_every_rule_is_counted_and_keeps_its_units() -> None:
    charger(CAS)
    services.compter(JOUR)
    services.compter(JOUR)  # the second count replaces the first
    assert comptes().keys() == {regle.code for regle in REGLES}
    assert all(nombre >= 1 for nombre in comptes().values())
    listees = set(ContradictionRelevee.objects.values_list("regle", flat=True))
    assert listees == comptes().keys()
    for regle in listees:
        assert ContradictionRelevee.objects.filter(regle=regle).count() == comptes()[regle]


def test_a_list_is_bounded_and_the_count_is_not(monkeypatch: Any) -> None:
    f.unites(*(f.unite(f.siren_no(n)) for n in (1, 2, 3)))
    f.lieux(*(f.lieu(f.siren_no(n), rang, etablissement_siege=True) for n in (1, 2, 3) for rang in (1, 2)))
    monkeypatch.setattr(services, "LISTE_MAX", 2)
    services.compter(JOUR)
    assert comptes()["deux-sieges"] == 3
    listees = ContradictionRelevee.objects.filter(regle="deux-sieges").values_list("siren", flat=True)
    assert list(listees) == [f.siren_no(1), f.siren_no(2)]


def test_a_rule_without_one_of_its_registers_is_not_counted() -> None:
    CompteDeContradictions.objects.create(regle="cessee-rne-active", nombre=9, compte_le=JOUR, duree_ms=1)
    f.unites(f.unite(f.siren_no(1)))
    f.lieux(f.lieu(f.siren_no(1)))
    compter_les_contradictions()
    assert comptes() == {"deux-sieges": 0, "siege-ferme": 0}


def test_a_rule_that_the_database_stops_leaves_the_others_counted(monkeypatch: Any) -> None:
    charger(CAS)
    premiere, *autres = REGLES
    CompteDeContradictions.objects.create(regle=premiere.code, nombre=9, compte_le=JOUR, duree_ms=1)
    monkeypatch.setattr(services, "enonce", lambda regle: "SELECT 1 / 0" if regle is premiere else enonce(regle))
    with pytest.raises(DataError):
        services.compter(JOUR)
    assert comptes() == {premiere.code: 9} | {r.code: comptes()[r.code] for r in autres}


def test_masked_people_are_neither_counted_nor_listed() -> None:
    f.unites(*(f.unite(f.siren_no(n), statut_diffusion=statut) for n, statut in ((1, "P"), (2, "X"))))
    f.lieux(*(f.lieu(f.siren_no(n), rang, etablissement_siege=True) for n in (1, 2) for rang in (1, 2)))
    services.compter(JOUR)
    assert comptes()["deux-sieges"] == 0


@pytest.mark.parametrize("code", sorted(PAR_CODE))
def test_a_rule_says_its_scope_its_reason_and_what_it_leaves_out(code: str) -> None:
    regle = PAR_CODE[code]
    assert regle.pourquoi.endswith(".")
    assert regle.portee[:3] in ("les", "la ", "le ")
    assert all(not exception.endswith(".") for exception in regle.exceptions)
    dits = " ".join((regle.titre, regle.pourquoi, regle.portee, *regle.exceptions)).lower()
    assert not {"risque", "score", "suspect", "fraude"} & set(dits.split())
    assert set(regle.sources) <= {"sirene-unites-legales", "sirene-etablissements", *REGISTRES}


def test_a_rule_has_the_class_of_its_strictest_register_and_is_told_to_whom_it_may() -> None:
    dsn = PAR_CODE["effectif-apres-fermeture"]
    assert (dsn.classe, dsn.ouverte) == ("C2", False)
    # Insee may not learn that people were declared there: the register that says so is not its own.
    assert [producteur.code for producteur, _ in dsn.destinataires] == ["dares"]
    ouverte = PAR_CODE["radiee-bodacc"]
    assert ouverte.ouverte
    assert {producteur.code for producteur, _ in ouverte.destinataires} == {"insee", "inpi", "dila"}
