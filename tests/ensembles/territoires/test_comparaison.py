"""Establishments side by side, or one beside the quartiles of its section and size: never another company alone."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fce.droits.journal.models import Consultation
from fce.socle.texte import paris
from tests.donnees.entreprises import fabrique as f
from tests.ensembles.territoires import fabrique as t

pytestmark = pytest.mark.django_db
COMPARER = "/territoires/comparer"


def pairs(nombre: int, commune: str = t.LILLE, premier: int = 30) -> list[str]:
    """``nombre`` companies of one section and band, with 10, 20, 30… employees."""
    sirens = [f.siren_no(premier + n) for n in range(nombre)]
    t.peupler()
    f.unites(*(f.unite(s, denomination=f"PAIRE {n}") for n, s in enumerate(sirens)))
    f.lieux(*(
        f.lieu(s, code_commune=commune, libelle_commune=t.NOMS[commune], tranche_effectifs="12",
               activite_principale="62.01Z", nomenclature_activite_principale="NAFRev2") for s in sirens
    ))  # fmt: skip
    mois = t.dernier_mois()
    f.charger("dsn-effectifs", [{"siret": t.siret(s), "mois": mois, "total": 10 * n} for n, s in enumerate(sirens, 1)])
    t.preparer(paris.aujourd_hui())
    return sirens


def corps(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.split("<main", 1)[1].split("</main>", 1)[0]))


def test_two_establishments_are_read_side_by_side_and_written_each() -> None:
    t.peupler()
    page = t.agent("59").client().get(COMPARER, {"n": [t.siret(t.GRANDE), t.siret(t.PETITE)]}).content.decode()
    assert "400 (−20 % en un an) aucun déclaré" in corps(page)
    assert "8 accidents 3 accidents" in corps(page)
    assert {c.numero: c.poids for c in Consultation.objects.all()} == {t.GRANDE: 1, t.PETITE: 1}


@pytest.mark.parametrize(
    ("nombre", "quartiles"), [(9, "– – – moins de 10 entreprises"), (11, "35 60 85 11 entreprises")]
)
def test_quartiles_need_ten_companies(nombre: int, quartiles: str) -> None:
    sirens = pairs(nombre)
    page = t.agent("59").client().get(COMPARER, {"n": t.siret(sirens[0])}).content.decode()
    assert f"Effectif {quartiles}" in corps(page)
    assert all(s not in page for s in sirens[1:])
    assert "PAIRE 1" not in page


def comptes(sirens: list[str], **champs: Any) -> None:
    """Public accounts of these companies: 1 000 €, 2 000 €… of turnover, and older ones that no longer count."""
    f.charger("ratios-financiers", [
        {"siren": s, "date_cloture": clos, "type_bilan": "C", "chiffre_affaires": ca, "resultat_net": -ca, **champs}
        for n, s in enumerate(sirens, 1) for clos, ca in ((t.il_y_a(300), 1000 * n), (t.il_y_a(700), 99_999_999))
    ])  # fmt: skip


CA, RESULTAT = "Chiffre d’affaires de l’entreprise", "Résultat net de l’entreprise"


@pytest.mark.parametrize(
    ("nombre", "quartiles"), [(9, "– – – moins de 10 entreprises"), (11, "3 500 € 6 000 € 8 500 € 11 entreprises")]
)
def test_public_accounts_have_their_quartiles_of_ten_companies(nombre: int, quartiles: str) -> None:
    sirens = pairs(11)
    comptes(sirens[:nombre])
    for client in (t.agent("59").client(), t.sans_habilitation().client(finalite=None)):
        page = client.get(COMPARER, {"n": t.siret(sirens[0])}).content.decode()
        assert f"{CA}, catégorie inconnue {quartiles}" in corps(page)
        assert all(s not in page for s in sirens[1:])


def test_accounts_of_another_category_of_company_or_too_old_make_no_quartile() -> None:
    sirens = pairs(11)
    comptes(sirens)
    f.unites(*(f.unite(s, categorie_entreprise="GE" if n < 2 else "PME") for n, s in enumerate(sirens)))
    t.preparer(paris.aujourd_hui())
    page = t.agent("59").client().get(COMPARER, {"n": t.siret(sirens[5])}).content.decode()
    assert f"{CA}, PME – – – moins de 10 entreprises" in corps(page)
    assert f"{RESULTAT}, PME – – –" in corps(page)
    f.charger(
        "ratios-financiers",
        [{"siren": s, "date_cloture": t.il_y_a(3 * 366), "type_bilan": "C", "chiffre_affaires": 1} for s in sirens],
    )
    f.unites(*(f.unite(s) for s in sirens))
    t.preparer(paris.aujourd_hui())
    page = t.agent("59").client().get(COMPARER, {"n": t.siret(sirens[5])}).content.decode()
    assert f"{CA}, catégorie inconnue – – –" in corps(page)


def test_quartiles_are_of_open_rows_only() -> None:
    sirens = pairs(11, t.LENS)
    page = t.agent("59").client().get(COMPARER, {"n": t.siret(sirens[0])}).content.decode()
    assert "Effectif fermé" in corps(page)
    assert "Effectif – – – moins de 10 entreprises" in corps(page)
    # Contacts alone are read of every département.
    assert not any("dsn-effectifs" in c.lignes for c in Consultation.objects.exclude(numero=""))


def test_an_agent_without_habilitation_compares_what_is_open() -> None:
    sirens = pairs(11)
    page = t.sans_habilitation().client(finalite=None).get(COMPARER, {"n": t.siret(sirens[0])}).content.decode()
    assert "Fermé à votre lecture" in page
    assert "Effectif</th>" in page
    assert Consultation.objects.count() == 0


@pytest.mark.parametrize("numeros", [[""], ["123"], [f.siret_no(f.siren_no(n)) for n in range(1, 8)]])
def test_one_to_five_numbers_are_compared(numeros: list[str]) -> None:
    t.peupler()
    assert t.agent("59").client().get(COMPARER, {"n": numeros}).status_code == 400


def test_a_masked_person_is_answered_as_an_unknown_number() -> None:
    t.peupler()
    client = t.agent("59").client()
    for numero in (t.siret(t.MASQUEE), f.siret_no(f.siren_no(99))):
        assert client.get(COMPARER, {"n": [t.siret(t.GRANDE), numero]}).status_code == 404
    assert Consultation.objects.count() == 0


def test_what_a_sheet_says_of_accidents_contacts_and_plans_is_compared() -> None:
    t.peupler()
    f.charger(
        "accidents-travail",
        [
            {"siret": t.siret(t.GRANDE), "total": 8, "taux": 35.2, "taux_france": 28},
            {"siret": t.siret(t.PETITE), "total": 3},
        ],
    )
    t.preparer(paris.aujourd_hui())
    page = corps(t.agent("59").client().get(COMPARER, {"n": [t.siret(t.GRANDE), t.siret(t.PETITE)]}).content.decode())
    assert "8 accidents, 35,2 ‰ contre 28,0 ‰ dans le secteur en France 3 accidents" in page
    for titre in ("PSE", "Accidents mortels", "Dernier contact"):
        assert f" {titre} " in page
    fermee = corps(t.agent("75").client().get(COMPARER, {"n": t.siret(t.GRANDE)}).content.decode())
    assert "‰" not in fermee


def test_a_figure_of_a_company_is_said_once_for_two_of_its_establishments() -> None:
    t.peupler()
    comptes([t.GRANDE])
    f.lieux(*(f.lieu(t.GRANDE, n, code_commune=t.LILLE, libelle_commune="LILLE") for n in (1, 2)))
    f.unites(f.unite(t.GRANDE))
    t.preparer(paris.aujourd_hui())
    page = corps(
        t.agent("59").client().get(COMPARER, {"n": [t.siret(t.GRANDE), f.siret_no(t.GRANDE, 2)]}).content.decode()
    )
    assert page.count("€, comptes clos le") == 2  # turnover and result
    assert page.count("même entreprise, dit dans sa première colonne") == 2


def test_a_quartile_that_is_missing_says_why() -> None:
    sirens = pairs(11)
    page = corps(t.sans_habilitation().client(finalite=None).get(COMPARER, {"n": t.siret(sirens[0])}).content.decode())
    assert "Effectif – – – fermé à votre lecture" in page
    assert f"{CA} – – – source absente" in page
