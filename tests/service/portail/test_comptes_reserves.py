"""S13: how many rows a restricted data set has is said to whoever may read them all, and to nobody else.

One restricted data set of each class is in place with counts that nothing else says; every page and file of the
catalogue is read by each kind of reader.
"""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.utils import timezone

from fce.donnees.imports.models import Import, VersionEnPlace
from fce.socle.web.offres import offres
from fce.sources import registre
from tests.acces import acteurs
from tests.acces.acteurs import Joue

pytestmark = pytest.mark.django_db(transaction=True)

AGENTS, HABILITEE, SECRETE, OUVERTE = "dgddi-eori", "activite-partielle", "dgfip-liasses", "rge"
# {source: counts of its import in place, and of the file refused since}
COMPTES = {
    AGENTS: ("71 234", "71 235", "71 236", "71 237", "71 238"),
    HABILITEE: ("72 234", "72 235", "72 236", "72 237", "72 238"),
    SECRETE: ("73 234", "73 235", "73 236", "73 237", "73 238"),
    OUVERTE: ("74 234", "74 235", "74 236", "74 237", "74 238"),
}


@pytest.fixture(autouse=True)
def en_place() -> None:
    for nom, comptes in COMPTES.items():
        total, lues, chargees, ecartees, rejetees = (int(c.replace(" ", "")) for c in comptes)
        importation = Import.objects.create(
            source=nom, statut="en_place", fin=timezone.now(), total=total, lues=lues, chargees=chargees,
            ecartees=ecartees, rejets=[{"motif": "SIRET invalide", "colonne": "", "nombre": rejetees, "lignes": []}],
        )  # fmt: skip
        VersionEnPlace.objects.create(source=nom, en_place=importation)
        motif = f"Le fichier a {comptes[0]} lignes, trop peu."
        Import.objects.create(source=nom, statut="refuse", fin=timezone.now(), motifs=[motif])


def adresses() -> list[str]:
    pages = ["/", "/sources", "/sources?par=producteur", "/sources/schema", "/sources/catalogue.jsonld"]
    for nom in COMPTES:
        pages += [f"/sources/{nom}{suite}" for suite in ("", "/schema.json", "/donnees.schema.json")]
    return pages


def lus(client: Client) -> dict[str, set[str]]:
    """{source: its counts that this reader finds somewhere in the catalogue}."""
    texte = "\n".join(client.get(a, follow=True).content.decode() for a in adresses())
    texte = texte.replace("\u202f", " ").replace("\xa0", " ")
    return {nom: {c for c in comptes if c in texte or c.replace(" ", "") in texte} for nom, comptes in COMPTES.items()}


@pytest.mark.parametrize(
    ("joue", "voit"),
    [
        (acteurs.anonyme, set()),
        (acteurs.prestataire, set()),
        (acteurs.dirigeant, set()),
        (acteurs.agent_simple, {AGENTS}),
        (acteurs.mandataire("equipe"), {AGENTS}),
        (lambda: acteurs.habilite("inspection-travail", ("FR",)), {AGENTS, HABILITEE}),
        # The whole country is not his to count.
        (lambda: acteurs.habilite("inspection-travail", ("59",)), {AGENTS}),
        (lambda: acteurs.habilite("inspection-travail", ("FR",), mfa=False), {AGENTS}),
        (lambda: acteurs.habilite("dgfip", ("FR",)), {AGENTS, SECRETE}),
        (lambda: acteurs.habilite("dgfip", ("FR",), confirmee=False), {AGENTS}),
    ],
    ids=[
        *("anonyme", "prestataire", "dirigeant", "agent", "equipe", "inspection", "inspection-59", "sans-2fa"),
        *("dgfip", "dgfip-sans-confirmer"),
    ],
)
def test_s13_the_counts_of_a_restricted_set_are_for_whoever_may_read_all_of_it(joue: object, voit: set[str]) -> None:
    lecteur = joue()  # type: ignore[operator]
    assert isinstance(lecteur, Joue)
    vus = lus(lecteur.client)
    assert {nom for nom, comptes in vus.items() if comptes} == {OUVERTE} | voit
    for nom in (OUVERTE, *voit):
        # That in place, that read, loaded, set aside, its reasons: all of them.
        assert vus[nom] == set(COMPTES[nom]), nom


def test_s13_its_state_and_its_date_stay_public() -> None:
    html = Client().get(f"/sources/{SECRETE}").content.decode()
    assert "En échec" in html
    assert "réservé" in html
    assert "trop peu" not in html
    assert {s.nom for s in registre.toutes()} | {jeu.nom for jeu in offres().jeux} == {
        jeu["dct:identifier"] for jeu in json.loads(Client().get("/sources/catalogue.jsonld").content)["dcat:dataset"]
    }
