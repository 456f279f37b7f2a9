"""How serious a fact is: declared once, whoever reads it and whichever source or page tells it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from fce.donnees.entreprises.historique import Evenement
from fce.donnees.entreprises.historique_lieux import JalonsComptes
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.formes.contenu import AlerteVue
from fce.fiche.lecture.gravite import gravite_de
from fce.fiche.page.alarmes import alarmes
from fce.fiche.page.annees import DESSINEES, dessiner
from fce.fiche.unite.perimetre import ENTREPRISE
from fce.sources import registre
from fce.sources.onglets import ONGLETS
from fce.sources.presentation import Gravite
from tests.donnees.entreprises import fabrique as f
from tests.fiche.fiches import fiche_de
from tests.fiche.unites_directes import SIREN, lecteur

pytestmark = pytest.mark.catalogue
JOUR = date(2026, 3, 10)


def gravites(qui: LecteurDeDonnees, numero: str = SIREN) -> dict[tuple[date | None, str, str | None], Gravite]:
    jours = fiche_de(numero, qui, onglet=ONGLETS["historique"]).chronologie
    return {(e.date, e.titre, e.ou): gravite_de(e) for j in jours for e in j.evenements}


@pytest.mark.django_db
def test_an_event_is_as_serious_for_the_reader_of_another_departement() -> None:
    f.unites(f.unite(SIREN))
    f.lieux(f.lieu(SIREN, code_commune="59350"), f.lieu(SIREN, 2, code_commune="75056", etat_administratif="F"))
    f.charger(
        "rupco-procedures",
        [{"numero": "26003", "type": "PSE", "date_enregistrement": JOUR, "siren": SIREN, "etat": "En cours"}],
    )
    for n in (1, 2):
        f.charger("activite-partielle", [{"siret": f.siret_no(SIREN, n), "convention": "1", "date_decision": JOUR}])
    nord, paris, partout = (gravites(lecteur("emploi", territoire=frozenset({t}))) for t in ("59", "75", "FR"))
    assert partout[JOUR, "Procédure de rupture collective enregistrée", None] is Gravite.GRAVE
    assert len(nord) > 2
    for siennes in (nord, paris):
        assert {fait: g for fait, g in siennes.items() if fait in partout} == siennes


@pytest.mark.django_db
def test_a_closing_is_as_serious_on_every_sheet_as_an_alarm_and_as_news() -> None:
    f.unites(f.unite(SIREN))
    f.lieux(f.lieu(SIREN, code_commune="59350", etat_administratif="F"), f.lieu(SIREN, 2, code_commune="75056"))
    siret = f.siret_no(SIREN)
    dites = {g for (_, titre, _), g in gravites(LecteurDeDonnees()).items() if titre.startswith("Fermeture")}
    dites |= {g for (_, titre, _), g in gravites(LecteurDeDonnees(), siret).items() if titre.startswith("Fermeture")}
    dites |= {a.gravite for numero in (SIREN, siret) for a in fiche_de(numero).alertes if "fermé" in a.titre}
    dites |= {n.gravite for n in registre.source("sirene-etablissements").nouvelles if n.code == "fermeture"}
    assert dites == {Gravite.A_VOIR}


@pytest.mark.parametrize("faits", [
    [("bodacc", "Annonce au Bodacc", "Procédures collectives"),
     ("rne-observations", "Observation au registre", "Jugement prononçant la liquidation judiciaire")],
    [("bodacc", "Annonce au Bodacc", "Radiations"), ("rne", "Radiation", None),
     ("rne-observations", "Observation au registre", "Radiation à compter du 10/03/2026")],
])  # fmt: skip
def test_a_fact_that_two_registers_tell_is_as_serious_in_both(faits: list[tuple[str, str, str | None]]) -> None:
    assert {gravite_de(Evenement(JOUR, "fait", t, d, s)) for s, t, d in faits} == {Gravite.GRAVE}
    compte = Evenement(JOUR, "fait", "Observation au registre", "Augmentation du capital", "rne-observations")
    assert gravite_de(compte) is Gravite.A_VOIR


def test_what_a_source_announces_is_as_serious_as_what_it_dates_or_alarms_about() -> None:
    for source in registre.toutes():
        for n in source.nouvelles:
            dite = source.alarme if n.alarmante else source.jalon
            assert dite is None or n.gravite is dite.gravite, (source.nom, n.code)
    assert all(n.alarmante for s in registre.toutes() if s.alarme and not s.jalon for n in s.nouvelles)
    assert registre.source("rupco-procedures").nouvelles[0].gravite is Gravite.GRAVE


@pytest.mark.django_db
def test_the_gravest_alarm_is_first_and_a_tab_folds_none_that_fits() -> None:
    f.unites(f.unite(SIREN))
    f.lieux(f.lieu(SIREN))
    ferme = AlerteVue("attention", "Siège fermé", ENTREPRISE, jour=date(2026, 5, 2))
    jugement = "Redressement judiciaire : Jugement d'ouverture d'une procédure de redressement, greffe du Havre"
    redressement = AlerteVue("alerte", jugement, ENTREPRISE, jour=date(2026, 2, 23), gravite=Gravite.GRAVE)
    ancien = replace(redressement, titre="PSE", jour=date(2025, 1, 1))
    vues = alarmes(replace(fiche_de(SIREN), alertes=(ferme, ancien, redressement)), frozenset()).en_ligne()
    assert [a.court for a in vues.montrees] == ["Redressement judiciaire", "PSE", "Siège fermé"]
    assert vues.autres == ()


def test_the_drawing_of_the_years_counts_every_event_and_each_year_leads_to_its_page() -> None:
    faits = [Evenement(date(an, 3, 1), "fermeture", "Fermeture", None, "") for an in range(2005, 2027)]
    faits.append(Evenement(date(2026, 4, 1), "etat", "Cessation de l'entreprise", None, ""))
    dessin = list(dessiner(faits, [JalonsComptes(2020, "ouverture", False, 7)], "/entreprise/1"))
    assert len(dessin) == DESSINEES + 1
    assert sum(an.total for an in dessin) == len(faits) + 7
    assert dessin[0].titre == "Jusqu’en 2014"
    assert dessin[0].lien == "/entreprise/1/chronologie?jusqu_a=2014"
    assert dessin[-1].lien == "/entreprise/1/chronologie?depuis=2026&jusqu_a=2026"
    assert [(g, n) for g, n, *_ in dessin[-1].barres] == [(Gravite.GRAVE, 1), (Gravite.A_VOIR, 1)]
    vingt = next(an for an in dessin if an.titre == "2020")
    assert {g: n for g, n, *_ in vingt.barres} == {Gravite.A_VOIR: 1, Gravite.ORDINAIRE: 7}
    assert list(dessiner(faits[:1], [], "")) == [], "one year draws nothing"
