"""The timeline says what INSEE's periods say: newest first, in the nomenclature of the time, nothing invented."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given, strategies as st

from fce.donnees.entreprises import historique
from fce.donnees.entreprises.historique import Evenement, par_date, trier
from tests.donnees.entreprises.fabrique import siren_no, siret_no

SIREN = siren_no(1)
SIRET, AUTRE = siret_no(SIREN), siret_no(siren_no(2))


def periode(debut: str | None, **champs: Any) -> dict[str, Any]:
    return {"siren": SIREN, "siret": SIRET, "date_debut": debut, "etat_administratif": "A", **champs}


def titres(evenements: list[Evenement]) -> list[tuple[str | None, str, str | None]]:
    return [(e.date.isoformat() if e.date else None, e.titre, e.detail) for e in evenements]


def entreprise(*periodes: dict[str, Any], **courante: Any) -> list[Evenement]:
    return historique.chronologie_entreprise({"siren": SIREN, **courante} if courante else None, periodes, [])


def test_name_changes_go_from_the_latest_to_the_oldest() -> None:
    evenements = entreprise(
        periode("2001-02-03", denomination="VERGERS"),
        periode("2019-05-01", denomination="VERGERS DU NORD", changement_denomination=True),
        date_creation="2001-02-03",
        etat_administratif="A",
    )
    assert titres(evenements) == [
        ("2019-05-01", "Changement de dénomination", "VERGERS → VERGERS DU NORD"),
        ("2001-02-03", "Création de l'entreprise", None),
    ]


def test_without_a_flag_the_change_is_deduced_from_the_period_before() -> None:
    evenements = entreprise(periode("2001-02-03", nom="MOREL"), periode("2010-01-01", nom="DUVAL"))
    assert titres(evenements) == [("2010-01-01", "Changement de nom", "MOREL → DUVAL")]


def test_a_false_flag_prevails_over_a_difference() -> None:
    assert not entreprise(
        periode("2001-02-03", denomination="A"), periode("2010-01-01", denomination="B", changement_denomination=False)
    )


def test_the_flags_of_the_first_period_are_not_changes() -> None:
    assert not entreprise(periode(None, denomination="A", changement_denomination=True))


def test_a_masked_former_name_leaves_an_event_without_detail() -> None:
    evenements = entreprise(
        periode("2001-02-03", denomination=None), periode("2010-01-01", denomination=None, changement_denomination=True)
    )
    assert titres(evenements) == [("2010-01-01", "Changement de dénomination", None)]


def test_the_activity_is_labelled_in_the_nomenclature_of_its_period() -> None:
    evenements = entreprise(
        periode("2001-02-03", activite_principale="72.2C", nomenclature_activite_principale="NAFRev1"),
        periode("2008-01-01", activite_principale="62.01Z", nomenclature_activite_principale="NAFRev2"),
    )
    assert len(evenements) == 1
    assert evenements[0].titre == "Activité principale recodée (NAF rév. 1 → NAF rév. 2)"
    assert evenements[0].detail is not None
    assert evenements[0].detail.startswith("72.2C – ")
    assert evenements[0].detail.endswith("→ 62.01Z – Programmation informatique")


def test_cessation_resumption_and_head_office() -> None:
    evenements = entreprise(
        periode("2001-02-03", nic_siege="00011"),
        periode("2010-01-01", nic_siege="00011", etat_administratif="C", changement_etat_administratif=True),
        periode("2012-01-01", nic_siege="00029", changement_etat_administratif=True, changement_nic_siege=True),
    )
    assert [(t, d) for _, t, d in titres(evenements)] == [
        ("Reprise d'activité de l'entreprise", None),
        (
            "Transfert du siège",
            f"{SIREN[:3]} {SIREN[3:6]} {SIREN[6:]} 00011 → {SIREN[:3]} {SIREN[3:6]} {SIREN[6:]} 00029",
        ),
        ("Cessation de l'entreprise", None),
    ]


def test_without_history_the_current_row_tells_the_cessation() -> None:
    evenements = entreprise(date_creation="2001-02-03", etat_administratif="C", date_debut="2015-06-30")
    assert titres(evenements) == [
        ("2015-06-30", "Cessation de l'entreprise", None),
        ("2001-02-03", "Création de l'entreprise", None),
    ]


def test_an_unknown_value_on_one_side_is_not_a_change() -> None:
    assert not entreprise(
        periode("2001-02-03", caractere_employeur=None), periode("2005-01-01", caractere_employeur=True)
    )
    evenements = entreprise(
        periode("2001-02-03", caractere_employeur=True), periode("2005-01-01", caractere_employeur=False)
    )
    assert titres(evenements) == [("2005-01-01", "N'est plus employeur", None)]


def test_an_establishment_closed_reopened_renamed_with_successions_on_both_sides() -> None:
    lien = {"date_lien_succession": "2011-01-01", "transfert_siege": False, "continuite_economique": True}
    evenements = historique.chronologie_etablissement(
        {"siret": SIRET, "date_creation": "2001-02-03", "etat_administratif": "A"},
        [
            periode("2001-02-03", enseigne_1="AUX LILAS"),
            periode("2009-01-01", enseigne_1="AUX LILAS", etat_administratif="F"),
            periode("2010-01-01", enseigne_1="AU JASMIN"),
        ],
        [
            {"siret_predecesseur": SIRET, "siret_successeur": AUTRE, **lien},
            {"siret_predecesseur": AUTRE, "siret_successeur": SIRET, **lien},
        ],
    )
    assert [(t, s) for t, s in ((e.titre, e.siret) for e in evenements)] == [
        ("Prédécesseur", AUTRE),
        ("Successeur", AUTRE),
        ("Réouverture de l'établissement", None),
        ("Changement d'enseigne", None),
        ("Fermeture de l'établissement", None),
        ("Création de l'établissement", None),
    ]
    assert evenements[0].detail is not None
    assert evenements[0].detail.endswith("(continuité économique)")


def test_successions_of_a_company_in_both_directions_but_not_internal_ones() -> None:
    interne = siret_no(SIREN, 2)
    lien = {"date_lien_succession": None, "transfert_siege": True, "continuite_economique": None}
    evenements = historique.chronologie_entreprise(
        {"siren": SIREN},
        [],
        [
            {"siret_predecesseur": SIRET, "siret_successeur": AUTRE, **lien},
            {"siret_predecesseur": AUTRE, "siret_successeur": SIRET, **lien},
            {"siret_predecesseur": SIRET, "siret_successeur": interne, **lien},
        ],
    )
    assert [e.titre for e in evenements] == [
        "Établissement repris d'une autre entreprise",
        "Établissement transmis à une autre entreprise",
    ]


def test_in_place_since_the_start_of_the_last_run_of_periods_in_this_state() -> None:
    periodes = [
        periode("2001-02-03"),
        periode("2009-01-01", etat_administratif="C"),
        periode("2010-01-01", etat_administratif="C"),
    ]
    creation = date(2001, 2, 3)
    assert historique.depuis(periodes, "C", creation) == date(2009, 1, 1)
    assert historique.depuis(periodes, "A", creation) is None
    assert historique.depuis(periodes[:1], "A", date(1999, 1, 1)) == date(1999, 1, 1)
    assert historique.depuis([*periodes, periode("2015-01-01")], "A", creation) == date(2015, 1, 1)
    assert historique.depuis([], "A", creation) is None


dates = st.none() | st.dates(date(1950, 1, 1), date(2026, 12, 31))


@given(st.lists(st.tuples(dates, st.sampled_from(historique.ORDRE_DES_GENRES), st.sampled_from("xyz")), max_size=30))
def test_descending_order_grouped_dates_and_nothing_lost(tirages: list[tuple[date | None, str, str]]) -> None:
    evenements = [Evenement(quand, genre, titre, None, "source") for quand, genre, titre in tirages]
    jalons = par_date(trier(evenements))
    connues = [jalon.date for jalon in jalons if jalon.date]
    assert connues == sorted(set(connues), reverse=True)
    assert len({jalon.date for jalon in jalons}) == len(jalons)
    assert all(jalon.date is not None for jalon in jalons[:-1])
    assert {e for jalon in jalons for e in jalon.evenements} == set(evenements)


valeurs = st.fixed_dictionaries(
    {
        "date_debut": st.none() | st.dates(date(1950, 1, 1), date(2026, 12, 31)).map(str),
        "etat_administratif": st.sampled_from(["A", "C", None]),
        "denomination": st.sampled_from(["X", "Y", None]),
        "changement_denomination": st.sampled_from([True, False, None]),
        "categorie_juridique": st.sampled_from(["5710", "9999", None]),
        "activite_principale": st.sampled_from(["62.01Z", "00", None]),
        "nomenclature_activite_principale": st.sampled_from(["NAFRev2", "NAP", "INCONNUE", None]),
        "nic_siege": st.sampled_from(["00011", None]),
        "societe_mission": st.sampled_from([True, False, None]),
    }
).map(lambda champs: {"siren": SIREN, **champs})


@given(st.lists(valeurs, max_size=8), st.randoms())
def test_the_order_of_rows_in_the_file_does_not_change_the_timeline(
    periodes: list[dict[str, Any]], hasard: Any
) -> None:
    par_debut = list({p["date_debut"]: p for p in periodes}.values())
    melangees = par_debut.copy()
    hasard.shuffle(melangees)
    assert entreprise(*par_debut, etat_administratif="A") == entreprise(*melangees, etat_administratif="A")
