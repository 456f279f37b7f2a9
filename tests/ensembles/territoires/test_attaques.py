"""An attacker asks forty times: no company of which an answer tells a fact is left out of the journal."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from fce.droits.habilitations.lecteur import NOMMEES_MAX
from fce.droits.journal.models import Consultation
from fce.ensembles.territoires.chiffres import PAGES_MAX, PAR_ANNEE, SANS_MOTS
from fce.ensembles.territoires.preparation import preparer
from tests.donnees.entreprises import fabrique as f
from tests.echanges.operations.fabrique import ServiceJoue
from tests.ensembles.territoires import fabrique as t
from tests.ensembles.territoires.test_chiffres import lire

pytestmark = pytest.mark.django_db
NORD = "/territoire/departement/59"
TABLE = f"{NORD}/etablissements"
CIBLES = [f.siren_no(n) for n in range(201, 241)]
VUES = CIBLES[::2]
"""Half of them has been seen by an inspector, has a death, and short-time work."""


def creee(siren: str) -> date:
    """One a year, so that a year tells them apart."""
    return date(1981 + CIBLES.index(siren), 6, 1)


@pytest.fixture
def nord(settings: Any) -> ServiceJoue:
    settings.FCE_VOLUMES = "100000/600"
    f.unites(*(f.unite(s, denomination=f"CIBLE {n}") for n, s in enumerate(CIBLES)))
    f.lieux(
        *(
            f.lieu(
                s, code_commune=t.LILLE, libelle_commune="LILLE", tranche_effectifs="21", date_creation=creee(s),
                activite_principale="62.01Z", nomenclature_activite_principale="NAFRev2", caractere_employeur=True,
            )
            for s in CIBLES
        )
    )  # fmt: skip
    mois = t.dernier_mois()
    f.charger("dsn-effectifs", [{"siret": t.siret(s), "mois": mois, "total": 7 + n} for n, s in enumerate(CIBLES)])
    f.charger("accidents-travail", [{"siret": t.siret(s), "total": 3, "mortels": 1} for s in VUES])
    f.charger("wikit-controles", [{"siret": t.siret(s), "date": t.il_y_a(40), "unite": "UC 1"} for s in VUES])
    f.charger(
        "activite-partielle",
        [
            {"siret": t.siret(s), "convention": s, "avenant": 0, "date_decision": t.il_y_a(20), "heures_autorisees": 9}
            for s in VUES
        ],
    )
    f.charger("rupco-etablissements", [])
    preparer(timezone.localdate())
    return t.agent("59")


def seule(siren: str) -> dict[str, str]:
    """Open filters that leave one company."""
    jour = creee(siren).isoformat()
    return {"creation_min": jour, "creation_max": jour, "naf": "62.01Z", "commune": t.LILLE}


def pesees() -> dict[str, int]:
    """{SIREN: weight in the journal}"""
    ecrites = Consultation.objects.exclude(numero="")
    return {n: sum(c.poids for c in ecrites if c.numero == n) for n in {c.numero for c in ecrites}}


def filtres() -> list[str]:
    return [s for c in Consultation.objects.order_by("id") for s in c.sources if s.startswith("filtres:")]


@pytest.mark.parametrize(
    ("page", "choix"),
    [
        ("/etablissements", {"controle": "jamais"}),
        ("/etablissements", {"mortels": "oui", "activite_partielle": "oui"}),
        ("/fichiers", {"controle": "jamais"}),
        ("/liste", {"mortels": "oui"}),
        ("", {"exception": "mortels"}),
        ("", {"depuis": "365"}),
        ("", {"pse": "oui", "exception": "jamais"}),
    ],
)
def test_a14_whether_an_answer_is_empty_names_the_company_that_it_tells_of(
    nord: ServiceJoue, page: str, choix: dict[str, str]
) -> None:
    client = nord.client()
    for siren in CIBLES:
        assert client.get(f"{NORD}{page}", {**seule(siren), **choix}).status_code == 200
        assert Consultation.objects.filter(numero=siren, poids=1).exists()
    assert [s for s in CIBLES if s not in pesees()] == []
    avant = Consultation.objects.filter(surface="filtre").count()
    for siren in CIBLES:
        client.get(f"{NORD}{page}", {**seule(siren), **choix})
    # What a filter tells is written, and weighs, once a day.
    assert Consultation.objects.filter(surface="filtre").count() == avant
    assert not Consultation.objects.filter(surface="filtre").exclude(poids=1).exists()


def test_a14_what_filters_tell_of_a_company_weighs_once_a_day(nord: ServiceJoue) -> None:
    client, siren = nord.client(), CIBLES[0]
    for choix in ({"controle": "jamais"}, {"controle": "12"}, {"variation": "hausse"}, {"pse": "oui"}):
        assert client.get(TABLE, {**seule(siren), **choix}).status_code == 200
    ecrites = Consultation.objects.filter(numero=siren)
    assert {c.surface for c in ecrites} == {"filtre"}
    assert len(ecrites) == 3
    assert sum(c.poids for c in ecrites) == 1


def test_a14_beyond_twenty_companies_the_filters_are_kept_without_free_text(nord: ServiceJoue) -> None:
    client = nord.client()
    pour = {"controle": "jamais", "pse": "oui", "dirigeant": ""}
    fin = creee(CIBLES[NOMMEES_MAX - 1]).isoformat()
    client.get(TABLE, {**pour, "creation_max": fin})
    assert {*pesees()} == {*CIBLES[:NOMMEES_MAX]}
    assert filtres() == []
    client.get(TABLE, {**pour, "creation_max": creee(CIBLES[NOMMEES_MAX]).isoformat()})
    assert {*pesees()} == {*CIBLES[:NOMMEES_MAX]}
    (garde,) = {*filtres()}
    jour = creee(CIBLES[NOMMEES_MAX])
    assert garde == f"filtres:territoire/departement/59/etablissements?creation_max={jour}&pse=oui&controle=jamais"


def test_a14_one_of_two_reserved_filters_may_leave_few_companies_for_the_other(nord: ServiceJoue) -> None:
    f.charger("accidents-travail", [{"siret": t.siret(CIBLES[5]), "total": 3, "mortels": 1}])
    preparer(timezone.localdate())
    nord.client().get(TABLE, {"mortels": "oui", "pse": "oui"})
    # She knows who has a death: that nobody is listed tells that this one has no plan.
    (ecrite,) = Consultation.objects.exclude(numero="")
    assert (ecrite.numero, ecrite.surface, set(ecrite.lignes)) == (CIBLES[5], "filtre", {"rupco-etablissements"})
    assert filtres()


def test_a14_the_journal_never_keeps_what_was_typed(nord: ServiceJoue) -> None:
    from fce.recherche.question.requete import Requete

    dits = Requete.depuis({"q": "marteneuf", "dirigeant": "Zoe Marteneuf", "naf": "J", "qualiopi": "marteneuf"})
    assert dict(dits.sans_texte_libre()) == {"q": "", "naf": "J", "dirigeant": "", "qualiopi": ""}


def salaries(client: Client, **choix: str) -> dict[str, int]:
    """{group: head-count} of a page of figures."""
    lus = lire(client, f"{NORD}/chiffres", **choix)
    return {titre: int(x) for titre, cellules in lus.items() if (x := cellules[1].replace(" ", "")).isdecimal()}


def test_a15_figures_are_not_chosen_by_day_nor_by_words(nord: ServiceJoue) -> None:
    client = nord.client()
    for siren in CIBLES:
        assert salaries(client, creation_max=creee(siren).isoformat()) == {}
    choix = {"creation_max": "2001-06-01", "q": "cible", "dirigeant": "z"}
    html = client.get(f"{NORD}/chiffres", choix).content.decode()
    assert PAR_ANNEE in html
    assert SANS_MOTS in html
    assert not Consultation.objects.exists()


def test_a15_two_pages_of_a_day_isolate_no_company_that_the_journal_does_not_name(nord: ServiceJoue) -> None:
    client = nord.client()
    assert set(salaries(client).values()) == {sum(range(7, 47))}
    assert pesees() == {}
    lues = []
    for annee in range(2020, 1980, -1):
        vus = salaries(client, creation_max=f"{annee}-12-31")
        lues += [vus["Total"]] if vus else []
    isoles = {avant - apres - 7 for avant, apres in pairwise(lues)}
    assert len(isoles) == len(lues) - 1 > 10
    assert [n for n in isoles if CIBLES[n] not in pesees()] == []
    assert {*pesees().values()} == {1}
    # A day has so many pages, then figures are closed and the page says why.
    assert len(lues) == PAGES_MAX - 1
    assert f"{PAGES_MAX} choix différents" in client.get(f"{NORD}/chiffres", {"naf": "62.01Z"}).content.decode()
    assert salaries(t.agent("59").client())


def test_a15_a_total_minus_the_other_groups_isolates_no_company_unnamed(nord: ServiceJoue) -> None:
    f.lieux(
        *(
            f.lieu(
                s, code_commune=t.LILLE if s != CIBLES[3] else "59512", libelle_commune="X", date_creation=creee(s),
                activite_principale="62.01Z" if s != CIBLES[8] else "43.21A", tranche_effectifs="21",
                nomenclature_activite_principale="NAFRev2",
            )
            for s in CIBLES
        )
    )  # fmt: skip
    preparer(timezone.localdate())
    vus = salaries(nord.client())
    assert vus["Total"] - vus["Lille (59)"] == 7 + 3
    assert re.search(r"^J ", next(titre for titre in vus if vus[titre] == vus["Total"] - 7 - 8))
    assert pesees() == {CIBLES[3]: 1, CIBLES[8]: 1}


def test_a15_the_same_choice_read_twice_tells_nothing_new(nord: ServiceJoue) -> None:
    client = nord.client()
    for _ in range(PAGES_MAX + 2):
        assert salaries(client, naf="J")
    assert pesees() == {}
