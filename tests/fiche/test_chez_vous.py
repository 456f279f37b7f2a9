"""The card of the territory: « chez vous » and « ailleurs » apart, and nothing of where a masked person is."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client

from fce.droits.habilitations.finalites import PROFILS
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.page import synthese
from fce.sources.declaration import Agents
from fce.sources.onglets import SYNTHESE
from fce.sources.presentation import Serie, Tableau
from fce.sources.synthese import Effectif, Mandataires
from tests.acces.acteurs import habilite
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c
from tests.droits.habilitations.fabrique import agent, habilitation
from tests.fiche import jeux
from tests.fiche.fiches import fiche_de
from tests.fiche.jeux import AUTRE, SIREN, SIRET
from tests.fiche.test_acces import MIDI
from tests.fiche.test_synthese import visites

pytestmark = pytest.mark.django_db(transaction=True)
NATIONAL = frozenset({"FR"})


def peupler(monkeypatch: pytest.MonkeyPatch, *sources: Any, **unite: Any) -> None:
    """Siège in Lille, an establishment in Arras; the administration of the agents is in Bourges."""
    jeux.installer(monkeypatch, [visites(Agents()), *sources])
    f.unites(f.unite(SIREN, **unite))
    f.lieux(
        f.lieu(SIREN, libelle_commune="LILLE", code_commune="59350"),
        f.lieu(SIREN, 2, libelle_commune="ARRAS", code_commune="62041"),
        {**f.lieu(c.SERVICE[:9], libelle_commune="BOURGES", code_commune="18033"), "siret": c.SERVICE},
    )
    f.charger(
        "visites-inventees",
        [
            {"siret": SIRET, "dossier": "UC LILLE", "signature": date(2026, 3, 1)},
            {"siret": AUTRE, "dossier": "UC ARRAS", "signature": date(2026, 6, 1)},
        ],
    )


def lecteur(territoire: frozenset[str]) -> LecteurDeDonnees:
    return LecteurDeDonnees(agent(habilitation(territoire=territoire), siret_administration=c.SERVICE), maintenant=MIDI)


def carte(qui: LecteurDeDonnees, demande: str = "", numero: str = SIREN) -> synthese.ChezVous:
    chez_vous = synthese.cartes(fiche_de(numero, qui, onglet=SYNTHESE), qui, demande).chez_vous
    assert chez_vous is not None
    return chez_vous


@pytest.mark.parametrize(
    ("territoire", "demande", "titre"),
    [
        (frozenset({"62"}), "", "Chez vous – Pas-de-Calais (62)"),
        # Whose territory is his own does not choose another one.
        (frozenset({"62"}), "59", "Chez vous – Pas-de-Calais (62)"),
        # Who reads the whole country has no « chez vous »: the regions, or the département asked for.
        (NATIONAL, "", "En France – 1 région"),
        (NATIONAL, "62", "Département choisi – Pas-de-Calais (62)"),
        (NATIONAL, "59", "En France – 1 région"),
        # The company is not there: the address means nothing.
        (NATIONAL, "75", "En France – 1 région"),
        (NATIONAL, "<b>", "En France – 1 région"),
    ],
)
def test_v8_your_area_is_the_reader_s_territory_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, territoire: frozenset[str], demande: str, titre: str
) -> None:
    peupler(monkeypatch)
    assert carte(lecteur(territoire), demande).titre == titre


def carte_ou(*communes: str, **unite: Any) -> synthese.ChezVous | None:
    """The card « Où » of the public, for open places in these communes."""
    f.unites(f.unite(SIREN, **unite))
    f.lieux(*(f.lieu(SIREN, rang, code_commune=commune) for rang, commune in enumerate(communes, 1)))
    qui = LecteurDeDonnees()
    return synthese.cartes(fiche_de(SIREN, qui, onglet=SYNTHESE), qui).chez_vous


@pytest.mark.parametrize("communes", [("59350",), ("59350", "62041"), ("59350", "59350", "59512")])
def test_the_public_has_no_card_of_places_for_fewer_than_three_or_for_one_department(
    monkeypatch: pytest.MonkeyPatch, client: Client, communes: tuple[str, ...]
) -> None:
    jeux.installer(monkeypatch, [])
    assert carte_ou(*communes) is None
    html = client.get(f"/entreprise/{SIREN}?departement=62").content.decode()
    assert "fce-cartes--deux" in html
    assert "<dt>Établissements</dt>" in html
    assert "Changer de département" not in html


def test_the_public_reads_the_five_regions_with_most_places_and_their_bars(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    jeux.installer(monkeypatch, [])
    ou = carte_ou("59350", "62041", "75108", "69381", "31555", "33063", "35238", "13201", "67482")
    assert ou is not None
    assert (ou.titre, ou.cle, ou.precision) == ("Où", "9", "ouverts, toute l'entreprise")
    assert [(r.nombre, r.autres) for r in ou.regions] == [(2, False), *[(1, False)] * 4, (3, True)]
    html = client.get(f"/entreprise/{SIREN}").content.decode()
    assert "<dt>Établissements</dt>" not in html, "another card says their number"
    assert re.findall(r'<rect width="(\d+)"', html) == ["100", *["50"] * 4]


def test_the_places_of_a_masked_person_make_no_card(monkeypatch: pytest.MonkeyPatch) -> None:
    jeux.installer(monkeypatch, [])
    assert carte_ou("59350", "62041", "75108", statut_diffusion="P", categorie_juridique="1000") is None


def test_a_company_absent_from_the_territory_is_told_where_it_is_nearest_and_whom_to_call_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    peupler(monkeypatch)
    montree = carte(lecteur(frozenset({"80"})))
    assert montree.absente == "Aucun établissement ouvert : Somme (80)"
    assert (montree.paires[0].titre, montree.paires[0].valeur) == ("Au plus près", "Pas-de-Calais (62)")
    assert montree.paires[0].lien.endswith("etat=ouvert&departement=62#etablissements")
    # No distance is known from overseas: nothing is guessed.
    assert all(p.titre != "Au plus près" for p in carte(lecteur(frozenset({"974"}))).paires)


def test_the_card_of_the_territory_tells_its_own_latest_contact(monkeypatch: pytest.MonkeyPatch) -> None:
    peupler(monkeypatch)

    def dits(territoire: frozenset[str], demande: str = "") -> list[tuple[str, str, str]]:
        paires = carte(lecteur(territoire), demande).paires
        assert not any("Ailleurs" in p.titre for p in paires)
        return [(p.titre, p.valeur, p.precision) for p in paires if p.titre == "Dernier contact"]

    assert dits(frozenset({"59"})) == [("Dernier contact", "01/03/2026", ", LILLE, UC LILLE")]
    assert dits(frozenset({"62"})) == [("Dernier contact", "01/06/2026", ", ARRAS, UC ARRAS")]
    assert dits(NATIONAL, "62") == dits(frozenset({"62"}))


@pytest.mark.parametrize(
    ("territoire", "marque"),
    [(frozenset({"59"}), "chez vous"), (frozenset({"62"}), "ailleurs"), (NATIONAL, "")],
)
def test_an_establishment_is_in_its_own_department(
    monkeypatch: pytest.MonkeyPatch, territoire: frozenset[str], marque: str
) -> None:
    peupler(monkeypatch)
    montree = carte(lecteur(territoire), numero=SIRET)
    assert (montree.titre, montree.cle, montree.marque) == ("Sur place – Nord (59)", "LILLE", marque)
    qui = LecteurDeDonnees()
    assert synthese.cartes(fiche_de(SIRET, qui, onglet=SYNTHESE), qui).chez_vous is None


def test_whoever_reads_all_of_france_changes_department_without_a_script(monkeypatch: pytest.MonkeyPatch) -> None:
    peupler(monkeypatch)
    client = habilite("douane", ("FR",)).client
    html = client.get(f"/entreprise/{SIREN}").content.decode()
    assert '<option value="62">Pas-de-Calais (62) : 1</option>' in html
    choisi = client.get(f"/entreprise/{SIREN}?departement=62").content.decode()
    assert "Département choisi – Pas-de-Calais (62)" in choisi
    assert "Changer de département" not in habilite("ccrf", ("59",)).client.get(f"/entreprise/{SIREN}").content.decode()


@pytest.mark.parametrize("page", ["", "?departement=62", "/controles", "/tout", "/note"])
def test_v8_who_reads_the_whole_country_never_reads_chez_vous(monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    peupler(monkeypatch)
    national, du_nord = (habilite("ccrf", lieux).client for lieux in (("FR",), ("59",)))
    for unite in (f"/entreprise/{SIREN}", f"/etablissement/{SIRET}"):
        assert "chez vous" not in national.get(f"{unite}{page}").content.decode().lower()
    assert "chez vous" in du_nord.get(f"/entreprise/{SIREN}").content.decode().lower()


def test_e6_a_national_reader_reads_regions_by_number_then_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    communes = ["97411", "59350", "62041", "59009", "92026", "31555", "67482", "44109", "35238"]
    jeux.installer(monkeypatch, [visites(Agents())])
    f.unites(f.unite(SIREN))
    f.lieux(
        *(f.lieu(SIREN, n, code_commune=code) for n, code in enumerate(communes, 1)),
        f.lieu(SIREN, 10, code_commune=None),
        f.lieu(SIREN, 11, code_commune="75056", etat_administratif="F"),
    )
    montree = carte(lecteur(NATIONAL))
    assert (montree.titre, montree.cle, montree.unite) == ("En France – 7 régions", "10", "établissements")
    assert montree.precision == "ouverts, toute l'entreprise ; 1 fermé"
    lignes = [(r.titre, r.nombre, r.siege) for r in montree.regions]
    # That of the siège is named, however few they are.
    assert lignes[0] == ("Hauts-de-France", 3, False)
    assert ("La Réunion", 1, True) in lignes
    assert [r.nombre for r in montree.regions if r.autres] == [2]
    assert lignes[-1] == ("Lieu à l’étranger ou non connu", 1, False)
    assert sum(n for _, n, _ in lignes) == 10
    # Each département is in one line only.
    tous = [d for r in montree.regions for d in r.departements]
    assert len(tous) == len(set(tous)) == 8


@pytest.mark.parametrize("territoire", [NATIONAL, frozenset({"62"})], ids=["national", "d’un département"])
def test_e6_the_contact_of_one_s_own_service_comes_first(
    monkeypatch: pytest.MonkeyPatch, territoire: frozenset[str]
) -> None:
    peupler(monkeypatch)
    corps = {"profil": "x", "territoire": territoire}
    de = LecteurDeDonnees(agent(habilitation(**corps), siret_administration=c.SERVICE), maintenant=MIDI)
    montrees = synthese.cartes(fiche_de(SIREN, de, onglet=SYNTHESE), de)
    assert montrees.sien is None
    monkeypatch.setitem(PROFILS, "x", replace(PROFILS["douane"], code="x", corps="inv"))
    montrees = synthese.cartes(fiche_de(SIREN, de, onglet=SYNTHESE), de)
    assert montrees.sien is not None
    assert montrees.sien.service == "UC ARRAS"
    assert [x.service for x in montrees.contacts] == ["UC LILLE"]
    assert montrees.vus[0].jour >= montrees.vus[1].jour


@pytest.mark.parametrize("unite_masquee", [True, False], ids=["la personne", "un de ses établissements"])
def test_nothing_says_where_a_masked_person_is(monkeypatch: pytest.MonkeyPatch, unite_masquee: bool) -> None:
    effectifs = jeux.declarer(
        "effectifs-ouverts",
        jeux.Effectif,
        "effectifs",
        presentation=Serie("mois", ("total",)),
        synthese=(Effectif("mois", "total", rang=1),),
    )
    registre = jeux.declarer(
        "registre-invente",
        jeux.Immatriculation,
        "dirigeants",
        presentation=Tableau(),
        synthese=(Mandataires(lambda lignes: [("Gérant", "ADA EXEMPLE")] if lignes else []),),
    )
    peupler(
        monkeypatch, effectifs, registre, categorie_juridique="1000", statut_diffusion="P" if unite_masquee else "O"
    )
    if not unite_masquee:
        f.lieux(
            f.lieu(SIREN, libelle_commune="LILLE", code_commune="59350", statut_diffusion="P"),
            f.lieu(SIREN, 2, libelle_commune="ARRAS", code_commune="62041"),
        )
    f.charger(
        "effectifs-ouverts",
        [{"siret": SIRET, "mois": date(2025 + n // 12, n % 12 + 1, 1), "total": 100 + n} for n in range(20)],
    )
    f.charger("registre-invente", [{"siren": SIREN, "capital": 1, "annee_depot": 2019}])
    for joue in (Client(), habilite("douane", ("FR",)).client, habilite("ccrf", ("59",)).client):
        for demande in ("", "?departement=59", "?departement=62"):
            html = (
                joue.get(f"/entreprise/{SIREN}{demande}").content.decode().partition("<main")[2].partition("</main>")[0]
            )
            assert "LILLE" not in html.replace("UC LILLE", "")
            assert "Nord (59) :" not in html
            assert "Au siège" not in html
            if unite_masquee:
                assert "Personne masquée" in html
                assert "ADA EXEMPLE" not in html
                assert "Pas-de-Calais" not in html
            assert "Aucun établissement ouvert" not in html
    public = Client().get(f"/entreprise/{SIREN}").content.decode()
    assert "fce-courbe" not in public
    assert "en 12 mois" not in public
