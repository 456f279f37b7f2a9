"""The exceptions of a territory: the counts are those of the files, under the reader's rights, journalled before they
are returned."""

from __future__ import annotations

from typing import Any

import pytest

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.selectors import acteur_de
from fce.droits.journal.models import Consultation
from fce.ensembles.territoires import exceptions, lieux
from fce.ensembles.territoires.exceptions import ExceptionsDuTerritoire
from fce.ensembles.territoires.models import Preparation
from tests.donnees.entreprises import fabrique as f
from tests.echanges.operations.fabrique import ServiceJoue
from tests.ensembles.territoires import fabrique as t

pytestmark = pytest.mark.django_db


def lecteur(de: ServiceJoue, *, mfa: bool = True) -> LecteurDeDonnees:
    return LecteurDeDonnees(acteur_de(de.compte, mfa=mfa), usuelle=True, finalite="controle-travail")


def exceptions_de(de: ServiceJoue, code: str = "59", *, mfa: bool = True, **choix: Any) -> ExceptionsDuTerritoire:
    qui = lecteur(de, mfa=mfa)
    genre = "region" if code == "32" else "departement"
    return exceptions.exceptions_du_territoire(qui, lieux.trouver(genre, code, qui), **choix)


def nombres(vue: ExceptionsDuTerritoire) -> dict[str, int]:
    return {x.code: x.nombre for x in (*vue.montrees, *vue.autres)}


def test_the_counts_are_those_of_the_files(peuple: None) -> None:
    vue = exceptions_de(t.agent("59"), periode="tout")
    assert nombres(vue) == {"mortels": 1, "pse": 1, "sirene": 0, "jamais": 0, "effectif": 1, "activite-partielle": 1}
    assert vue.sommes is not None
    assert (vue.sommes.lieux, vue.sommes.grands, vue.sommes.salaries, vue.sommes.connus) == (3, 2, 460, 2)


def test_a_plan_is_counted_on_the_sites_that_it_touches_and_elsewhere_is_said_apart() -> None:
    commun = {"numero": "D1", "type": "PSE", "date_enregistrement": t.il_y_a(10)}
    t.peupler(
        rupco_procedures=[{"siren": t.GRANDE, **commun}],
        rupco_etablissements=[{"siren_entreprise": t.GRANDE, "siret": f.siret_no(t.GRANDE, 2), **commun}],
    )
    pse = next(x for x in exceptions_de(t.agent("59")).montrees if x.code == "pse")
    assert pse.nombre == 0
    assert [texte for texte, _ in pse.suites] == ["1 entreprise d’ici en a un ailleurs"]


def test_the_period_bounds_dated_facts_and_says_how_many_are_older(peuple: None) -> None:
    dites = {x.code: x for x in exceptions_de(t.agent("59")).montrees}
    assert (dites["pse"].nombre, [texte for texte, _ in dites["pse"].suites]) == (0, ["1 avant"])
    assert dites["mortels"].nombre == 1


def test_what_is_closed_is_absent_and_never_zero(peuple: None) -> None:
    vue = exceptions_de(t.agent("59", profil="ccrf"))
    assert not {"mortels", "pse", "effectif", "activite-partielle"} & nombres(vue).keys()
    assert "Mort au travail" in {titre for fermees in vue.fermees for titre in fermees.titres}
    assert vue.sommes is not None
    assert vue.sommes.salaries is None


def test_without_a_second_factor_or_habilitation_only_open_facts_are_counted(peuple: None) -> None:
    for vue in (exceptions_de(t.agent("59"), mfa=False), exceptions_de(t.sans_habilitation())):
        assert nombres(vue) == {"sirene": 0}
    assert Consultation.objects.count() == 0


def test_one_departement_of_a_region_counts_its_own_only(peuple: None) -> None:
    assert nombres(exceptions_de(t.agent("62"), "32"))["mortels"] == 0
    assert nombres(exceptions_de(t.agent("59"), "32"))["mortels"] == 1


def test_the_counts_are_journalled_before_they_are_returned(peuple: None) -> None:
    exceptions_de(t.agent("59"))
    assert {c.numero for c in Consultation.objects.all()} == {t.GRANDE, t.MOYENNE, t.PETITE}


def test_economists_see_plans_first_and_inspectors_deaths(peuple: None) -> None:
    economiste = exceptions_de(t.agent("59", profil="dreets-3e"))
    assert [x.code for x in economiste.montrees][:3] == ["pse", "activite-partielle", "effectif"]
    assert exceptions_de(t.agent("59")).montrees[0].code == "mortels"


def test_a_late_source_is_said(peuple: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fce.sources.declaration.Source.en_retard", lambda *_: True)
    mortels = exceptions_de(t.agent("59")).montrees[0]
    assert mortels.en_retard
    assert mortels.precision.endswith("source en retard")


def test_before_the_first_preparation_nothing_is_counted(peuple: None) -> None:
    Preparation.objects.all().delete()
    vue = exceptions_de(t.agent("59"))
    assert (vue.lecture.preparation, vue.montrees, vue.sommes) == (None, (), None)
