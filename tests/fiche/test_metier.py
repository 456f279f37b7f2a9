"""The second card of the readers of a trade: what its sources say, what is closed, what was not asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.page import metier, synthese
from fce.sources.onglets import SYNTHESE
from tests.acces.acteurs import habilite
from tests.donnees.entreprises import fabrique as f
from tests.donnees.imports.directes import conftest
from tests.donnees.imports.directes.serveur import Serveur, donnees, erreur
from tests.fiche.fiches import fiche_de
from tests.fiche.unites_directes import SIREN, SIRET, lecteur, peupler

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.catalogue]
serveur = conftest.serveur
FRANCE = frozenset({"FR"})
CLOTURE = date(2025, 12, 31)
EORI = {"siret": SIRET, "identifiant": f"FR{SIRET}", "actif": True}


def qui(profil: str, groupe: str, **quoi: Any) -> LecteurDeDonnees:
    return lecteur(groupe, profil=profil, **{"territoire": FRANCE, **quoi})


def fiscal(**quoi: Any) -> LecteurDeDonnees:
    return qui("dgfip", "fiscal", **quoi)


def douanier(**quoi: Any) -> LecteurDeDonnees:
    return qui("douane", "douane", **quoi)


def carte(de: LecteurDeDonnees, numero: str = SIREN) -> metier.CarteDuMetier | None:
    return synthese.cartes(fiche_de(numero, de, onglet=SYNTHESE), de).metier


def montree(de: LecteurDeDonnees, numero: str = SIREN) -> metier.CarteDuMetier:
    trouvee = carte(de, numero)
    assert trouvee is not None
    return trouvee


def dites(de: LecteurDeDonnees) -> dict[str, str]:
    return {p.titre: f"{p.valeur}{p.precision}" for p in montree(de).paires}


def case(imprime: str, code: str, valeur: str) -> dict[str, Any]:
    return {
        "siren": SIREN, "date_fin_exercice": CLOTURE, "numero_imprime": imprime, "code_nref": f"{imprime}{code}",
        "rang": 1, "code": code, "valeur": valeur, "date_declaration": date(2026, 5, 5),
    }  # fmt: skip


def declarer(resultat: str = "-189000000", publie: int = -189_000_000) -> None:
    f.charger(
        "dgfip-attestation-fiscale",
        [
            {"siren": SIREN, "a_jour": False, "date_periode_analysee": date(2026, 9, 30)},
            {"siren": SIREN, "a_jour": True, "date_periode_analysee": date(2026, 10, 31)},
        ],
    )
    f.charger(
        "dgfip-chiffre-affaires",
        [
            {"siret": SIRET, "date_fin_exercice": CLOTURE, "chiffre_affaires": 900_000_000},
            {"siret": SIRET, "date_fin_exercice": date(2024, 12, 31), "chiffre_affaires": 1_000_000_000},
        ],
    )
    f.charger("dgfip-liasses", [case("2052", "FL", "900000000"), case("2053", "HN", resultat)])
    f.charger("ratios-financiers", [
        {"siren": SIREN, "date_cloture": CLOTURE, "chiffre_affaires": 900_000_000, "resultat_net": publie,
         "type_bilan": "C"},
    ])  # fmt: skip


def test_e6_a_tax_agent_reads_standing_return_and_gap() -> None:
    peupler()
    declarer()
    f.charger("tva", [{"siren": SIREN, "numero": "FR12900000010"}])
    trouvee = montree(fiscal())
    assert (trouvee.titre, trouvee.cle) == ("Fiscalité", "À jour au 31/10/2026")
    assert trouvee.precision == "régularité fiscale, toute l'entreprise"
    assert dites(fiscal()) == {
        "Liasse 2025": "déposée le 05/05/2026",
        "CA déclaré 2025": "900\u00a0M€ ↘ −10\u00a0%".replace("−10\u00a0%", "−10 %"),
        "Résultat déclaré 2025": "−189\u00a0M€",
        "Écart avec les comptes": "aucun (CA et résultat)",
        "TVA": "active, FR12900000010",
    }
    assert (trouvee.fermees, trouvee.muettes) == ((), ())


@pytest.mark.parametrize(
    ("resultat", "publie", "ecart"),
    [
        ("-189000000", -188_000_000, "résultat +1\u00a0M€ publiés"),
        ("-189000000", -189_000_012, "résultat −12\u00a0€ publiés"),
        # What is not a number is not compared.
        ("néant", -189_000_000, "aucun (CA)"),
    ],
)
def test_e6_the_gap_with_published_accounts_is_told_to_the_euro(resultat: str, publie: int, ecart: str) -> None:
    peupler()
    declarer(resultat, publie)
    assert dites(fiscal())["Écart avec les comptes"] == ecart


def test_e6_without_published_accounts_there_is_no_gap_to_tell() -> None:
    peupler()
    f.charger("dgfip-liasses", [case("2052", "FL", "900000000")])
    assert dites(fiscal())["Écart avec les comptes"] == "comptes non publiés au 31/12/2025"


@pytest.mark.parametrize(
    ("de", "geste", "dite"),
    [
        (fiscal(finalite=None), "finalite", "sous secret"),
        (fiscal(territoire=frozenset({"13"})), "demander", "hors de votre territoire"),
        (replace(fiscal(), acteur=replace(fiscal().acteur, mfa=False)), "second-facteur", "avec un second facteur"),
    ],
    ids=["sans finalité", "autre département", "sans second facteur"],
)
def test_e6_a_closed_secret_is_told_closed_never_empty(
    de: LecteurDeDonnees, geste: str, dite: str, settings: Any
) -> None:
    settings.FCE_API_ENTREPRISE_URL = ""
    peupler()
    declarer()
    trouvee = montree(de)
    assert trouvee.cle == ""
    assert [(x.geste, x.dite) for x in trouvee.fermees] == [(geste, dite)]
    assert trouvee.fermees[0].titre.startswith("Régularité fiscale, liasse, CA déclaré, résultat déclaré, écart")
    # Published figures stand in for the declared ones.
    assert [p.titre for p in trouvee.paires] == ["CA publié 2025", "Résultat publié 2025"]
    assert "fiscal" not in trouvee.source.lower()
    assert not any("déclaré" in x.titre for x in trouvee.muettes)


def test_e6_the_line_of_a_closed_secret_opens_it() -> None:
    peupler()
    declarer()
    verificatrice = habilite("dgfip", ("FR",), confirmee=False).client
    html = unescape(verificatrice.get(f"/entreprise/{SIREN}").content.decode())
    debut = html.index('id="carte-metier"')
    section = html[debut : html.index("</section>", debut)]
    assert 'form="ouvrir-secrets"' in section
    assert 'id="ouvrir-secrets"' in html
    assert "sous secret" in section
    assert "À jour" not in section
    assert "aucune donnée" not in section


def test_e6_an_eori_is_active_and_has_no_start() -> None:
    peupler()
    f.charger("dgddi-eori", [EORI], date_metier=None)
    trouvee = montree(douanier())
    assert (trouvee.titre, trouvee.cle) == ("Douane", "EORI actif")
    assert trouvee.precision == f"FR{SIRET}, toute l'entreprise, dit par un fichier reçu le 02/11/2026"
    f.charger("dgddi-eori", [EORI, {**EORI, "identifiant": "FR2", "actif": False}], date_metier=None)
    assert montree(douanier()).precision.startswith("1 actif sur 2 numéros")
    f.charger("dgddi-eori", [{**EORI, "actif": False}], date_metier=None)
    assert montree(douanier()).cle == "EORI inactif"


def test_e6_customs_authorisations_are_under_their_secret() -> None:
    peupler()
    autorisation = {"siret": SIRET, "numero": "A1", "famille": "OEA", "code": "AEOC", "etat": "valide"}
    regime = {**autorisation, "numero": "R1", "famille": "REGIME", "code": "TEA", "etat": "suspendue"}
    f.charger("dgddi-operateurs", [autorisation, regime])
    assert dites(douanier())["Autorisations"] == "AEOC, 1 non valide"
    fermee = montree(douanier(finalite=None))
    assert [(x.titre, x.dite) for x in fermee.fermees] == [("Autorisations (OEA, régimes)", "sous secret")]
    assert "AEOC" not in str(fermee)


class TestLive:
    def test_e6_a_source_not_asked_is_to_ask_and_the_page_waits_for_nothing(self, serveur: Serveur) -> None:
        peupler()
        f.charger("dgddi-eori", [])
        de = douanier()
        fiche = fiche_de(SIREN, de, onglet=SYNTHESE)
        with CaptureQueriesContext(connection) as requetes:
            trouvee = synthese.cartes(fiche, de).metier
        assert trouvee is not None
        demandees = {x.source: x for x in trouvee.muettes if x.direct}
        assert demandees.keys() == {"dgddi-eori"}
        assert {x.dite for x in demandees.values()} == {metier.A_DEMANDER}
        assert (len(requetes), serveur.recues) == (0, [])

    @pytest.mark.parametrize(
        ("reponse", "attendu"),
        [
            (donnees({"id": f"FR{SIRET}", "actif": True}), ["EORI actif", "réponse du"]),
            (erreur(404), ["aucune donnée connue", "réponse du"]),
            (erreur(500), ["source indisponible"]),
        ],
    )
    def test_e6_the_answer_takes_the_place_that_waits_for_it(
        self, serveur: Serveur, reponse: Any, attendu: list[str]
    ) -> None:
        peupler()
        serveur.jouer(reponse)
        douane = habilite("douane", ("FR",)).client
        adresse = f"/entreprise/{SIREN}/direct/dgddi-eori"
        page = douane.get(f"/entreprise/{SIREN}").content.decode()
        assert f'id="metier-dgddi-eori" hx-get="{adresse}"' in page
        assert serveur.recues == []
        fragment = douane.get(adresse, headers={"HX-Request": "true", "HX-Target": "metier-dgddi-eori"})
        html = unescape(fragment.content.decode())
        assert fragment.status_code == 200
        assert "HX-Retarget" not in fragment
        assert html.count("<dt>") == 1
        assert all(dit in html for dit in attendu)
        assert "no-store" in fragment["Cache-Control"]

    def test_e6_the_place_of_a_closed_source_is_not_answered(self, serveur: Serveur, client: Client) -> None:
        peupler()
        entetes = {"HX-Request": "true", "HX-Target": "metier-dgddi-eori"}
        html = client.get(f"/entreprise/{SIREN}/direct/dgddi-eori", headers=entetes).content.decode()
        assert "EORI actif" not in html
        assert "ProConnect" in html
        assert serveur.recues == []


def test_e6_without_live_service_an_empty_file_says_so_and_a_missing_one_too(settings: Any) -> None:
    settings.FCE_API_ENTREPRISE_URL = ""
    peupler()
    f.charger("dgddi-eori", [])
    dits = {x.titre: x.dite for x in montree(douanier()).muettes}
    assert dits["Immatriculation EORI"] == "aucune donnée connue"
    assert dits["TVA"] == "source pas encore importée"


def test_e6_a_masked_person_keeps_its_secrets_on_the_card() -> None:
    peupler("P", "P", categorie_juridique="1000")
    declarer()
    f.charger("dgddi-eori", [{**EORI, "libelle": "ADA EXEMPLE", "ville": "LILLE"}], date_metier=None)
    assert montree(fiscal()).cle == "À jour au 31/10/2026"
    # The boxes of a return are free text: masked, they are not read as amounts.
    assert "Résultat déclaré 2025" not in dites(fiscal())
    for de in (fiscal(), douanier()):
        assert not {"ADA", "LILLE"} & set(str(carte(de)).replace("'", " ").split())


@pytest.mark.parametrize("numero", [SIREN, SIRET])
def test_e6_other_trades_and_the_public_keep_their_card(numero: str) -> None:
    peupler()
    declarer()
    for de in (LecteurDeDonnees(), lecteur("fiscal", profil="inspection-travail"), lecteur("fiscal", profil="")):
        assert carte(de, numero) is None
    # An establishment has no tax standing of its own.
    assert montree(fiscal(), SIRET).cle == ""
