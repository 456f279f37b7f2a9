"""Territory tells no lie: each figure, list, file and "none known" says what it is about, and counts tell the whole."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from fce.droits.journal.models import Consultation
from fce.fiche.assemblage import en_entier
from fce.fiche.assemblage.ensemble import ISOLE
from fce.fiche.formes.contenu import EnSerie, EnTableau, EtatBloc
from tests.donnees.entreprises import fabrique as f
from tests.echantillon import chaque_jour
from tests.fiche import jeux, territoires
from tests.fiche.territoires import LYON, MARSEILLE, NORD, PARIS, fiche_pour, peupler, rang
from tests.pannes import lever

pytestmark = pytest.mark.django_db
SOURCES = list(territoires.sources())
TOUS = (NORD, PARIS, MARSEILLE)
PART = "votre territoire seulement : Nord (59)"


@pytest.fixture(autouse=True)
def _sources(monkeypatch: pytest.MonkeyPatch) -> None:
    jeux.installer(monkeypatch, territoires.sources().values())


@pytest.fixture
def partout() -> None:
    """Facts in each establishment."""
    peupler(TOUS)


def tuiles(fiche: territoires.FicheEntiere) -> dict[str, tuple[str, str]]:
    return {t.titre: (t.valeur, t.mention) for t in fiche.fiche.tuiles}


def secrets(siret: str) -> list[str]:
    """What a fact of an establishment says, besides what is added up."""
    n = rang(siret)
    return [siret, f"A{n}-1", f"D{n}", f"RUE {n}", f"L-{n}", f"0{n}/01/2026", f"1{n}/03/2026", f"2026-03-1{n}"]


def test_t1_tiles_say_the_whole_and_the_part_of_the_reader(partout: None) -> None:
    dites = tuiles(fiche_pour("59"))
    assert dites["Effectif"] == ("41871 salariés", "toute l'entreprise, dont Nord (59) : 17 salariés")
    assert dites["Décisions"] == ("3 décisions", "toute l'entreprise, dont Nord (59) : 1 décisions")
    # Not declared as a sum: worked out on the part, which says so.
    assert dites["Effectif daté"] == ("17 salariés", PART)


def test_t1_a_tile_that_nothing_limits_says_nothing_more(partout: None) -> None:
    assert set(tuiles(fiche_pour("FR")).values()) == {("41871 salariés", ""), ("3 décisions", "")}
    assert fiche_pour("FR").bloc("decisions").mention == ""
    assert "périmètre" not in fiche_pour("FR").page().lower()


def test_t1_a_series_by_period_is_that_of_the_whole_company_beside_the_part(partout: None) -> None:
    for contenu in (fiche_pour("59").bloc("series").contenu, fiche_pour("FR").bloc("series").contenu):
        assert isinstance(contenu, EnSerie)
        assert [c.valeur for c in contenu.tableau.lignes[0]][1:4] == [41871, 41871, 0]
    contenu = fiche_pour("59").bloc("series").contenu
    assert isinstance(contenu, EnSerie)
    assert contenu.tableau.colonnes[-1].libelle == "dont Nord (59)"
    # The territory is drawn at its own scale, not as a sliver at the foot of the whole.
    assert "dont Nord (59)" in [g.titre for g in contenu.graphiques if len(g.barres) == 1]
    assert [ligne[-1].valeur for ligne in contenu.tableau.lignes] == [17, 17]
    assert fiche_pour("59").bloc("series").mention == "Toute l'entreprise, dont votre territoire : Nord (59)."
    assert fiche_pour("59").liste("series").tableau == _sans_page(
        contenu.tableau, fiche_pour("59").liste("series").tableau
    )


def _sans_page(attendu: EnTableau, tableau: EnTableau | None) -> EnTableau:
    assert tableau is not None
    assert (tableau.lignes, tableau.colonnes) == (attendu.lignes, attendu.colonnes)
    return tableau


def test_t1_a_series_by_the_day_of_an_event_stays_that_of_the_part(partout: None) -> None:
    bloc = fiche_pour("59").bloc("series-datees")
    assert isinstance(bloc.contenu, EnSerie)
    assert [c.valeur for c in bloc.contenu.tableau.lignes[0]][1:] == [17]
    assert bloc.mention == f"V{PART[1:]} ; ailleurs dans l'entreprise, hors de votre territoire : 4 lignes."


@pytest.mark.parametrize(
    ("nom", "total", "ailleurs"),
    [
        ("accords", 83742, "2 établissements, 4 lignes"),
        ("accords-un-par-un", 83742, "2 établissements, 4 lignes"),
        ("decisions", 41871, "2 établissements, 2 lignes"),
    ],
)
def test_t1_a_table_lists_the_part_and_adds_up_the_whole(partout: None, nom: str, total: int, ailleurs: str) -> None:
    bloc = fiche_pour("59").bloc(nom)
    assert bloc.mention == f"V{PART[1:]} ; ailleurs dans l'entreprise, hors de votre territoire : {ailleurs}."
    # Of what is folded, the rows are one link away.
    for contenu in (fiche_pour("59").liste(nom).tableau, *([bloc.contenu] if nom != "decisions" else [])):
        assert isinstance(contenu, EnTableau)
        assert {ligne[0].valeur for ligne in contenu.lignes} <= {NORD, "A1-1", "A1-2"}
        assert [c.valeur for c in contenu.ensemble if c.texte] == [total]
    assert fiche_pour("59").liste(nom).mention == bloc.mention
    if nom != "decisions":
        assert '<th scope="row">Toute l\'entreprise</th>' in fiche_pour("59").page()
    partout = fiche_pour("FR").liste(nom).tableau
    assert isinstance(partout, EnTableau)
    assert total in [c.valeur for c in partout.totaux]
    assert partout.ensemble == ()


def test_t1_a_summary_of_counts_is_that_of_the_whole(partout: None) -> None:
    for territoire in ("59", "FR"):
        contenu = fiche_pour(territoire).bloc("decisions").contenu
        assert isinstance(contenu, EnTableau)
        assert contenu.synthese is not None
        assert [c.texte for c in contenu.synthese.lignes[0]] == ["2026", "3"]
    assert "Synthèse : toute l'entreprise." in fiche_pour("59").page()


def test_e5_no_table_has_a_header_and_no_row() -> None:
    peupler((PARIS, MARSEILLE))
    for page in (fiche_pour("59").page(), fiche_pour("59").tout()):
        assert not re.search(r"<tbody>\s*</tbody>", page)
    assert re.search(r"<strong>Toute l[^<]*entreprise</strong> – ", fiche_pour("59").page())


@pytest.mark.parametrize("nom", SOURCES)
def test_t1_facts_elsewhere_only_are_counted_not_shown_and_never_said_none(nom: str) -> None:
    peupler((PARIS, MARSEILLE))
    fiche = fiche_pour("59")
    bloc = fiche.bloc(nom)
    assert bloc.etat is EtatBloc.DONNEES
    assert bloc.lignes == [] or list(bloc.lignes) == []
    assert "ailleurs dans l'entreprise" in bloc.mention or bloc.mention.startswith("Toute l'entreprise, dont")
    assert bloc.mention in fiche.page()
    assert [bloc.mention] in fiche.classeur()
    ligne = next(rangee for rangee in fiche.classeur() if rangee[0] == bloc.titre and len(rangee) > 4)
    assert "Données" in ligne
    assert bloc.mention in ligne
    *_, derniere = fiche.csv(nom)
    assert "votre territoire" in derniere[-1]
    assert not any(derniere[:-1])
    api = fiche.api(nom)
    assert (api["etat"], api["lignes"], api["perimetre"]["entier"]) == ("donnees", [], False)
    assert api["ensemble"]["lignes"] == api["ensemble"]["ailleurs"] > 0
    liste = fiche.liste(nom)
    assert liste.mention == bloc.mention


def test_t1_the_tile_of_facts_elsewhere_counts_them() -> None:
    peupler((PARIS, MARSEILLE))
    assert tuiles(fiche_pour("59")) == {
        "Effectif": ("41854 salariés", "toute l'entreprise, dont Nord (59) : aucune donnée connue"),
        "Décisions": ("2 décisions", "toute l'entreprise, dont Nord (59) : aucune donnée connue"),
    }


@pytest.mark.parametrize("ou", [(PARIS, MARSEILLE), TOUS])
def test_t1_no_establishment_date_place_nor_link_of_elsewhere_leaves_on_any_surface(ou: Any) -> None:
    peupler(ou)
    sorti = fiche_pour("59").tout().replace(" ", "").replace("\u202f", "")
    for siret in (PARIS, MARSEILLE):
        trouves = [s for s in secrets(siret) if s.replace(" ", "") in sorti]
        assert trouves == []
        assert not re.search(rf"(?<!\d){territoires.poids(siret)}(?!\d)", sorti)
    partout = fiche_pour("FR").tout().replace(" ", "").replace("\u202f", "")
    assert all(s.replace(" ", "") in partout for siret in (PARIS, MARSEILLE) for s in secrets(siret)[1:])


def test_t1_an_alert_is_that_of_the_part_or_counts_those_of_elsewhere(partout: None) -> None:
    alertes = [(a.titre, a.perimetre.entier, a.perimetre.mention) for a in fiche_pour("59").fiche.alertes]
    assert alertes == [("Décision prise le 11/03/2026", False, PART)] * 2
    peupler((PARIS, MARSEILLE))
    (seule,) = fiche_pour("59").fiche.alertes
    assert (seule.titre, seule.perimetre.entier) == ("2 décisions", True)
    assert "hors de votre territoire (Nord (59))" in seule.detail
    assert [a.titre for a in fiche_pour("FR").fiche.alertes] == ["Décision prise le 13/03/2026"] * 2


@pytest.mark.parametrize("nom", SOURCES)
def test_t1_none_known_is_said_of_what_was_looked_at(nom: str) -> None:
    peupler(())
    for territoire, dit in (("59", "toute l'entreprise"), ("FR", "")):
        fiche = fiche_pour(territoire)
        bloc = fiche.bloc(nom)
        assert bloc.etat is EtatBloc.AUCUNE
        assert bloc.perimetre.entier
        assert bloc.message.startswith(bloc.source.absence + (f" – {dit} (" if dit else " ("))
        ligne = next(r for r in fiche.classeur() if r[0] == bloc.titre and "Aucune donnée connue" in r)
        assert ligne[-1] == "Toute l'entreprise" + ("." if dit else "")
        api = fiche.api(nom)
        assert (api["etat"], api["perimetre"]["entier"], api["ensemble"]) == ("aucune", True, None)
        assert fiche.csv(nom)[1:] == ([[*[None] * len(bloc.source.champs), "Toute l'entreprise."]] if dit else [])
        assert fiche.liste(nom).perimetre.suffixe == (f" – {dit}" if dit else "")
    assert "aucune donnée connue – toute l'entreprise : " in fiche_pour("59").page()


def test_t1_facts_inside_only_are_the_whole_and_it_is_said() -> None:
    peupler((NORD,))
    fiche = fiche_pour("59")
    for nom in SOURCES:
        bloc = fiche.bloc(nom)
        assert (bloc.perimetre.entier, bloc.mention, bloc.ensemble) == (True, "Toute l'entreprise.", None)
        assert {rangee[-1] for rangee in fiche.csv(nom)[1:]} == {"Toute l'entreprise."}
        assert fiche.api(nom)["perimetre"]["phrase"] == "toute l'entreprise"
    assert tuiles(fiche)["Effectif"] == ("17 salariés", "toute l'entreprise")


ISOLES: list[dict[str, dict[str, Any]]] = [
    {NORD: {}, PARIS: {}},
    {NORD: {}, PARIS: {"etat_administratif": "F", "date_debut": date(2025, 12, 1)}},
    {NORD: {}, PARIS: {}, MARSEILLE: {"etat_administratif": "F", "date_debut": date(2019, 1, 1)}},
    {NORD: {}, PARIS: {"etat_administratif": "F", "date_debut": date(2019, 1, 1)}},
    {NORD: {}, PARIS: {"code_commune": None}},
]


@pytest.mark.parametrize("lieux", ISOLES, ids=["ouvert", "fermé depuis peu", "seul vivant", "seul, fermé", "inconnu"])
@pytest.mark.parametrize(
    "ou",
    chaque_jour([(places,) for places in ((NORD, PARIS), (PARIS,), (NORD,))], sur=3),
    ids=["partout", "ailleurs", "ici"],
)
def test_t1_one_sole_establishment_outside_keeps_its_figures(lieux: Any, ou: Any) -> None:
    peupler(ou, lieux)
    fiche = fiche_pour("59")
    for nom in SOURCES:
        bloc = fiche.bloc(nom)
        assert bloc.ensemble is None
        assert not bloc.perimetre.entier
        assert bloc.etat is (EtatBloc.DONNEES if NORD in ou else EtatBloc.AUCUNE)
        assert f"{PART} – {ISOLE}" in (bloc.mention or bloc.message).replace("Votre", "votre")
        assert f"{PART} – {ISOLE}" in fiche.api(nom)["perimetre"]["phrase"]
    sorti = fiche.tout().replace("\u202f", "")
    assert not re.search(r"(?<!\d)(2741|2758|5482|5516)(?!\d)", sorti)
    if NORD in ou:
        assert tuiles(fiche)["Effectif"] == ("17 salariés", f"{PART} – {ISOLE}")
    # The very same whether there is something elsewhere or not.
    peupler([s for s in ou if s == NORD], lieux)
    assert fiche_pour("59").tout() == fiche.tout()


def test_t1_closed_long_ago_two_of_them_are_counted() -> None:
    ferme = {"etat_administratif": "F", "date_debut": date(2019, 1, 1)}
    peupler(TOUS, {NORD: {}, PARIS: ferme, MARSEILLE: ferme})
    assert tuiles(fiche_pour("59"))["Effectif"][0] == "41871 salariés"


def test_t1_an_establishment_unknown_to_sirene_is_in_no_territory() -> None:
    peupler((NORD, LYON), {NORD: {}})
    bloc = fiche_pour("59").bloc("accords")
    assert (bloc.perimetre.entier, [x["siret"] for x in bloc.lignes]) == (False, [NORD])
    assert bloc.mention.endswith("hors de votre territoire : 1 établissement, 2 lignes.")


def test_t1_a_territory_never_met_reads_no_sum(partout: None) -> None:
    fiche = fiche_pour("69")
    for nom in SOURCES:
        assert fiche.bloc(nom).etat is EtatBloc.RESERVEE
    assert fiche.fiche.tuiles == ()


def test_v6_the_timeline_names_the_sources_of_which_it_tells_a_part(partout: None) -> None:
    fiche = fiche_pour("59")
    # Sirene tells of the whole company: the limit is said of the other kinds alone.
    dite = (
        "toute l'entreprise, sauf deux genres que vos droits limitent à votre territoire, Nord (59) : "
        "decisions, decisions fermees"
    )
    assert fiche.fiche.perimetre.mention == dite
    assert not fiche.fiche.perimetre.entier
    assert [e.siret for j in fiche.fiche.chronologie for e in j.evenements if e.source == "decisions"] == [NORD]
    chronologie = next(b for r in fiche.fiche.rubriques for b in r.blocs if b.cle == "chronologie")
    assert chronologie.mention == f"T{dite[1:]}."
    assert fiche_pour("FR").fiche.perimetre.mention == ""


def test_t1_of_more_rows_than_a_rule_reads_the_whole_says_on_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fce.fiche.lecture.plans.LIGNES_REGLE", 5)
    monkeypatch.setattr("fce.fiche.lecture.plans.limite_de", lambda *_: 5)
    peupler(TOUS)
    nationale, fiche = fiche_pour("FR"), fiche_pour("59")
    dite = {t.titre: t for t in fiche.fiche.tuiles}["Décisions"]
    assert (dite.valeur, dite.partie) == ("3 décisions", "dont Nord (59) : 1 décisions")
    assert tuiles(nationale)["Décisions"][0] == "3 décisions"
    assert dite.precision.endswith(", sur 5 lignes parmi 6")
    assert {t.titre: t for t in nationale.fiche.tuiles}["Décisions"].precision == dite.precision
    bloc = fiche.bloc("decisions")
    assert bloc.mention.endswith("hors de votre territoire : 2 établissements, 2 lignes, sur 5 lignes parmi 6.")
    assert "Synthèse : toute l'entreprise, sur 5 lignes parmi 6." in fiche.page()
    # Sums of a part of the rows are no sums of the whole.
    assert bloc.ensemble is not None
    assert bloc.ensemble.sommes == {}
    peupler((PARIS, MARSEILLE, LYON))
    ailleurs = fiche_pour("59")
    assert {t.titre: t.valeur for t in ailleurs.fiche.tuiles}["Décisions"] == "3 décisions"
    assert any(a.detail.endswith(", sur 5 lignes parmi 6.") for a in ailleurs.fiche.alertes)
    for texte in (ailleurs.tout(), fiche.tout()):
        assert not [dit for siret in (PARIS, MARSEILLE, LYON) for dit in secrets(siret)[1:3] if dit in texte]


def test_t1_a_part_that_fills_all_that_is_read_is_not_taken_for_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fce.fiche.lecture.plans.LIGNES_REGLE", 3)
    monkeypatch.setattr("fce.fiche.lecture.plans.limite_de", lambda *_: 3)
    peupler(TOUS)
    recentes = [{"siret": NORD, "dossier": f"R{n}", "jour_decision": date(2026, 6, n), "heures": 1} for n in (1, 2, 3)]
    ailleurs = [{"siret": PARIS, "dossier": "P", "jour_decision": date(2026, 1, 5), "heures": 2}]
    f.charger("decisions", recentes + ailleurs)
    bloc = fiche_pour("59").bloc("decisions")
    assert not bloc.perimetre.entier
    assert bloc.mention.endswith("hors de votre territoire : 0 ligne, sur 3 lignes parmi 4.")
    f.charger("decisions", [*recentes, {**recentes[0], "dossier": "R4", "jour_decision": date(2026, 6, 4)}])
    assert fiche_pour("59").bloc("decisions").perimetre.entier


def test_t1_rows_that_no_rule_chooses_are_counted_all_the_same_when_they_are_not_all_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    choisies = territoires.sources()["decisions"]
    toutes = jeux.declarer(
        "decisions", jeux.Decision, "mutations-economiques", territoires.EMPLOI,
        presentation=choisies.presentation, tuile=choisies.tuile, agregats=choisies.agregats,
    )  # fmt: skip
    jeux.installer(monkeypatch, (territoires.sources() | {"decisions": toutes}).values())
    monkeypatch.setattr("fce.fiche.lecture.plans.LIGNES_REGLE", 5)
    monkeypatch.setattr("fce.fiche.lecture.plans.limite_de", lambda *_: 5)
    peupler(TOUS)
    ensemble = fiche_pour("59").bloc("decisions").ensemble
    assert ensemble is not None
    assert (ensemble.faits, ensemble.ailleurs, ensemble.lieux, ensemble.sommes) == (6, 4, None, {})
    assert ensemble.phrase.endswith("hors de votre territoire : 4 lignes, sur 5 lignes parmi 6")


def test_t1_the_sums_that_cannot_be_read_are_not_taken_for_none(partout: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fce.fiche.assemblage.ensemble.typer", lever(ValueError("rule")))
    bloc = fiche_pour("59").bloc("accords")
    assert (bloc.ensemble, bloc.perimetre.entier) == (None, False)
    assert "ne peuvent pas être lues" in bloc.mention


def test_t1_the_journal_counts_what_was_shown(partout: None) -> None:
    fiche_pour("59")
    assert Consultation.objects.latest("id").lignes == {
        "series": 2, "series-datees": 2, "accords": 1, "accords-un-par-un": 2, "decisions": 1, "decisions-fermees": 1,
        "labels": 1,
    }  # fmt: skip
    peupler((PARIS, MARSEILLE))
    fiche_pour("59")
    derniere = Consultation.objects.latest("id")
    assert set(derniere.sources) == set(SOURCES)
    assert {nom for nom, n in derniere.lignes.items() if n} == {"series"}


def test_t1_the_page_past_the_last_one_never_says_none(partout: None) -> None:
    for nom in ("accords", "accords-un-par-un"):
        fiche = en_entier.liste(territoires.SIREN, nom, page=9, lecteur=territoires.lecteur("59"))
        assert fiche.tableau is not None
        assert (fiche.tableau.page, bool(fiche.tableau.lignes)) == (1, True)
