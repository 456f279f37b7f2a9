"""The list of a company's establishments: its filters, its order, its file, and what it says of contacts to whom."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client

from fce.droits.journal.models import Consultation
from fce.fiche import etablissements
from fce.fiche.lecture import plans
from fce.fiche.page.etablissements import FiltreEtablissements, ListeAffichee
from fce.sources.declaration import Habilite
from tests.acces import acteurs
from tests.acces.acteurs import Joue, habilite
from tests.donnees.entreprises import fabrique as f
from tests.echanges.interactions import fabrique as i
from tests.fiche import jeux, territoires
from tests.fiche.test_synthese import visites

pytestmark = pytest.mark.django_db(transaction=True)
SIREN = f.siren_no(5)
LISTE = f"/entreprise/{SIREN}/etablissements"
HTMX = {"hx-request": "true", "hx-target": "liste-etablissements"}
CONTACTS = Habilite("contacts")


def siret(n: int) -> str:
    return f.siret_no(SIREN, n)


@pytest.fixture(autouse=True)
def lieux(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight places: five in the Nord (one of them closed), two in the Pas-de-Calais, one abroad; two were visited in
    the Nord, one in the Pas-de-Calais."""
    jeux.installer(monkeypatch, [visites(CONTACTS)])
    f.unites(f.unite(SIREN, denomination="VERGERS"))
    ou = [("LILLE", "59350"), ("DOUAI", "59178"), ("LILLE", "59350"), ("CAMBRAI", "59122"), ("LILLE", "59350"),
          ("ARRAS", "62041"), ("LENS", "62498"), (None, None)]  # fmt: skip
    tranches = ["12", "NN", "41", "11", None, "12", "53", "01"]
    f.lieux(
        *(
            f.lieu(
                SIREN, n, libelle_commune=commune, code_commune=code, tranche_effectifs=tranche, annee_effectifs=2024,
                etat_administratif="F" if n == 5 else "A", date_creation=date(2000 + n, 1, 1), enseigne_1=f"VERGER {n}",
            )
            for n, ((commune, code), tranche) in enumerate(zip(ou, tranches, strict=True), 1)
        )
    )  # fmt: skip
    f.charger(
        "visites-inventees",
        [
            {"siret": siret(1), "dossier": "UC LILLE", "signature": date(2024, 3, 1)},
            {"siret": siret(1), "dossier": "UC LILLE", "signature": date(2026, 3, 1)},
            {"siret": siret(2), "dossier": "UC LILLE", "signature": date(2025, 5, 1)},
            {"siret": siret(6), "dossier": "UC ARRAS", "signature": date(2026, 6, 1)},
        ],
    )


def inspectrice() -> Joue:
    return habilite("inspection-travail", ("59",))


def texte(reponse: Any) -> str:
    corps: bytes = b"".join(reponse) if reponse.streaming else reponse.content
    return unescape(corps.decode("utf-8-sig")).replace("\u202f", " ").replace("\xa0", " ")


def page(client: Client, requete: str = "", **entetes: str) -> str:
    """The list in its tab; alone with the headers of htmx."""
    adresse = f"/entreprise/{SIREN}" if entetes else LISTE
    return texte(client.get(f"{adresse}{requete}", headers=entetes))


def rangs(html: str) -> list[int]:
    """Numbers of the establishments of the list, in order."""
    liste = html.partition('id="liste-etablissements"')[2].partition("</table>")[0]
    return [int(s[9:13]) for s in re.findall(r'<th scope="row"><a href="/etablissement/(\d{14})"', liste)]


def lignes(client: Client, requete: str = "") -> list[dict[str, str]]:
    reponse = client.get(f"{LISTE}.csv{requete}")
    assert reponse.status_code == 200
    return list(csv.DictReader(io.StringIO(texte(reponse)), delimiter=";"))


def liens_de_la_carte(client: Client) -> dict[str, str]:
    """{text: address} of the links of the card « Chez vous »."""
    carte = texte(client.get(f"/entreprise/{SIREN}")).partition('id="carte-chez-vous"')[2].partition("</section>")[0]
    return {
        re.sub(r"<[^>]+>", "", texte).strip(): unescape(adresse)
        for adresse, texte in re.findall(r'<a href="([^"]+)">(.*?)</a>', carte, re.S)
    }


def test_e2_the_number_of_the_card_opens_these_places() -> None:
    client = inspectrice().client
    liens = liens_de_la_carte(client)
    adresse = liens["4 établissements"]
    assert adresse == f"{LISTE}?etat=ouvert&departement=59#etablissements"
    html = texte(client.get(adresse))
    assert rangs(html) == [1, 4, 2, 3]
    assert "4 établissements sur 8" in html
    assert html.partition("</table>")[0].count('class="fce-ici">chez vous') >= 4


def test_e2_those_without_a_known_contact_are_as_many_as_the_card_says() -> None:
    client = inspectrice().client
    adresse = liens_de_la_carte(client)["2 établissements"]
    html = texte(client.get(adresse))
    assert rangs(html) == [4, 3]
    assert html.count("aucun connu") >= 2
    assert "Contacts regardés : " in html
    # Without JavaScript or with it, in a file too.
    requete = adresse.partition(LISTE)[2].partition("#")[0]
    assert rangs(page(client, requete, **HTMX)) == [4, 3]
    assert [x["SIRET"] for x in lignes(client, requete)] == [siret(4), siret(3)]


def test_e2_a_contact_told_by_a_service_is_one_on_the_page_and_never_leaves_in_a_file() -> None:
    service = i.service()
    service.note(siren=SIREN, sirets=(siret(4),))
    client, sans = service.client, "?contact=aucun&departement=59&etat=ouvert"
    assert liens_de_la_carte(client).keys() >= {"4 établissements", "1 établissement"}
    assert rangs(page(client, sans)) == [3]
    assert f"visite, {service.groupe.nom}" in page(client)
    exportes = lignes(client, sans)
    assert [x["SIRET"] for x in exportes] == [siret(4), siret(3)]
    assert "Les contacts notés par les services ne sortent pas en fichier." in exportes[0]["Périmètre"]
    assert service.groupe.nom not in str(lignes(client))


def test_e2_what_is_said_of_contacts_is_journalled_and_nothing_else_is() -> None:
    joue = inspectrice()
    Client().get(f"{LISTE}.csv")
    Client().get(f"/entreprise/{SIREN}", headers=HTMX)
    assert not Consultation.objects.exists()
    page(joue.client, "?contact=aucun", **HTMX)
    lignes(joue.client)
    ecrites = list(Consultation.objects.order_by("pk").values_list("surface", "numero", "action"))
    assert ecrites == [("fiche", SIREN, "consulter"), ("csv", SIREN, "exporter")]
    assert all("visites-inventees" in sources for sources in Consultation.objects.values_list("sources", flat=True))


@pytest.mark.parametrize(
    "lecteur",
    [
        lambda: Joue(Client(), acteurs.ANONYME),
        acteurs.agent_simple,
        acteurs.expire,
        acteurs.suspendu,
        lambda: habilite("inspection-travail", ("59",), mfa=False),
    ],
)
def test_e2_who_may_know_of_no_contact_reads_none_by_no_filter_order_nor_file(lecteur: Callable[[], Joue]) -> None:
    client = lecteur().client
    tous = sorted(rangs(page(client)))
    for requete in ("?contact=aucun", "?tri=contact", "?tri=ancien"):
        for html in (page(client, requete), page(client, requete, **HTMX)):
            liste = html.partition('id="liste-etablissements"')[2].partition("fce-source")[0]
            assert sorted(rangs(html)) == tous
            assert "ontact" not in liste.replace("contact=", "")
    assert "Dernier contact connu" not in texte(client.get(f"{LISTE}.csv"))
    reponse = client.get(f"{LISTE}.csv?contact=aucun")
    assert (reponse.status_code, "exporter les contacts" in texte(reponse)) == (403, True)


def test_e2_out_of_the_territory_of_a_source_nothing_is_known_to_be_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is read in the Nord alone: no other place is without contact, nor said so."""
    jeux.installer(monkeypatch, [visites(Habilite("emploi"))])
    lecteur = territoires.lecteur("59")
    contenu, connus = etablissements.liste(SIREN, FiltreEtablissements(sans_contact=True), lecteur)
    assert connus is not None
    assert (connus.territoire, connus.mention) == ({"59"}, "votre territoire seulement : Nord (59)")
    assert [int(e.nic[:4]) for e in contenu.etablissements] == [4, 3, 5]
    filtre = FiltreEtablissements(departements=("62",), sans_contact=True)
    assert etablissements.liste(SIREN, filtre, lecteur)[0].total == 0
    tout, _ = etablissements.liste(SIREN, FiltreEtablissements(), lecteur)
    affichee = ListeAffichee(tout, FiltreEtablissements(), frozenset({"59"}), connus, "", exportable=True)
    dits = {int(x.vu.nic[:4]): (x.contact is not None, x.sans_contact) for g in affichee.groupes for x in g.lignes}
    assert dits == {1: (True, False), 2: (True, False), 3: (False, True), 4: (False, True), 5: (False, True),
                    6: (False, False), 7: (False, False), 8: (False, False)}  # fmt: skip


def test_e2_too_many_contacts_to_read_say_of_nobody_that_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for borne in ("LIGNES_REGLE", "LIGNES_JALONS"):
        monkeypatch.setattr(plans, borne, 20)
    vingt_et_une = [{"siret": siret(1), "dossier": "UC LILLE", "signature": date(2026, 1, n)} for n in range(1, 22)]
    f.charger("visites-inventees", vingt_et_une)
    html = page(inspectrice().client, "?contact=aucun")
    assert len(rangs(html)) == 8
    assert "aucun connu" not in html.partition('id="liste-etablissements"')[2]
    assert "Trop de contacts pour dire quels établissements n’en ont pas." in html


@pytest.mark.parametrize(
    ("requete", "attendus"),
    [
        ("?departement=62", [6, 7]),
        ("?departement=59,62&etat=ferme", [5]),
        ("?texte=59", [1, 4, 2, 3, 5]),
        ("?texte=62&departement=59", [6, 7]),
        ("?texte=lille", [1, 3, 5]),
        ("?effectif=12", [1, 6]),
        ("?effectif=12&departement=62", [6]),
        ("?departement=75", []),
        # Impossible values mean no filter.
        ("?departement=00&effectif=99&etat=x&tri=nom", [1, 6, 4, 2, 7, 3, 8, 5]),
        ("?departement=59,zz", [1, 6, 4, 2, 7, 3, 8, 5]),
        ("?tri=contact", [1, 6, 4, 2, 7, 3, 8, 5]),
        ("?tri=commune", [6, 4, 2, 7, 1, 3, 5, 8]),
        ("?tri=effectif", [7, 3, 6, 1, 4, 8, 2, 5]),
        ("?tri=ouverture", [8, 7, 6, 5, 4, 3, 2, 1]),
    ],
)
def test_e2_anyone_filters_and_sorts_by_what_sirene_says(client: Client, requete: str, attendus: list[int]) -> None:
    assert rangs(page(client, requete)) == attendus
    assert rangs(page(client, requete, **HTMX)) == attendus
    assert [int(x["SIRET"][9:13]) for x in lignes(client, requete)] == attendus


@pytest.mark.parametrize(
    ("requete", "attendus"),
    [
        ("", [1, 4, 2, 3, 5, 6, 7, 8]),
        ("?tri=commune", [4, 2, 1, 3, 5, 6, 7, 8]),
        ("?tri=contact", [1, 2, 4, 3, 5, 6, 7, 8]),
        ("?tri=ancien", [2, 1, 4, 3, 5, 6, 7, 8]),
        ("?texte=zzz", []),
    ],
)
def test_e2_the_reader_s_territory_comes_first(requete: str, attendus: list[int]) -> None:
    client = inspectrice().client
    html = page(client, requete)
    assert rangs(html) == attendus
    assert [int(x["SIRET"][9:13]) for x in lignes(client, requete)] == attendus
    groupes = re.findall(r'scope="rowgroup">(.*?) <small>(.*?)</small>', html)
    dits = [("Chez vous – Nord (59)", "5 établissements"), ("Ailleurs", "3 établissements")]
    assert groupes == (dits if attendus else [])


def test_e2_a_filter_keeps_its_value_says_how_many_it_found_and_comes_off_alone(client: Client) -> None:
    html = page(client, "?texte=verger&departement=59&etat=ouvert&effectif=12&tri=commune")
    assert "1 établissement sur 8" in html
    for choisi in ('value="59" selected', 'value="ouvert" selected', 'value="12" selected', 'value="commune" selected'):
        assert choisi in html
    assert 'value="verger"' in html
    etiquettes = html.partition('aria-label="Filtres actifs"')[2].partition("</ul>")[0]
    otes = re.findall(r'href="([^"]*)"><span class="fr-sr-only">Retirer le filtre </span><bdi>(.*?)</bdi>', etiquettes)
    assert dict(otes) == {
        "?etat=ouvert&departement=59&effectif=12&tri=commune#etablissements": "« verger »",
        "?texte=verger&etat=ouvert&effectif=12&tri=commune#etablissements": "Nord (59)",
        "?texte=verger&departement=59&effectif=12&tri=commune#etablissements": "Ouverts",
        "?texte=verger&etat=ouvert&departement=59&tri=commune#etablissements": "20 à 49 salariés",
    }
    rien = page(client, "?departement=75&etat=ferme")
    assert "Aucun établissement ne correspond à ces filtres, sur 8 établissements." in rien
    assert 'href="?#etablissements"' in rien
    assert 'value="75" selected' in rien


def test_e2_a_department_of_the_synthesis_is_not_a_filter_and_an_old_address_still_is(client: Client) -> None:
    assert client.get(f"/entreprise/{SIREN}?departement=62").status_code == 200
    assert client.get(f"/entreprise/{SIREN}?texte=lille")["Location"] == f"{LISTE}?texte=lille"


def test_e2_a_row_says_where_how_many_and_since_when() -> None:
    html = page(inspectrice().client)
    ligne = html.partition(f'href="/etablissement/{siret(1)}"')[2].partition("</tr>")[0]
    for dit in ("VERGER 1", "LILLE", "(59)", "chez vous", "Ouvert", "depuis 2001", "20 à 49 salariés", "en 2024",
                "01/03/2026", "visite, UC LILLE"):  # fmt: skip
        assert dit in ligne, dit


@pytest.mark.parametrize(("unite", "categorie"), [("P", "1000"), ("O", "1000"), ("P", "5710"), ("O", "5710")])
def test_e2_a_hidden_place_is_in_no_filter_and_comes_last(client: Client, unite: str, categorie: str) -> None:
    """Places are hidden of a natural person; a legal one keeps its commune. The order and counts say no more."""
    f.unites(f.unite(SIREN, statut_diffusion=unite, categorie_juridique=categorie, denomination="VERGERS"))
    f.lieux(
        f.lieu(SIREN, 1, libelle_commune="ZUYDCOOTE", code_commune="59668"),
        f.lieu(SIREN, 2, libelle_commune="ARMENTIERES", code_commune="59017", statut_diffusion="P"),
        f.lieu(SIREN, 3, libelle_commune="[ND]", code_commune="[ND]"),
    )
    caches = {3} | ({2} if categorie == "1000" else set()) | ({1} if (unite, categorie) == ("P", "1000") else set())
    vus = [n for n in (2, 1) if n not in caches]
    assert rangs(page(client, "?tri=commune")) == [*vus, *sorted(caches)]
    assert sorted(rangs(page(client, "?departement=59"))) == sorted(vus)
    assert rangs(page(client, "?departement=59", **HTMX)) == rangs(page(client, "?departement=59"))
    assert [int(x["SIRET"][9:13]) for x in lignes(client, "?tri=commune")] == [*vus, *sorted(caches)]
    assert ("ARMENTIERES" in str(lignes(client))) is (2 in vus)
    contenu, _ = etablissements.liste(SIREN, FiltreEtablissements(), territoires.lecteur("59"))
    assert contenu.departements == ({"59": len(vus)} if vus else {})
    assert contenu.proches == len(vus)


@pytest.mark.parametrize("texte", ["59", " 59 ", "2a", "974", "59,62"])
def test_e2_the_code_of_a_department_is_one_before_the_start_of_a_number(texte: str) -> None:
    filtre = FiltreEtablissements.depuis({"texte": texte})
    assert (filtre.texte, filtre.departements) == ("", tuple(texte.strip().upper().split(",")))
    for autre in ("5", "590", "59350", "59 lille", "20", "nord"):
        assert FiltreEtablissements.depuis({"texte": autre}).texte == autre


def test_e2_a_file_holds_every_row_as_text_and_an_unknown_company_has_none(client: Client) -> None:
    f.lieux(*(f.lieu(SIREN, n, enseigne_1="=1+1") for n in range(1, 1021)))
    montrees = lignes(client)
    assert len(montrees) == len({x["SIRET"] for x in montrees}) == 1020
    assert montrees[0]["Nom"] == "'=1+1"
    assert client.get(f"/entreprise/{f.siren_no(77)}/etablissements.csv").status_code == 404
