"""The tab of officers and group: who is matched with whom, for whom, and what is never crossed."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.journal.models import Consultation
from fce.fiche import views
from fce.fiche.assemblage.direction import AUTRES_MAX
from fce.fiche.formes.contenu import FicheEntreprise
from fce.fiche.formes.officiers import DirectionVue
from fce.sources.onglets import ONGLETS
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c
from tests.droits.habilitations.fabrique import agent
from tests.fiche.fiches import fiche_de
from tests.fiche.test_charge import allers_retours
from tests.fiche.unites_directes import lecteur
from tests.pages_sous_roles import lu_par

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue]
MERE, FILLE, PETITE, AUTRE, AUDIT = (f.siren_no(n) for n in range(1, 6))
ONGLET = ONGLETS["dirigeants"]
JEAN = {"nom": "LUSTRIZAC", "prenoms": "Jean Alain", "naissance": "1972-06"}


def mandat(siren: str, rang: int = 1, role: str = "73", **champs: Any) -> dict[str, Any]:
    genre = "personne morale" if "siren_dirigeant" in champs else "personne physique"
    return {"siren": siren, "rang": rang, "role": role, "qualite": "Président de SAS", "type_personne": genre} | champs


def peupler(*mandats: dict[str, Any], **unites: dict[str, Any]) -> None:
    """``unites``: differences of the unité légale of each company, by its first letter."""
    noms = {"m": (MERE, "FORGES DU NORD"), "f": (FILLE, "TRANSPORTS FILLE"), "p": (PETITE, "PETITE FILLE"),
            "a": (AUTRE, "AUTRE SOCIETE"), "c": (AUDIT, "CABINET COMPTABLE")}  # fmt: skip
    f.unites(*(f.unite(s, **{"denomination": nom} | unites.get(k, {})) for k, (s, nom) in noms.items()))
    f.lieux(*(f.lieu(s, code_commune="59350", libelle_commune="LILLE") for s, _ in noms.values()))
    f.charger("rne-dirigeants", mandats)


def direction(siren: str = MERE, *, public: bool = False) -> DirectionVue:
    lecteur = LecteurDeDonnees() if public else LecteurDeDonnees(agent(), usuelle=True)
    fiche = fiche_de(siren, lecteur, onglet=ONGLET)
    assert isinstance(fiche, FicheEntreprise)
    assert fiche.apercu.direction is not None
    return fiche.apercu.direction


def autres(vue: DirectionVue, rang: int = 0) -> list[str]:
    assert vue.autres is not None
    return [m.entreprise.siren for m in vue.autres[rang].mandats]


def page(siren: str = MERE, client: Client | None = None) -> str:
    reponse = (client or Client()).get(f"/entreprise/{siren}/dirigeants")
    assert reponse.status_code == 200
    return re.sub(r"\s+", " ", reponse.content.decode())


@pytest.fixture
def agente() -> Client:
    return c.client_de(c.compte())


# --- The same person elsewhere ---------------------------------------------------------------------------------------


def test_i3_an_agent_reads_the_other_offices_of_the_same_names_and_month_of_birth(agente: Client) -> None:
    peupler(mandat(MERE, **JEAN), mandat(AUTRE, **JEAN | {"prenoms": "JEAN, ALAIN"}))
    assert autres(direction()) == [AUTRE]
    vue = page(client=agente)
    assert "1 autre mandat, probablement la même personne : préside" in vue
    assert "naissance : 06/1972" in vue


def test_i3_the_public_sees_no_match_and_no_count() -> None:
    peupler(mandat(MERE, **JEAN), mandat(AUTRE, **JEAN))
    assert direction(public=True).autres is None
    vue = page()
    assert "Jean Alain LUSTRIZAC" in vue
    for dit in ("Autres mandats", "même personne", "AUTRE SOCIETE", "naissance"):
        assert dit not in vue


@pytest.mark.parametrize(
    "difference",
    [{"naissance": "1972-07"}, {"naissance": None}, {"prenoms": "Jean"}, {"prenoms": None}, {"nom": "LUSTRIZ"}],
)
def test_i3_homonyms_are_not_the_same_person(difference: dict[str, Any], agente: Client) -> None:
    peupler(mandat(MERE, **JEAN), mandat(AUTRE, **JEAN | difference))
    assert autres(direction()) == []
    assert "aucun autre mandat connu" in page(client=agente)


@pytest.mark.parametrize("inconnu", ["naissance", "prenoms"])
def test_i3_without_month_of_birth_or_first_names_nobody_is_matched(inconnu: str, agente: Client) -> None:
    peupler(mandat(MERE, **JEAN | {inconnu: None}), mandat(AUTRE, **JEAN | {inconnu: None}))
    assert direction().autres == {}
    vue = page(client=agente)
    assert "non rapproché" in vue
    assert "AUTRE SOCIETE" not in vue


@pytest.mark.parametrize("masquee", ["m", "a"])
@pytest.mark.parametrize("categorie", ["5710", "1000", None])
def test_i3_nothing_crosses_a_person_masked_in_either_company(
    masquee: str, categorie: str | None, agente: Client
) -> None:
    cachee = {masquee: {"statut_diffusion": "P", "categorie_juridique": categorie}}
    peupler(mandat(MERE, **JEAN), mandat(AUTRE, **JEAN), **cachee)
    vue = direction()
    assert not any(a.total for a in (vue.autres or {}).values())
    html = page(client=agente)
    assert AUTRE not in html
    assert "probablement la même personne :" not in html
    if masquee == "m":
        assert "LUSTRIZAC" not in html


def test_i3_a_name_that_insee_hides_matches_no_other_hidden_name() -> None:
    caches = {"nom": "[ND]", "prenoms": "[ND]", "naissance": "[ND]"}
    peupler(mandat(MERE, **caches), mandat(AUTRE, **caches))
    assert direction().autres == {}


def test_i3_a_person_of_three_hundred_offices_is_counted_and_a_few_are_named(agente: Client) -> None:
    nombreuses = [f.siren_no(n) for n in range(100, 400)]
    f.unites(f.unite(MERE, denomination="FORGES DU NORD"), *(f.unite(s, denomination=f"SCI {s}") for s in nombreuses))
    f.lieux(f.lieu(MERE))
    f.charger("rne-dirigeants", [mandat(MERE, **JEAN), *(mandat(s, **JEAN) for s in nombreuses)])
    vue = direction()
    assert len(autres(vue)) == AUTRES_MAX
    assert vue.autres
    assert vue.autres[0].total == 300
    html = page(client=agente)
    assert "300 autres mandats, probablement la même personne" in html
    assert "et 280 autres" in html
    assert html.count("SCI 9") == AUTRES_MAX


def test_i3_the_other_offices_are_journalled_with_the_sheet(agente: Client) -> None:
    peupler(mandat(MERE, **JEAN), mandat(AUTRE, **JEAN), mandat(FILLE, **JEAN))
    page(client=agente)
    assert max(x.lignes.get("rne-dirigeants", 0) for x in Consultation.objects.filter(numero=MERE)) == 3


def test_i3_a_version_without_the_index_is_not_searched() -> None:
    from django.db import connection

    peupler(mandat(MERE, **JEAN), mandat(AUTRE, **JEAN))
    with connection.cursor() as curseur:
        curseur.execute("SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%%rne_dirigeants%%(nom, naissance)'")
        (index,) = curseur.fetchone()
        curseur.execute(f"DROP INDEX generations.{index}")
    assert autres(direction()) == []


# --- What it runs: the group, see ``groupe`` --------------------------------------------------------------------------


def test_i3_an_auditor_is_not_of_the_group_and_an_office_tells_the_date_of_its_file() -> None:
    peupler(
        mandat(FILLE, siren_dirigeant=MERE, denomination="FORGES DU NORD"),
        mandat(PETITE, role="30", siren_dirigeant=FILLE),
        mandat(AUDIT, role="71", siren_dirigeant=MERE),
    )
    groupe = page().partition('id="titre-groupe"')[2]
    assert "par TRANSPORTS FILLE, qui gère" in groupe
    assert "CABINET COMPTABLE" not in groupe
    assert "en exercice au 31/10/2026" in groupe


def test_i3_an_open_procedure_of_a_subsidiary_and_a_dissolved_one_are_told() -> None:
    peupler(
        mandat(AUTRE, siren_dirigeant=MERE),
        mandat(FILLE, siren_dirigeant=MERE),
        a={"etat_administratif": "C", "date_debut": date(2025, 3, 2)},
    )
    f.charger("bodacc", [
        {"id": "A1", "siren": FILLE, "procedure": "redressement_judiciaire", "jugement_nature": "Jugement",
         "jugement_date": date(2026, 5, 4), "date_parution": date(2026, 5, 9), "type_avis": "annonce"},
    ])  # fmt: skip
    groupe = page().partition('id="titre-groupe"')[2]
    assert "le groupe compte 3 sociétés connues ; 1 en alarme ; 1 cessée." in groupe
    assert '<span class="fce-alarme">Redressement judiciaire</span>' in groupe
    assert "cessée le 02/03/2025" in groupe


# --- Who owns it -----------------------------------------------------------------------------------------------------


def test_i3_a_closed_right_is_one_line_that_does_not_tell_whether_there_is_data(agente: Client) -> None:
    peupler(mandat(MERE, **JEAN))
    sans = page(client=agente)
    f.charger("inpi-beneficiaires", [{"siren": MERE, "identifiant": "1", "nom": "SECRET"}])
    f.charger(
        "dgfip-liens-capitalistiques",
        [
            {"siren": MERE, "annee": 2025, "rang": 1, "sens": "filiale", "siren_lie": AUTRE, "pourcentage": 51},
        ],
    )
    avec = page(client=agente)
    jeton = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    assert jeton.sub("", avec) == jeton.sub("", sans)
    assert "<strong>Bénéficiaires effectifs</strong>" in avec
    assert "<strong>Actionnaires déclarés au fisc</strong>" in avec
    assert avec.count("Demander l’accès") == 2


def test_v29_who_owns_it_lists_holders_only_what_it_owns_is_with_what_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "lecteur_de_la_page", lu_par(lecteur("fiscal")))
    peupler(mandat(MERE, **JEAN))
    lien = {"siren": MERE, "annee": 2025, "type_personne": "personne_morale"}
    filiales = [
        lien | {"rang": n, "sens": "filiale", "denomination": f"FILIALE {n}", "pourcentage": 90} for n in range(1, 30)
    ]
    actionnaire = lien | {"rang": 40, "sens": "actionnaire", "denomination": "HOLDING DU NORD", "pourcentage": 51}
    f.charger("dgfip-liens-capitalistiques", [*filiales, actionnaire])
    html = page()
    detention = html.partition('id="titre-detention"')[2].partition("</section>")[0]
    assert "HOLDING DU NORD" in detention
    assert "FILIALE" not in detention
    assert "FILIALE 10" in html.partition('id="titre-groupe"')[2]
    f.charger("dgfip-liens-capitalistiques", filiales)
    detention = page().partition('id="titre-detention"')[2].partition("</section>")[0]
    assert "Liens capitalistiques : aucun actionnaire déclaré" in detention


# --- Successions, and the head of an establishment's company ----------------------------------------------------------


def test_i3_successions_say_before_and_after_and_the_bar_of_what_closed_says_who_took_over() -> None:
    peupler(
        mandat(MERE, **JEAN),
        m={"etat_administratif": "C", "date_debut": date(2024, 1, 5)},
        a={"statut_diffusion": "P", "categorie_juridique": "1000"},
    )
    avant, apres = f.siret_no(MERE), f.siret_no(FILLE)
    f.lieux(
        f.lieu(MERE, etat_administratif="F", libelle_commune="LILLE", code_commune="59350"),
        f.lieu(FILLE, libelle_commune="ARRAS", code_commune="62041"),
    )
    f.successions(
        {"siret_predecesseur": avant, "siret_successeur": apres, "date_lien_succession": date(2024, 1, 4)},
        {"siret_predecesseur": avant, "siret_successeur": f.siret_no(AUTRE), "date_lien_succession": None},
    )
    html = page()
    assert "TRANSPORTS FILLE, ARRAS" in html
    assert "04/01/2024" in html
    for adresse, lien in (
        (f"/entreprise/{MERE}", f"/entreprise/{FILLE}"),
        (f"/etablissement/{avant}", f"/etablissement/{apres}"),
    ):
        barre = re.sub(r"\s+", " ", Client().get(adresse).content.decode()).split('class="fce-reperes"')[1]
        barre = barre.split("</ul>")[0]
        assert f'repris par <a href="{lien}"><bdi>TRANSPORTS FILLE</bdi>' in barre
        assert "AUTRE SOCIETE" not in barre


def test_i3_an_establishment_names_the_head_of_its_company_and_leads_to_it() -> None:
    peupler(
        mandat(MERE, 1, "65", **JEAN | {"nom": "SECOND"}, qualite="Administrateur"),
        mandat(MERE, 2, "73", **JEAN),
    )
    siret = f.siret_no(MERE)
    html = re.sub(r"\s+", " ", Client().get(f"/etablissement/{siret}/dirigeants").content.decode())
    assert "Président de SAS : <strong><bdi>Jean Alain LUSTRIZAC</bdi></strong>, en exercice au 31/10/2026" in html
    assert f'href="/entreprise/{MERE}/dirigeants"' in html
    assert "SECOND" not in html
    assert "Jean LUSTRIZAC" in Client().get(f"/etablissement/{siret}").content.decode()


def test_i3_a_person_has_the_same_name_on_the_card_and_on_the_tab() -> None:
    peupler(mandat(MERE, **JEAN, nom_usage="SAUZOZAC"))
    assert "Jean SAUZOZAC" in Client().get(f"/entreprise/{MERE}").content.decode()
    html = page()
    assert "Jean Alain SAUZOZAC" in html
    assert "nom de naissance : LUSTRIZAC" in html


@pytest.mark.parametrize("statut", ["P", None, ""])
def test_i3_an_establishment_of_a_masked_company_names_nobody(statut: str | None, agente: Client) -> None:
    peupler(mandat(MERE, **JEAN), m={"statut_diffusion": statut})
    for client in (Client(), agente):
        for suite in ("", "/dirigeants"):
            assert "LUSTRIZAC" not in client.get(f"/etablissement/{f.siret_no(MERE)}{suite}").content.decode()


# --- Cost, and companies of any kind ----------------------------------------------------------------------------------


def test_i3_the_tab_costs_one_more_round_trip_whatever_the_number_of_officers() -> None:
    def cout() -> int:
        return allers_retours(lambda: fiche_de(MERE, onglet=ONGLET))

    peupler(mandat(MERE, **JEAN))
    fiche_de(MERE, onglet=ONGLET)
    un = cout()
    assert un == allers_retours(lambda: fiche_de(MERE, onglet=ONGLETS["annonces"])) + 1
    f.charger(
        "rne-dirigeants",
        [
            *(mandat(MERE, n, **JEAN | {"naissance": f"19{n:02d}-01"}) for n in range(10, 60)),
            *(mandat(s, siren_dirigeant=MERE) for s in (FILLE, AUTRE, PETITE)),
        ],
    )
    assert cout() == un


def test_i3_without_a_known_officer_the_tab_says_so() -> None:
    peupler(mandat(FILLE, **JEAN))
    html = page()
    assert "Aucun mandataire n'a été trouvé" in html.replace("&#x27;", "'")
    assert "Ce qu’elle dirige" not in html
    assert "<summary>Immatriculation, capital, objet, TVA</summary>" in html


# --- Those who left ---------------------------------------------------------------------------------------------------


def ancien(siren: str, fin: str = "parti le 31/12/2024", **champs: Any) -> dict[str, Any]:
    propre = mandat(siren, **champs) | {"depart": fin, "constate": date(2024, 12, 31)}
    return propre | {"mandat": f"Jean Alain LUSTRIZAC (Président de SAS), {fin}"}


@pytest.mark.parametrize("fin", ["parti le 31/12/2024", "n’y figure plus depuis le fichier du 31/12/2024"])
def test_an_office_that_ended_is_told_in_the_history_and_in_the_other_offices(agente: Client, fin: str) -> None:
    peupler(mandat(MERE, **JEAN))
    f.charger("rne-anciens-dirigeants", [ancien(AUTRE, fin, **JEAN), ancien(MERE, fin, **JEAN)])
    vue = direction()
    assert autres(vue) == []
    assert vue.autres
    assert [(m.entreprise.siren, m.fin) for m in vue.autres[0].quittes] == [(AUTRE, fin)]
    assert fin in page(client=agente)
    histoire = Client().get(f"/entreprise/{MERE}/historique").content.decode()
    assert "Fin de mandat" in histoire
    assert fin in histoire


@pytest.mark.parametrize("masquee", ["m", "a"])
def test_an_office_that_ended_crosses_no_masked_company(masquee: str, agente: Client) -> None:
    peupler(mandat(MERE, **JEAN), **{masquee: {"statut_diffusion": "P"}})
    f.charger("rne-anciens-dirigeants", [ancien(AUTRE, **JEAN), ancien(MERE, **JEAN)])
    assert not any(a.quittes for a in (direction().autres or {}).values())
    if masquee == "m":
        for adresse in ("dirigeants", "historique", "tout", "rne-anciens-dirigeants"):
            assert "LUSTRIZAC" not in agente.get(f"/entreprise/{MERE}/{adresse}").content.decode()


def test_an_office_with_a_first_day_says_since_when() -> None:
    peupler(mandat(MERE, **JEAN, date_debut=date(2019, 3, 1)))
    assert "depuis le 01/03/2019" in page()
