"""What a sheet says around what it shows: its dates (V4), its scope and its alarms (V6), a closed siège (V7)."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.page import synthese
from fce.fiche.unite.perimetre import ENTREPRISE, Etendue, Perimetre, reunir
from fce.sources.declaration import Public
from fce.sources.onglets import ONGLETS, SYNTHESE
from fce.sources.presentation import Jalon, Tuile
from fce.sources.synthese import Contact
from tests.acces.acteurs import habilite
from tests.donnees.entreprises import fabrique as f
from tests.droits.habilitations.fabrique import agent, habilitation
from tests.fiche import jeux
from tests.fiche.fiches import fiche_de, texte
from tests.fiche.jeux import AUTRE, SIREN, SIRET
from tests.fiche.test_acces import MIDI

pytestmark = pytest.mark.django_db
FERME = date(2026, 4, 29)
ROUEN = {"numero_voie": "34", "libelle_voie": "EIFFEL", "code_postal": "76100", "libelle_commune": "ROUEN"}
LE_HAVRE = {"numero_voie": "13", "libelle_voie": "HUGO", "code_postal": "76600", "libelle_commune": "LE HAVRE"}


def fiche(numero: str = SIREN, onglet: Any = SYNTHESE) -> Any:
    return fiche_de(numero, LecteurDeDonnees(maintenant=MIDI, action=Droit.CONSULTER), onglet=onglet)


def cartes(numero: str = SIREN) -> synthese.Cartes:
    return synthese.cartes(fiche(numero), LecteurDeDonnees(maintenant=MIDI))


def visites(nom: str, **options: Any) -> Any:
    return jeux.declarer(
        nom, jeux.Accord, "controles", Public(), jalon=Jalon("signature", "Visite", "dossier"),
        synthese=(Contact("signature", "visite", service="dossier"),), **options,
    )  # fmt: skip


def deux_services(monkeypatch: pytest.MonkeyPatch, *qui: str) -> None:
    """Two files of visits, of the 12th and of the 20th; ``qui``: those that know the unit."""
    jeux.installer(monkeypatch, [visites("visites-anciennes"), visites("visites-fraiches")])
    f.unites(f.unite(SIREN))
    f.lieux(f.lieu(SIREN, libelle_commune="LILLE", code_commune="59350"))
    for nom, jour in (("visites-anciennes", 12), ("visites-fraiches", 20)):
        siennes = [{"siret": SIRET, "dossier": f"UC {nom}", "signature": date(2026, 11, jour - 1)}]
        f.charger(nom, siennes if nom in qui else [], date(2026, 11, jour))


@pytest.mark.parametrize(
    ("qui", "dite"),
    [
        (("visites-fraiches",), "1 contact sur 1, 1 source, au 20/11/2026"),
        (("visites-anciennes",), "1 contact sur 1, 1 source, au 12/11/2026"),
        (
            ("visites-anciennes", "visites-fraiches"),
            "2 contacts sur 2, 2 sources, arrêtées entre le 12/11/2026 et le 20/11/2026",
        ),
        ((), "2 sources consultées, arrêtées entre le 12/11/2026 et le 20/11/2026"),
    ],
)
def test_v4_contacts_are_dated_by_the_sources_that_told_them(
    monkeypatch: pytest.MonkeyPatch, qui: tuple[str, ...], dite: str
) -> None:
    deux_services(monkeypatch, *qui)
    occupe = cartes().occupe
    assert occupe is not None
    assert occupe.source == dite
    note = texte(habilite("ccrf", ("59",)).client, f"/entreprise/{SIREN}/note")
    # An agent also looks at what services tell themselves.
    assert dite.replace("2 sources consultées", "3 sources consultées") in note


def test_v4_a_card_names_and_dates_every_source_of_what_it_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    aides = jeux.declarer(
        "aides-inventees", jeux.Accord, "aides", Public(), tuile=Tuile("Aides", lambda lignes, _: str(len(lignes)))
    )
    jeux.installer(monkeypatch, [visites("visites-fraiches"), aides])
    f.unites(f.unite(SIREN))
    f.lieux(f.lieu(SIREN, libelle_commune="LILLE", code_commune="59350"))
    f.charger(
        "visites-fraiches", [{"siret": SIRET, "dossier": "UC 1", "signature": date(2026, 11, 19)}], date(2026, 11, 20)
    )
    f.charger("aides-inventees", [{"siret": SIRET, "dossier": "A", "signature": date(2026, 1, 1)}], date(2026, 11, 5))
    du_nord = LecteurDeDonnees(agent(habilitation(territoire=frozenset({"59"}))), maintenant=MIDI)
    carte = synthese.cartes(fiche_de(SIREN, du_nord, onglet=SYNTHESE), du_nord).chez_vous
    assert carte is not None
    dits = {p.titre for p in carte.paires}
    assert {"Dernier contact"} <= dits
    assert "20/11/2026" in carte.source
    assert ("Aides" in dits) == ("05/11/2026" in carte.source)


# --- V6


def fermer(monkeypatch: pytest.MonkeyPatch, entreprise: str = "A", *autres: dict[str, Any]) -> None:
    jeux.installer(monkeypatch, [])
    depuis = {} if entreprise == "A" else {"date_debut": date(2026, 6, 1)}
    f.unites(f.unite(SIREN, etat_administratif=entreprise, **depuis))
    f.lieux(f.lieu(SIREN, etat_administratif="F", date_debut=FERME, code_commune="76540", **ROUEN), *autres)


@pytest.mark.parametrize("entreprise", ["A", "C"])
@pytest.mark.parametrize("numero", [SIREN, SIRET])
def test_v6_what_is_alarmed_with_a_day_is_in_the_timeline(
    monkeypatch: pytest.MonkeyPatch, entreprise: str, numero: str
) -> None:
    fermer(monkeypatch, entreprise)
    historique = fiche(numero, ONGLETS["historique"])
    alarmes = [a for a in historique.alertes if a.jour]
    assert alarmes
    racontes = {j.date for j in historique.chronologie}
    assert {a.jour for a in alarmes} <= racontes
    assert not [e for j in historique.chronologie for e in j.evenements if "siège" in e.titre] or numero == SIREN


def test_v6_the_closing_of_the_siege_leads_to_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    fermer(monkeypatch)
    for page in ("historique", "chronologie"):
        affiche = texte(client, f"/entreprise/{SIREN}/{page}")
        assert re.search(r"29/04/2026 .{0,20}Fermeture du siège", affiche), page
    assert f'href="/etablissement/{SIRET}"' in client.get(f"/entreprise/{SIREN}/chronologie").content.decode()


NORD, PAS_DE_CALAIS = frozenset({"59"}), frozenset({"62"})
PART = Perimetre(Etendue.ENTREPRISE, entier=False, territoire=NORD)
TOUT_LU = Perimetre(Etendue.ENTREPRISE, entier=True, territoire=NORD)


@pytest.mark.parametrize(
    ("parts", "dite"),
    [
        ([], ""),
        ([("A", ENTREPRISE), ("B", ENTREPRISE)], ""),
        ([("A", ENTREPRISE), ("B", TOUT_LU)], "toute l'entreprise"),
        ([("A", PART), ("B", PART)], "votre territoire seulement : Nord (59)"),
        (
            [("A", ENTREPRISE), ("B", PART)],
            "toute l'entreprise, sauf un genre que vos droits limitent à votre territoire, Nord (59) : B",
        ),
        (
            [("A", ENTREPRISE), ("B", PART), ("C", PART)],
            "toute l'entreprise, sauf deux genres que vos droits limitent à votre territoire, Nord (59) : B, C",
        ),
        (
            [("B", PART), ("C", Perimetre(Etendue.ENTREPRISE, entier=False, territoire=PAS_DE_CALAIS))],
            "toute l'entreprise, sauf un genre que vos droits limitent à votre territoire, Nord (59) : B ; "
            "un genre que vos droits limitent à votre territoire, Pas-de-Calais (62) : C",
        ),
    ],
)
def test_v6_a_part_is_said_of_the_sources_that_are_read_in_part(parts: list[tuple[str, Perimetre]], dite: str) -> None:
    reuni = reunir(parts)
    assert reuni.mention == dite
    assert reuni.entier == all(p.entier for _, p in parts)


# --- V7


@pytest.mark.parametrize("page", ["", "/tout", "/dirigeants", "/note"])
def test_v7_a_siege_that_is_closed_is_never_given_as_an_address_alone(
    monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    fermer(monkeypatch, "A", f.lieu(SIREN, 2, code_commune="76351", **LE_HAVRE))
    affiche = texte(habilite("ccrf", ("76",)).client, f"/entreprise/{SIREN}{page}")
    # Before the address; after it in a row of the list of establishments, and on paper.
    for avant, apres in pairwise(affiche.split("EIFFEL")):
        autour = avant[-90:] + apres[:150]
        assert "fermé le 29/04/2026" in autour.lower(), (page, autour)
    assert ("LE HAVRE" in affiche) is (page != "/dirigeants")


def test_v7_the_open_establishments_are_given_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    fermer(monkeypatch, "A", *(f.lieu(SIREN, n, code_commune="76351", **LE_HAVRE) for n in range(2, 6)))
    qui = cartes().qui
    assert qui.ferme == "fermé le 29/04/2026"
    assert [s.siret for s in qui.ouverts] == [AUTRE, f.siret_no(SIREN, 3)]
    assert qui.autres_ouverts == 2
    assert "LE HAVRE" in " ".join(qui.ouverts[0].adresse)


def test_v7_a_siege_that_is_open_says_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    jeux.installer(monkeypatch, [])
    f.unites(f.unite(SIREN))
    f.lieux(f.lieu(SIREN, code_commune="76540", **ROUEN), f.lieu(SIREN, 2, code_commune="76351", **LE_HAVRE))
    assert (cartes().qui.ferme, cartes().qui.ouverts) == ("", ())
    assert cartes(SIRET).qui.ferme == ""


def test_v7_an_establishment_that_is_closed_says_so_beside_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    fermer(monkeypatch)
    assert cartes(SIRET).qui.ferme == "fermé le 29/04/2026"
    assert cartes(SIRET).qui.ouverts == ()
