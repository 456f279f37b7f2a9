"""Each form says what its declaration asks: columns, totals, roll-ups, charts, tiles, alerts, events, links."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche import selectors as fiches
from fce.fiche.formes import graphique
from fce.fiche.formes.contenu import EnSerie, EnTableau, EnValeurs, EtatBloc, FicheEntreprise, FicheEtablissement
from fce.fiche.formes.serie import en_date
from fce.fiche.lecture import typage
from fce.fiche.page.etablissements import FiltreEtablissements
from fce.socle.texte import formats
from fce.sources.presentation import Alarme, Jalon, Tableau as PresentationTableau, Tuile
from tests.donnees.entreprises import fabrique as f
from tests.fiche import jeux
from tests.fiche.fiches import bloc, fiche_de
from tests.fiche.jeux import AUTRE, SIREN, SIRET
from tests.fiche.test_charge import allers_retours
from tests.pannes import lever
from tests.service.portail.pages import verifier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inventees")]
MIDI = datetime(2026, 11, 25, 11, tzinfo=UTC)
PUBLIC = LecteurDeDonnees(maintenant=MIDI)


def entreprise(**options: Any) -> Any:
    return fiche_de(SIREN, PUBLIC, **options)


def tableau(fiche: FicheEntreprise | FicheEtablissement, cle: str) -> list[dict[str, str]]:
    contenu = bloc(fiche, cle).contenu
    assert isinstance(contenu, EnTableau)
    libelles = [c.libelle for c in contenu.colonnes]
    return [dict(zip(libelles, [c.texte for c in ligne], strict=True)) for ligne in contenu.lignes]


def test_the_rule_picks_rows_by_today_s_date_then_the_total_adds_them_up() -> None:
    lignes = tableau(entreprise(), "decisions-inventees")
    assert [(x["Dossier"], x["Date de décision"], x["Heures autorisées (h)"]) for x in lignes] == [
        ("D1", "05/10/2026", "1\u202f200"),
        ("D2", "05/02/2026", "34,5"),
    ]
    contenu = bloc(entreprise(), "decisions-inventees").contenu
    assert isinstance(contenu, EnTableau)
    assert "1\u202f234,5" in [c.texte for c in contenu.totaux]


def test_the_number_of_another_unit_leads_to_its_sheet() -> None:
    contenu = bloc(entreprise(), "decisions-inventees").contenu
    assert isinstance(contenu, EnTableau)
    assert f"/entreprise/{f.siren_no(7)}" in [c.lien for c in contenu.lignes[0]]


def test_only_https_addresses_become_links() -> None:
    liens = {c.lien for ligne in bloc(entreprise(), "decisions-inventees").contenu.lignes for c in ligne if c.lien}
    assert "https://exemple.fr/notice/D1" in liens
    assert not any("javascript" in lien for lien in liens)


def test_the_grouping_counts_establishments_and_not_facts() -> None:
    contenu = bloc(entreprise(), "accords-inventes").contenu
    assert isinstance(contenu, EnTableau)
    assert (contenu.total, contenu.unites, contenu.replie) == (2, "établissement", False)
    lignes = tableau(entreprise(), "accords-inventes")
    assert [list(x.values())[1:] for x in lignes] == [
        ["2", "40", "01/03/2026"],
        ["1", "5", "01/03/2025"],
    ]
    assert [c.texte for c in contenu.totaux][2] == "45"
    assert contenu.lignes[0][0].lien == f"/etablissement/{SIRET}"


def test_the_list_is_folded_from_the_number_asked_for() -> None:
    f.lieux(*(f.lieu(SIREN, n) for n in range(1, 11)))
    for nombre, replie in ((9, False), (10, True)):
        f.charger("accords-inventes", [{"siret": f.siret_no(SIREN, n), "dossier": "A"} for n in range(1, nombre + 1)])
        contenu = bloc(entreprise(), "accords-inventes").contenu
        assert isinstance(contenu, EnTableau)
        assert (contenu.total, contenu.replie) == (nombre, replie)


def test_on_the_sheet_of_the_establishment_facts_stay_one_by_one() -> None:
    lignes = tableau(fiches.fiche_etablissement(SIRET, lecteur=PUBLIC), "accords-inventes")
    assert [x["Dossier"] for x in lignes] == ["A2", "A1"]
    assert "SIRET" not in lignes[0]


def test_the_series_adds_up_establishments_month_by_month() -> None:
    contenu = bloc(entreprise(periode=12), "effectifs-inventes").contenu
    assert isinstance(contenu, EnSerie)
    assert len(contenu.tableau.lignes) == 12
    assert [c.texte for c in contenu.tableau.lignes[0]] == ["octobre 2026", "196", "156", "40"]
    # One idea each: the total, then the shares of what makes it.
    effectif, parts = contenu.graphiques
    assert [(b.libelle, b.chemin.count("M")) for b in effectif.barres] == [("Effectif total", 12)]
    assert "Effectif total : 174 (novembre 2025), 196 (octobre 2026)" in effectif.description
    assert [(b.libelle, b.chemin.count("M")) for b in parts.barres] == [("CDI", 12), ("CDD", 12)]
    assert "CDI : 79,6 % ; CDD : 20,4 % (octobre 2026)" in parts.description
    assert len(bloc(entreprise(periode=60), "effectifs-inventes").contenu.tableau.lignes) == 60


def test_the_yearly_series_shows_five_years_and_a_gap_is_not_a_zero() -> None:
    contenu = bloc(entreprise(periode=6), "comptes-inventes").contenu
    assert isinstance(contenu, EnSerie)
    assert [ligne[0].texte for ligne in contenu.tableau.lignes] == [f"31/12/{a}" for a in range(2025, 2020, -1)]
    assert contenu.periodes == ()
    (chiffre_affaires,) = contenu.graphiques
    assert chiffre_affaires.titre == "Chiffre d'affaires (€)"
    assert chiffre_affaires.barres[0].chemin.count("M") == 5


def test_a_negative_amount_goes_below_the_axis_and_a_gap_has_no_bar() -> None:
    lignes = [{"r": 4}, {"r": None}, {"r": -2}]
    dessine = graphique.total(
        lignes, [date(a, 1, 1) for a in (2023, 2024, 2025)], "r", "Résultat", lambda j: str(j.year)
    )
    assert dessine is not None
    (haute, basse) = re.findall(r"M[\d.]+ ([\d.]+)v(-?[\d.]+)h", dessine.barres[0].chemin)
    assert haute[0] == basse[0] == dessine.zero
    assert float(haute[1]) < 0 < float(basse[1])


@pytest.mark.parametrize(
    ("valeurs", "attendu"),
    [([10, 12, 11], ["10", "12"]), ([5, 9, 5], ["9", "5"]), ([7, 7, 7], []), ([4, None, -2], ["4", "-2"])],
)
def test_e5_the_least_and_greatest_values_are_written_on_the_drawing(
    valeurs: list[int | None], attendu: list[str]
) -> None:
    dates = [date(2025, n, 1) for n in range(1, len(valeurs) + 1)]
    dessine = graphique.total([{"n": v} for v in valeurs], dates, "n", "Effectif", lambda j: str(j.month))
    assert dessine is not None
    assert [e.texte for e in dessine.extremes] == attendu
    assert all(0 < float(e.y) < dessine.bas for e in dessine.extremes)
    # Its axis begins at 0, which is written.
    assert "0" in [r.texte for r in dessine.ordonnees]


@pytest.mark.parametrize(
    ("valeur", "attendu"),
    [
        (date(2025, 3, 9), date(2025, 3, 9)), (2025, date(2025, 1, 1)), (202503, date(2025, 3, 1)),
        ("2025-03", date(2025, 3, 1)), ("202503", date(2025, 3, 1)), ("03/2025", date(2025, 3, 1)),
        ("2025", date(2025, 1, 1)), ("mars", None), (None, None), ("202513", None),
    ],
)  # fmt: skip
def test_what_producers_call_a_month(valeur: object, attendu: date | None) -> None:
    assert en_date(valeur) == attendu


def test_values_without_an_empty_row_and_a_year_without_a_separator() -> None:
    contenu = bloc(entreprise(), "immatriculations-inventees").contenu
    assert isinstance(contenu, EnValeurs)
    assert [(libelle, c.texte) for libelle, c in contenu.paires] == [
        ("Capital (€)", "50\u202f000"),
        ("Année du dépôt", "2019"),
        ("Courriel", "contact@exemple.fr"),
    ]
    assert contenu.paires[2][1].lien == "mailto:contact@exemple.fr"


def test_presence_on_a_list_is_a_sentence() -> None:
    contenu = bloc(fiches.fiche_etablissement(SIRET), "labels-inventes").contenu
    assert isinstance(contenu, EnValeurs)
    assert contenu.phrase == "Établissement labellisé « Inventé »."
    assert bloc(fiches.fiche_etablissement(AUTRE), "labels-inventes").etat is EtatBloc.AUCUNE


def test_tiles_alerts_and_timeline_come_from_the_declarations() -> None:
    fiche = entreprise()
    assert [(t.titre, t.valeur) for t in fiche.tuiles] == [("Effectif", "196"), ("Heures autorisées", "1234 h")]
    assert fiche.alertes[0].titre == "Décision en cours"
    assert fiche.alertes[0].detail == "Source : OI, Essai au 31/10/2026."
    evenements = [(j.date, e.titre, e.detail, e.siret) for j in fiche.chronologie for e in j.evenements]
    assert evenements[0] == (date(2026, 10, 5), "Décision d'activité", "D1", SIRET)
    assert "Création de l'entreprise" in [titre for _, titre, *_ in evenements]
    assert "decisions-inventees" in [p.source for p in bloc(fiche, "chronologie").provenances]


def test_no_alert_without_a_reason() -> None:
    f.charger("decisions-inventees", [{"siret": SIRET, "dossier": "D", "jour_decision": date(2025, 12, 1)}])
    assert entreprise().alertes == ()


@pytest.mark.parametrize("panne", ["selection", "tuile", "alarme", "presentation"])
def test_a_failing_rule_costs_only_its_block(monkeypatch: pytest.MonkeyPatch, panne: str) -> None:
    echouer = lever(ValueError("rule"))
    declarees = jeux.jeux()
    source = declarees["decisions-inventees"]
    if panne == "tuile":
        source.tuile = Tuile("Cassée", echouer)
    elif panne == "alarme":
        source.alarme = Alarme(echouer)
    elif panne == "presentation":
        monkeypatch.setattr(source, "liens", None)
    else:
        monkeypatch.setattr(source, panne, echouer)
    jeux.installer(monkeypatch, declarees.values())
    jeux.peupler()
    fiche = entreprise()
    attendu = EtatBloc.INDISPONIBLE if panne in ("selection", "presentation") else EtatBloc.DONNEES
    assert bloc(fiche, "decisions-inventees").etat is attendu
    assert bloc(fiche, "immatriculations-inventees").etat is EtatBloc.DONNEES


def test_an_establishment_masked_alone_is_also_masked_on_its_company_s_sheet() -> None:
    jeux.peupler(statut_2="P")
    textes = set(f.textes(entreprise()))
    assert "RUE SECRETE" in textes
    assert "AVENUE CACHEE" not in textes
    assert "AVENUE CACHEE" not in str(bloc(entreprise(), "decisions-inventees").lignes)


def test_one_round_trip_and_one_more_for_places_the_page_does_not_show() -> None:
    assert allers_retours(lambda: fiches.fiche_entreprise(SIREN)) == 1
    assert allers_retours(lambda: fiches.fiche_entreprise(SIREN, FiltreEtablissements("nulle part"))) == 2
    assert allers_retours(lambda: fiches.fiche_etablissement(SIRET)) == 1


def test_a_source_never_imported_costs_nothing_and_says_so() -> None:
    from fce.donnees.imports.models import VersionEnPlace

    VersionEnPlace.objects.filter(source="labels-inventes").delete()
    # The first page after that finds it out.
    assert bloc(fiches.fiche_etablissement(SIRET), "labels-inventes").etat is EtatBloc.INDISPONIBLE
    with CaptureQueriesContext(connection) as requetes:
        contenu = bloc(fiches.fiche_etablissement(SIRET), "labels-inventes")
    assert contenu.etat is EtatBloc.INDISPONIBLE
    assert "pas encore importée" in contenu.message
    assert not any("labels_inventes" in r["sql"] for r in requetes.captured_queries)


def test_the_page_is_valid_and_tells_everything(client: Client) -> None:
    for adresse in (f"/entreprise/{SIREN}/tout", f"/entreprise/{SIREN}/tout?periode=6", f"/etablissement/{SIRET}/tout"):
        html = client.get(adresse).content.decode()
        verifier(html)
        assert "<svg" in html
        assert 'rel="noopener nofollow external"' in html
        assert "MOTIF RESERVE" not in html
        assert f"{adresse.split('/tout')[0]}/export.xlsx" in html


def test_an_amount_is_exact() -> None:
    f.charger("immatriculations-inventees", [{"siren": SIREN, "capital": Decimal("1234567890123.45")}])
    contenu = bloc(entreprise(), "immatriculations-inventees").contenu
    assert isinstance(contenu, EnValeurs)
    assert contenu.paires[0][1].texte == "1\u202f234\u202f567\u202f890\u202f123,45"


def test_the_tile_of_the_last_control_comes_from_all_services(monkeypatch: pytest.MonkeyPatch) -> None:
    jalon = Jalon("signature", "Contrôle", "dossier")
    controles = [
        jeux.declarer(nom, jeux.Accord, "controles", titre=titre, presentation=PresentationTableau(), jalon=jalon)
        for nom, titre in (("controles-t", "Contrôles du travail"), ("controles-c", "Contrôles de la consommation"))
    ]
    jeux.installer(monkeypatch, [*jeux.jeux().values(), *controles])
    jeux.peupler()
    f.charger("controles-t", [{"siret": SIRET, "signature": date(2026, 5, 4)}])
    f.charger(
        "controles-c",
        [{"siret": AUTRE, "signature": date(2026, 6, 4)}, {"siret": AUTRE, "signature": date(2027, 1, 1)}],
    )
    tuile = entreprise().tuiles[1]
    assert (tuile.titre, tuile.valeur) == ("Dernier contrôle ou visite", "04/06/2026")
    assert (tuile.precision, tuile.rubrique) == ("Contrôles de la consommation (OI)", "controles")
    f.charger("controles-t", [])
    f.charger("controles-c", [])
    assert "Dernier contrôle ou visite" not in [t.titre for t in entreprise().tuiles]


@pytest.mark.parametrize(("recu", "ecrit"), [(13359922684.0, "13 359 922 684"), (60500, "60 500"), (1234.5, "1 234,5")])
def test_an_amount_read_from_json_keeps_exactly_the_decimals_of_the_file(recu: float, ecrit: str) -> None:
    convertir = typage._conversion(jeux.Compte._meta.get_field("chiffre_affaires"))
    assert convertir is not None
    assert formats.nombre(convertir(recu)).replace("\u202f", " ") == ecrit
