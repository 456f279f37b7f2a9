"""The Synthèse and its tabs: what each reads, what each shows, to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche import selectors as fiches
from fce.fiche.formes.contenu import FicheEntreprise, FicheEtablissement
from fce.fiche.page import cadre, synthese
from fce.fiche.page.alarmes import alarmes
from fce.fiche.page.chiffres import courbe, evolution, tendance
from fce.sources.declaration import Habilite
from fce.sources.onglets import ONGLETS, SYNTHESE, TOUT
from fce.sources.presentation import Alarme, FaitAlarmant, Jalon, Presence, Serie, Tableau
from fce.sources.synthese import Contact, Effectif, Mandataires
from tests.donnees.entreprises import fabrique as f
from tests.fiche import jeux
from tests.fiche.fiches import fiche_de
from tests.fiche.jeux import AUTRE, SIREN, SIRET
from tests.fiche.test_acces import lecteur
from tests.fiche.test_charge import allers_retours, soixante_dix

pytestmark = pytest.mark.django_db
EMPLOI = Habilite("emploi")


def visites(acces: Any = None, **options: Any) -> Any:
    return jeux.declarer(
        "visites-inventees", jeux.Accord, "controles", acces, jalon=Jalon("signature", "Visite", "dossier"),
        synthese=(Contact("signature", "visite", service="dossier"),), **options,
    )  # fmt: skip


def fiche(onglet: Any = SYNTHESE, par: LecteurDeDonnees | None = None) -> Any:
    return fiche_de(SIREN, par, onglet=onglet)


def cles(ouverte: FicheEntreprise | FicheEtablissement) -> set[str]:
    return {b.cle for r in ouverte.rubriques for b in r.blocs}


@pytest.mark.usefixtures("inventees")
def test_a_tab_reads_only_its_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    with CaptureQueriesContext(connection) as requetes:
        ouverte = fiche(ONGLETS["finances"])
    sql = " ".join(r["sql"] for r in requetes.captured_queries)
    assert "comptes_inventes" in sql
    assert not any(autre in sql for autre in ("decisions_inventees", "accords_inventes", "labels_inventes"))
    assert cles(ouverte) == {"comptes-inventes"}


@pytest.mark.usefixtures("inventees")
def test_all_that_the_whole_page_shows_is_in_a_tab(monkeypatch: pytest.MonkeyPatch) -> None:
    par_onglet = {cle: cles(fiche(onglet)) for cle, onglet in ONGLETS.items()}
    assert set().union(*par_onglet.values()) == cles(fiche(TOUT))
    assert sum(map(len, par_onglet.values())) == len(cles(fiche(TOUT)))


@pytest.mark.usefixtures("inventees")
def test_the_history_of_a_tab_is_that_of_the_whole_page(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fiche(ONGLETS["historique"]).chronologie == fiche(TOUT).chronologie != ()


@pytest.mark.usefixtures("inventees")
def test_the_synthesis_counts_the_events_that_the_whole_page_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    ouverte, entiere = fiche(), fiche(TOUT)
    comptes = (
        sum(len(jour.evenements) for jour in ouverte.chronologie) + len(ouverte.apercu.dates) + ouverte.apercu.jalons
    )
    assert ouverte.apercu.dates
    assert ouverte.apercu.jalons
    assert comptes == sum(len(jour.evenements) for jour in entiere.chronologie)


def test_the_full_synthesis_is_light_and_read_in_three_times(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    soixante_dix(monkeypatch)
    assert allers_retours(lambda: fiche()) <= 3
    for adresse in (f"/entreprise/{SIREN}", f"/etablissement/{SIRET}", f"/entreprise/{SIREN}/travail"):
        assert len(client.get(adresse).content) <= 90_000, adresse


@pytest.mark.usefixtures("inventees")
def test_each_tab_is_a_page_and_a_fragment(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    for base in (f"/entreprise/{SIREN}", f"/etablissement/{SIRET}"):
        for cle in (*ONGLETS, "tout"):
            page = client.get(f"{base}/{cle}")
            if base.startswith("/etablissement") and cle == "etablissements":
                assert page.status_code == 404
                continue
            html = page.content.decode()
            assert page.status_code == 200
            assert f'href="{base}/{cle}" aria-current="page"' in html
            htmx = {"HX-Request": "true", "HX-Target": "onglet"}
            morceau = client.get(f"{base}/{cle}", headers=htmx).content.decode()
            assert '<div id="onglet"' in morceau
            assert "<html" not in morceau


def test_alarms_come_latest_first_and_four_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def faits(lignes: Any, aujourd_hui: date) -> list[FaitAlarmant]:
        return [FaitAlarmant(f"Fait {n}", date(2026, n, 1), siret=AUTRE) for n in range(1, 7)]

    source = jeux.declarer(
        "labels", jeux.Label, "agrements-labels", presentation=Presence("Oui."), alarme=Alarme(faits)
    )
    jeux.installer(monkeypatch, [source])
    f.unites(f.unite(SIREN))
    f.lieux(f.lieu(SIREN), f.lieu(SIREN, 2, libelle_commune="ARRAS", code_commune="62041"))
    f.charger("labels", [{"siret": AUTRE, "numero": "L"}])
    alertes = alarmes(fiche(), frozenset({"62"}))
    assert [a.titre for a in alertes.montrees] == ["Fait 6", "Fait 5", "Fait 4", "Fait 3"]
    assert [a.titre for a in alertes.autres] == ["Fait 2", "Fait 1"]
    assert (alertes.montrees[0].lieu, alertes.montrees[0].ici) == ("ARRAS", True)
    assert alertes.montrees[0].lien == f"/entreprise/{SIREN}/agrements#liste-labels"


def test_an_establishment_inherits_alarms_of_its_company(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    def faits(lignes: Any, aujourd_hui: date) -> list[FaitAlarmant]:
        return [FaitAlarmant("Redressement judiciaire", date(2026, 3, 1))] if lignes else []

    source = jeux.declarer("jugements", jeux.Immatriculation, "annonces", alarme=Alarme(faits))
    jeux.installer(monkeypatch, [source])
    f.unites(f.unite(SIREN))
    f.lieux(f.lieu(SIREN))
    f.charger("jugements", [{"siren": SIREN, "capital": 1, "annee_depot": 2019}])
    ouverte = fiches.fiche_etablissement(SIRET, onglet=SYNTHESE)
    (ligne,) = alarmes(ouverte, frozenset()).montrees
    assert ligne.titre == "Entreprise : redressement judiciaire"
    assert ligne.lien == f"/entreprise/{SIREN}/annonces#liste-jugements"
    assert "Entreprise : redressement judiciaire" in client.get(f"/etablissement/{SIRET}").content.decode()
    # The whole sheet and the API stay what they were.
    assert fiches.fiche_etablissement(SIRET).alertes == ()


def test_nothing_reserved_is_on_the_synthesis_of_the_public(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    effectif = jeux.declarer(
        "effectifs-clos", jeux.Effectif, "effectifs", EMPLOI, presentation=Serie("mois", ("total",)),
        synthese=(Effectif("mois", "total", rang=1),),
    )  # fmt: skip
    jeux.installer(monkeypatch, [effectif, visites(EMPLOI)])
    f.unites(f.unite(SIREN, tranche_effectifs="12", annee_effectifs="2024"))
    f.lieux(f.lieu(SIREN, code_commune="59350"))
    f.charger("effectifs-clos", [{"siret": SIRET, "mois": date(2026, n, 1), "total": 7770 + n} for n in range(1, 10)])
    f.charger("visites-inventees", [{"siret": SIRET, "dossier": "SERVICE DISCRET", "signature": date(2026, 3, 1)}])
    html = client.get(f"/entreprise/{SIREN}").content.decode()
    assert "7 779" not in html.replace("\u202f", " ")
    assert "SERVICE DISCRET" not in html
    assert "Qui s’en est occupé" not in html
    assert "autres sources sont réservées" in html
    agent = lecteur()
    cartes = synthese.cartes(fiche(par=agent), agent)
    assert cartes.combien.cle.replace("\u202f", " ") == "7 779"
    assert cartes.occupe is not None
    assert [c.service for c in cartes.occupe.contacts] == ["SERVICE DISCRET"]


def test_a_director_and_the_perimeter_are_read_on_the_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    nommes = [("Président du conseil, gérant", "Ada EXEMPLE"), ("Gérant", "B"), ("G", "C")]
    source = jeux.declarer(
        "registre-invente",
        jeux.Immatriculation,
        "dirigeants",
        presentation=Tableau(),
        synthese=(Mandataires(lambda lignes: nommes),),
    )
    jeux.installer(monkeypatch, [source])
    f.unites(f.unite(SIREN))
    f.lieux(f.lieu(SIREN))
    f.charger("registre-invente", [{"siren": SIREN, "capital": 1, "annee_depot": 2019}])
    qui = synthese.cartes(fiche(), LecteurDeDonnees())
    assert [(p.titre, p.valeur) for p in qui.qui.paires] == [
        ("Président", "Ada EXEMPLE"),
        ("Gérant", "B"),
        ("Et", "1 autre"),
    ]
    assert qui.combien.perimetre.startswith("toute l'entreprise")
    assert qui.occupe is None


def test_a_curve_requires_three_months_and_a_trend_one_year() -> None:
    debut = date(2024, 1, 1)
    mois = [date(2024 + n // 12, n % 12 + 1, 1) for n in range(30)]
    assert courbe([(debut, 1), (debut + timedelta(31), 2)], ("salarié", "salariés")) is None
    dessin = courbe([(m, 10) for m in mois], ("salarié", "salariés"))
    assert dessin is not None
    assert dessin.points.count(",") == 24
    assert tendance([(m, 100 if n < 29 else 80) for n, m in enumerate(mois)]) == "↘ −20 % en 12 mois"
    assert tendance([(debut, 5)]) == ""
    assert (evolution(100, 100), evolution(0, 5), evolution(50, 75)) == ("→ stable", "", "↗ +50 %")


def test_e5_what_is_called_stable_is_drawn_flat_and_the_axis_is_told() -> None:
    mois = [date(2024 + n // 12, n % 12 + 1, 1) for n in range(24)]
    stable = [(m, 60_000 + 10 * n) for n, m in enumerate(mois)]
    monte = [(m, 60_000 + 500 * n) for n, m in enumerate(mois)]
    hauteurs = []
    for serie in (stable, monte):
        dessin = courbe(serie, ("salarié", "salariés"))
        assert dessin is not None
        ordonnees = [int(p.split(",")[1]) for p in dessin.points.split()]
        hauteurs.append(max(ordonnees) - min(ordonnees))
        assert "l’axe ne part pas de 0" in dessin.bornes
    assert (tendance(stable), hauteurs[0] <= 4) == ("→ stable en 12 mois", True)
    assert "stable" not in tendance(monte)
    assert hauteurs[1] > 20


def test_a_tab_is_called_empty_only_of_what_was_looked_at(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    """Aides: looked at, for nothing; Marchés: half of it closed; Contrôles: all of it closed, told elsewhere."""
    sources = [
        jeux.declarer("aides-inventees", jeux.Label, "aides", presentation=Presence("Oui.")),
        jeux.declarer("marches-inventes", jeux.Label, "marches-publics", presentation=Presence("Oui.")),
        jeux.declarer("marches-fermes", jeux.Label, "marches-publics", EMPLOI, presentation=Presence("Oui.")),
        jeux.declarer("controles-fermes", jeux.Label, "controles", EMPLOI, presentation=Presence("Oui.")),
    ]
    jeux.installer(monkeypatch, sources)
    f.unites(f.unite(SIREN))
    f.lieux(f.lieu(SIREN))
    for source in sources:
        f.charger(source.nom, [])
    # The Synthèse names each source that has nothing; the band of tabs says it where they are not named.
    assert "Rien de connu" not in client.get(f"/entreprise/{SIREN}").content.decode()
    html = " ".join(client.get(f"/entreprise/{SIREN}/historique").content.decode().split())
    assert "Rien de connu : Aides." in html
    assert "Rien de connu dans ce qui vous est ouvert : Marchés." in html
    assert "Contrôles." not in html


def test_without_known_contact_is_said_only_when_every_contact_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    jeux.installer(monkeypatch, [visites(EMPLOI)])
    f.unites(f.unite(SIREN))
    lille = {"libelle_commune": "LILLE", "code_commune": "59350"}
    f.lieux(f.lieu(SIREN, **lille), f.lieu(SIREN, 2, **lille))
    f.charger("visites-inventees", [{"siret": SIRET, "dossier": "UC 1", "signature": date(2026, 3, 1)}])
    agent = lecteur()
    ouverte = fiche(par=agent)

    def dit(une: FicheEntreprise) -> list[str]:
        chez_vous = synthese.cartes(une, agent).chez_vous
        assert chez_vous is not None
        return [p.valeur for p in chez_vous.paires if p.titre == "Sans contact connu"]

    assert dit(ouverte) == ["1 établissement"]
    tronques = tuple(r._replace(total=len(r.lignes) + 1) for r in ouverte.apercu.releves)
    assert dit(replace(ouverte, apercu=replace(ouverte.apercu, releves=tronques))) == []
    assert dit(replace(ouverte, apercu=replace(ouverte.apercu, lieux={}))) == []


def test_no_contact_here_is_said_only_when_every_contact_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The only one that was read is elsewhere: one of those that were not may be here."""
    jeux.installer(monkeypatch, [visites()])
    f.unites(f.unite(SIREN))
    f.lieux(
        f.lieu(SIREN, libelle_commune="ARRAS", code_commune="62041"),
        f.lieu(SIREN, 2, libelle_commune="LILLE", code_commune="59350"),
    )
    f.charger("visites-inventees", [{"siret": SIRET, "dossier": "UC 1", "signature": date(2026, 3, 1)}])
    agent = lecteur()
    ouverte = fiche(par=agent)

    def dit(**differences: Any) -> list[str]:
        une = replace(ouverte, apercu=replace(ouverte.apercu, **differences))
        chez_vous = synthese.cartes(une, agent).chez_vous
        assert chez_vous is not None
        return [p.valeur for p in chez_vous.paires if p.titre == "Dernier contact"]

    assert dit() == ["aucun connu ici"]
    assert dit(releves=tuple(r._replace(total=len(r.lignes) + 1) for r in ouverte.apercu.releves)) == []
    assert dit(echanges=ouverte.apercu.echanges._replace(tronques=True)) == []


@pytest.mark.parametrize(("trade", "lieux"), [("dreets-3e", 2), ("dgfip", 2), ("dgfip", 1)])
def test_e6_an_agent_without_a_matching_tab_opens_on_the_first_with_content(
    monkeypatch: pytest.MonkeyPatch, trade: str, lieux: int
) -> None:
    jeux.installer(monkeypatch, [visites()])
    f.unites(f.unite(SIREN))
    f.lieux(f.lieu(SIREN), *([f.lieu(SIREN, 2)] if lieux > 1 else []))
    f.charger("visites-inventees", [{"siret": SIRET, "dossier": "UC LILLE", "signature": date(2026, 3, 1)}])
    qui = lecteur(profil=trade)
    rubriques = fiche(par=qui).rubriques
    contexte = cadre.synthese(fiche(par=qui), qui, "")
    if trade == "dreets-3e" or lieux == 1:
        assert contexte["apercu"].titre == "Contrôles"
        (bloc,) = contexte["apercu"].blocs
        assert "UC LILLE" in bloc.html
        assert rubriques
    else:
        # Establishments come before inspections in the order of this trade, when there are several.
        assert contexte["apercu"].titre == "Établissements"
        assert [e.siret for e in contexte["apercu"].lieux] == [SIRET, f.siret_no(SIREN, 2)]


def test_e6_a_chart_read_in_part_is_named_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    comptes = jeux.declarer(
        "comptes-longs", jeux.Compte, "finances", presentation=Serie("cloture", ("chiffre_affaires",))
    )
    jeux.installer(monkeypatch, [comptes])
    f.unites(f.unite(SIREN))
    f.lieux(f.lieu(SIREN))
    f.charger(
        "comptes-longs",
        [{"siren": SIREN, "cloture": date(an, 12, 31), "chiffre_affaires": an} for an in range(2020, 2026)],
    )
    apercu = cadre.synthese(fiche(par=lecteur(profil="dreets-3e")), lecteur(profil="dreets-3e"), "")["apercu"]
    assert (apercu.titre, apercu.blocs) == ("Finances", ())
    assert [s.titre for s in apercu.suite] == [comptes.titre]
    assert comptes.titre in render_to_string("fiche/_premier_onglet.html", {"apercu": apercu, "signaler": ""})
