"""What the sheet does not show: one closed list by reason, of sources and never of facts, with the way to ask."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from fce.sources import registre
from fce.sources.declaration import Habilite, Secret
from fce.sources.invention import inventer
from tests.acces.acteurs import agent_simple, dirigeant, expire, habilite, prestataire, revoque, sorti_du_groupe
from tests.acces.test_oracles import corps
from tests.donnees.entreprises import fabrique as f
from tests.fiche import jeux
from tests.fiche.jeux import SIREN, SIRET
from tests.fiche.test_synthese import visites

pytestmark = pytest.mark.django_db(transaction=True)
FICHE = f"/entreprise/{SIREN}"
EXEMPLE = re.compile(r'<details class="fce-exemple">.*?</details>', re.DOTALL)


def installer(monkeypatch: pytest.MonkeyPatch, lignes: list[dict[str, Any]], commune: str = "59350") -> None:
    """An open company, a source for the services of employment, a secret: ``lignes`` are rows of both."""
    reservees = [
        jeux.declarer("label-clos", jeux.Label, "agrements-labels", Habilite("emploi")),
        jeux.declarer("label-secret", jeux.Label, "fiscalite-douane", Secret("fiscal")),
    ]
    jeux.installer(monkeypatch, [jeux.declarer("label-ouvert", jeux.Label, "aides"), *reservees])
    f.unites(f.unite(SIREN, statut_diffusion="O"))
    f.lieux(f.lieu(SIREN, code_commune=commune))
    for source in reservees:
        f.charger(source.nom, lignes)


def liste(client: Client, adresse: str) -> str:
    """The closed list of a page, "" without one, the invented examples aside."""
    return EXEMPLE.sub("", client.get(adresse).content.decode()).partition('id="fermees"')[2].partition("</details>")[0]


def test_e9_a_list_folded_by_reason_with_one_request_for_all_its_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    installer(monkeypatch, [{"siret": SIRET, "numero": "L"}])
    client = agent_simple().client
    html = liste(client, FICHE)
    assert "<details" not in html
    assert "Ce que vous ne voyez pas (2)" in html
    assert html.index("Hors de l’habilitation de votre service") < html.index("Label clos")
    assert "Label secret (sous un secret)" in html
    assert html.count("Demander l’accès") == 1
    assert 'href="/habilitations?groupes=emploi,fiscal"' in html
    demande = client.get("/habilitations?groupes=emploi,fiscal")
    assert "Emploi et mutations économiques, Données fiscales" in demande.content.decode()
    # A tab tells of its own sources, the whole sheet of all of them.
    assert "Ce que vous ne voyez pas (1)" in liste(client, f"{FICHE}/agrements")
    assert "Label secret" not in liste(client, f"{FICHE}/agrements")
    assert "Sous un secret, hors de l’habilitation" in liste(client, f"{FICHE}/fiscalite")
    assert "Ce que vous ne voyez pas (2)" in liste(client, f"{FICHE}/tout")


def test_e9_without_habilitation_no_gesture_that_would_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    installer(monkeypatch, [])
    gestes = ("Annoncer une visite", "Noter une visite", "Poser une question à un service", ">Suivre<")
    sans, avec = (joue.client.get(FICHE).content.decode() for joue in (agent_simple(), habilite("dreets-3e")))
    assert not [g for g in gestes if g in sans]
    assert [g for g in gestes if g in avec] == list(gestes)


def test_nothing_closed_or_no_agent_no_list(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    installer(monkeypatch, [{"siret": SIRET, "numero": "L"}])
    assert liste(agent_simple().client, f"{FICHE}/aides") == ""
    public = client.get(FICHE).content.decode()
    assert "Ce que vous ne voyez pas" not in public
    assert "2 autres sources sont réservées aux agents publics." in public
    assert f"/connexion?suite=/entreprise/{SIREN}" in public
    assert "Label clos" not in public


def test_the_list_says_nothing_of_the_facts_it_hides(monkeypatch: pytest.MonkeyPatch) -> None:
    lecteurs = [agent_simple().client, habilite("dgfip", confirmee=False).client, Client()]
    adresses = [FICHE, f"/etablissement/{SIRET}", f"{FICHE}/agrements", f"{FICHE}/fiscalite", f"{FICHE}/tout"]

    def interrogees() -> list[str]:
        restes = [corps(c, a).decode().partition('class="fce-reste"')[2] for c in lecteurs for a in adresses]
        return [reste.partition("</section>")[0] for reste in restes]

    installer(monkeypatch, [])
    sans = interrogees()
    installer(monkeypatch, [{"siret": SIRET, "numero": f"L{n}"} for n in range(3)])
    assert interrogees() == sans
    assert all(sans)


def test_out_of_the_territory_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    jeux.installer(monkeypatch, [visites(Habilite("emploi"))])
    f.unites(f.unite(SIREN, statut_diffusion="O"))
    f.lieux(f.lieu(SIREN, code_commune="59350"))
    f.charger("visites-inventees", [])
    assert "Hors de votre territoire" in liste(habilite("dreets-3e", ("75",)).client, f"{FICHE}/controles")
    assert liste(habilite("dreets-3e", ("59",)).client, f"{FICHE}/controles") == ""


def cartes(client: Client, adresse: str = FICHE) -> str:
    """The card of what is closed, "" without it."""
    html = client.get(adresse).content.decode()
    return html.partition('id="carte-reserve"')[2].partition("</section>")[0]


def test_4_an_agent_without_habilitation_reads_what_one_would_open(monkeypatch: pytest.MonkeyPatch) -> None:
    for lignes in ([], [{"siret": SIRET, "numero": "L"}]):
        installer(monkeypatch, lignes)
        client = agent_simple().client
        carte = cartes(client)
        assert "Réservé aux agents habilités" in carte
        assert "<strong>2 sources</strong> de cette fiche s’ouvrent avec une habilitation" in carte
        assert "emploi et mutations économiques, données fiscales." in carte
        # Neither the number nor the card depends on what the sources know.
        assert "Cela ne dit pas qu’elles parlent de cette entreprise." in carte
        assert "Une seule demande pour les 2" in carte
        assert carte.count("/habilitations?groupes=emploi,fiscal") == 2
        assert client.get("/habilitations?groupes=emploi,fiscal").status_code == 200
        # One place is said by the first card: this one is the third.
        assert "fce-cartes--trois" in client.get(FICHE).content.decode()
        assert "de cet établissement" in cartes(client, f"/etablissement/{SIRET}")


def test_4_nobody_else_has_the_card_of_what_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    installer(monkeypatch, [])
    ailleurs = habilite("dreets-3e", ("75",)).client
    joues = (prestataire().client, dirigeant().client)
    for client in (
        Client(),
        *joues,
        ailleurs,
        habilite("dreets-3e", ("59",)).client,
        habilite("dgfip", ("FR",)).client,
    ):
        assert cartes(client) == ""
    jeux.installer(monkeypatch, [jeux.declarer("label-ouvert", jeux.Label, "aides")])
    assert cartes(agent_simple().client) == "", "rien n’est réservé"


@pytest.mark.parametrize("parti", [expire, revoque, sorti_du_groupe])
def test_4_whoever_has_no_habilitation_left_may_ask_again(monkeypatch: pytest.MonkeyPatch, parti: Any) -> None:
    installer(monkeypatch, [{"siret": SIRET, "numero": "L"}])
    assert "<strong>2 sources</strong>" in cartes(parti().client)


def test_a_closed_block_shows_an_invented_example_beside_the_way_to_ask_and_nothing_of_the_unit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    installer(monkeypatch, [{"siret": SIRET, "numero": "VRAI-42"}])
    client = agent_simple().client
    pages = [client.get(f"{FICHE}/{onglet}").content.decode() for onglet in ("agrements", "fiscalite")]
    exemples = ["".join(EXEMPLE.findall(page)) for page in pages]
    assert all("Exemple inventé" in x and "texte d’exemple" in x and "Demander l’accès" in page
               for x, page in zip(exemples, pages, strict=True))  # fmt: skip
    assert "VRAI-42" not in "".join(pages)
    # The same for a unit that the source does not know: the example says nothing of the unit.
    installer(monkeypatch, [])
    assert exemples == [
        "".join(EXEMPLE.findall(client.get(f"{FICHE}/{onglet}").content.decode()))
        for onglet in ("agrements", "fiscalite")
    ]
    assert not EXEMPLE.search(Client().get(f"{FICHE}/agrements").content.decode())


@pytest.mark.catalogue
def test_every_closed_source_has_an_invented_example_by_type() -> None:
    for source in registre.toutes():
        invente = inventer(source)
        assert invente, source.nom
        assert all(libelle and valeur for libelle, valeur in invente)
