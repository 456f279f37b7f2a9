"""The figures of a month: made again from the same events they are the same, and they single nobody out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from fce.service.statistiques import agregation
from fce.service.statistiques.agregation import mesurer, publier_le_mois, publier_les_mois
from fce.service.statistiques.indicateurs import ENTONNOIR, INDICATEURS
from fce.service.statistiques.mesures import COMPTEES, MESURES
from fce.service.statistiques.models import TREIZE_MOIS, ChiffreMensuel, CleDePseudonyme, EvenementDUsage
from fce.socle.base import conservation
from fce.socle.texte.mois import ajouter_mois
from fce.socle.web.evenements import EVENEMENTS
from tests.service.statistiques.fabrique import AVANT, MOIS, ecrire, evenement, organisations, presences

pytestmark = pytest.mark.django_db
REPONSES = ("croisement_reporte", "croisement_commun", "croisement_abandonne", "croisement_maintenu")


def publies() -> list[Any]:
    return list(ChiffreMensuel.objects.values_list("mois", "mesure", "organisation", "valeur"))


def test_the_measures_count_events_that_exist_and_the_indicators_show_measures() -> None:
    assert {nom for m in COMPTEES for nom in m.evenements} <= set(EVENEMENTS)
    calculees = {
        "actifs_des_declarantes",
        "agents_declares",
        "cout",
        "agents_du_mois_d_avant",
        "lecteurs_revenus_apres",
    }
    calculees |= {"jeux_connectes", "jeux_a_jour", "institutions_connectees"}
    dites = {c for i in INDICATEURS for c in (i.numerateur, i.denominateur) if c} | {code for code, _ in ENTONNOIR}
    assert dites <= set(MESURES) | calculees
    assert {nom for i in INDICATEURS for nom in i.evenements} <= set(EVENEMENTS)


def test_a_month_is_published_once_it_is_over_and_never_changes() -> None:
    presences((9, 8, 7))
    assert publier_les_mois(MOIS + timedelta(days=20)) == []
    assert publier_les_mois(ajouter_mois(MOIS, 1)) == []  # a process may still have some of its last day in memory
    assert publier_les_mois(ajouter_mois(MOIS, 1) + timedelta(days=1)) == [MOIS]
    avant = publies()
    ecrire([evenement("connexion", "tard venu", organisation=organisations(1)[0])])
    assert publier_les_mois(ajouter_mois(MOIS, 1) + timedelta(days=2)) == []
    assert publies() == avant


def test_made_again_from_the_events_the_figures_are_the_same() -> None:
    presences((9, 8, 7))
    presences((9, 8, 7), "fiche_reservee_lue")
    presences((6, 6, 6), jour=AVANT)
    for nom in REPONSES:
        presences((4, 4, 4), nom)
    ecrire(evenement("avis_aide") for _ in range(12))
    ecrire(evenement("demande_prise", f"p{n}", organisation=organisations(3)[n % 3], valeur=n % 6) for n in range(30))
    publier_le_mois(MOIS)
    avant = publies()
    assert sum(valeur is not None for *_, valeur in avant) > 10
    assert publier_le_mois(MOIS, refaire=True)
    assert publies() == avant


def test_figures_stay_when_events_are_purged() -> None:
    presences((9, 8, 7))
    CleDePseudonyme.objects.create(debut=MOIS, fin=ajouter_mois(MOIS, 13), secret=b"x")
    publier_le_mois(MOIS)
    avant = publies()
    for aujourd_hui in (date(2027, 3, 31), date(2028, 1, 1)):
        conservation.purger(_midi(aujourd_hui))
        tenus = EvenementDUsage.objects.exists()
        # As long as a month is among those that may be made again, all of its events are there.
        assert tenus is (aujourd_hui <= MOIS + TREIZE_MOIS)
    assert not CleDePseudonyme.objects.exists()
    assert publies() == avant
    assert publier_les_mois(date(2028, 1, 2)) == []


@given(st.dates(date(2025, 1, 1), date(2032, 12, 31)))
def test_the_events_of_a_month_that_may_be_made_again_are_all_kept(aujourd_hui: date) -> None:
    premier = ajouter_mois(aujourd_hui, -agregation.MOIS_TENUS)
    assert aujourd_hui - premier <= TREIZE_MOIS


def test_the_north_star_counts_answers_that_change_a_visit() -> None:
    for nom in REPONSES:
        presences((3, 2, 2), nom)
    chiffres = mesurer(MOIS)
    assert chiffres["visites_changees", ""] == 21
    assert chiffres["visites_maintenues", ""] == 7
    assert chiffres["croisements_repondus", ""] == 28


def test_few_agents_or_few_services_are_not_told() -> None:
    presences((40, 40), "contact_note")
    assert mesurer(MOIS)["autres_gestes", ""] is None
    assert mesurer(MOIS)["agents_actifs", ""] is None
    EvenementDUsage.objects.all().delete()
    presences((1, 1, 2), "contact_note")
    assert mesurer(MOIS)["autres_gestes", ""] is None


TOTAUX = {
    "croisements_repondus": ("visites_changees", "visites_maintenues"),
    "visites_changees": ("visites_reportees", "visites_communes", "visites_abandonnees"),
    "transactions": ("croisements_repondus", "autres_gestes", "gestes_des_demandes"),
    "gestes_des_demandes": ("demandes_envoyees", "demandes_prises", "demandes_repondues", "reponses_jugees"),
    "avis": ("avis_aides", "avis_aides_en_partie", "avis_non_aides"),
}


@given(
    st.dictionaries(
        st.sampled_from([n for n in sorted(EVENEMENTS) if n.startswith(("crois", "dem", "avis_aide", "contact"))]),
        st.tuples(st.integers(0, 12), st.integers(1, 4)),
    )
)
@settings(max_examples=40)
def test_no_total_is_said_with_all_of_its_parts_but_one(faits: dict[str, tuple[int, int]]) -> None:
    EvenementDUsage.objects.all().delete()
    ou = organisations(4)
    ecrire(
        evenement(nom, f"a{n}" if EVENEMENTS[nom].compte else "", organisation=ou[n % combien],
                  service="dgt" if EVENEMENTS[nom].service else "", valeur=1 if EVENEMENTS[nom].valeurs else None)
        for nom, (agents, combien) in faits.items()
        for n in range(agents)
    )  # fmt: skip
    chiffres = mesurer(MOIS)
    for ensemble, morceaux in TOTAUX.items():
        tus = [m for m in morceaux if chiffres[m, ""] is None]
        # None of them was there at all: nothing is hidden.
        if chiffres[ensemble, ""] is not None and len(tus) == 1:
            assert tus == ["gestes_des_demandes"]
            assert not any(nom.startswith("demande_") and agents for nom, (agents, _) in faits.items())


def test_an_organisation_of_few_hides_another_too() -> None:
    presences((9, 12, 30, 2))
    chiffres = mesurer(MOIS)
    par_organisation = {nom: valeur for (mesure, nom), valeur in chiffres.items() if mesure == "agents_actifs" and nom}
    assert par_organisation == {
        "Organisation 0": None,
        "Organisation 1": 12,
        "Organisation 2": 30,
        "Organisation 3": None,
    }
    assert chiffres["agents_actifs", ""] == 53


def test_agents_of_no_organisation_are_a_part_of_the_total_too() -> None:
    presences((30, 12, 9))
    ecrire([evenement("connexion", "sans organisation")])
    chiffres = mesurer(MOIS)
    assert chiffres["agents_actifs", ""] == 52
    assert chiffres["agents_actifs", "Organisation 0"] is None


def test_the_steps_of_the_funnel_are_inside_one_another() -> None:
    presences((10, 10, 10))
    presences((8, 8, 8), "connexion_habilitee")
    presences((5, 5, 5), "fiche_reservee_lue")
    chiffres = mesurer(MOIS)
    etapes = [chiffres[code, ""] for code in ("agents_actifs", "agents_habilites", "agents_lecteurs")]
    assert etapes == [30, 24, 15]
    ecrire(evenement("connexion_habilitee", f"{o.pk}-8", organisation=o) for o in organisations(3))
    # Three agents are not habilitated: their number is not to be found again.
    assert mesurer(MOIS)["agents_habilites", ""] is None


def test_nobody_is_said_to_have_come_back_under_another_key() -> None:
    presences((10, 10, 10), jour=AVANT)
    presences((10, 10, 10))
    assert mesurer(MOIS)["agents_revenus", ""] == 30
    CleDePseudonyme.objects.create(debut=MOIS, fin=ajouter_mois(MOIS, 13), secret=b"x")
    assert mesurer(MOIS)["agents_revenus", ""] is None


@given(
    mois=st.lists(st.tuples(st.integers(0, 12), st.sampled_from(sorted(EVENEMENTS)), st.integers(0, 3)), max_size=60),
    avant=st.lists(st.tuples(st.integers(0, 12), st.just("fiche_reservee_lue"), st.integers(0, 3)), max_size=20),
)
@settings(max_examples=25)
def test_whatever_happened_no_figure_of_people_is_of_a_few(mois: list[Any], avant: list[Any]) -> None:
    EvenementDUsage.objects.all().delete()
    noms = organisations(4)
    for jour, faits in ((MOIS, mois), (AVANT, avant)):
        ecrire(
            evenement(nom, f"a{agent}" if EVENEMENTS[nom].compte else "", jour=jour, organisation=noms[ou],
                      service="dgt" if EVENEMENTS[nom].service else "", valeur=2 if EVENEMENTS[nom].valeurs else None)
            for agent, nom, ou in faits
        )  # fmt: skip
    chiffres = mesurer(MOIS)
    de_gens = {cle: v for cle, v in chiffres.items() if cle[0].startswith(("agents_", "lecteurs_")) and v is not None}
    assert all(valeur >= 5 for valeur in de_gens.values())
    chaine = ("agents_actifs", "agents_habilites", "agents_lecteurs")
    dits = [v for code in chaine if (v := chiffres[code, ""]) is not None]
    assert all(a == b or a - b >= 5 for a, b in pairwise(dits))
    for nom, valeur in chiffres.items():
        if valeur and nom[0] in MESURES and not MESURES[nom[0]].somme and not nom[0].startswith("avis"):
            assert valeur >= 5 or nom[0] in ("demandes_prises_a_temps", "reponses_utiles"), nom


def _midi(jour: date) -> Any:
    return datetime(jour.year, jour.month, jour.day, 12, tzinfo=UTC)
