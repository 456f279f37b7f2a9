"""Adding to a list from a sheet, from search results, from an operation; without JavaScript."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from fce.droits.habilitations.models import Dossier
from fce.droits.journal.models import Consultation
from fce.ensembles.listes import views_origines
from fce.ensembles.listes.models import ListeDeTravail
from fce.fiche.groupe.selectors import lire_en_entier
from fce.socle.web.routes import Surface
from tests.acces import acteurs
from tests.donnees.entreprises import fabrique as f
from tests.echanges.operations import fabrique as o
from tests.ensembles.listes import fabrique as l
from tests.fiche.unites_directes import lecteur
from tests.recherche.univers import Univers, deux_villes

pytestmark = pytest.mark.django_db


@pytest.fixture
def univers() -> Univers:
    cree = deux_villes()
    cree.personne("SECRET", "ANNE", statut_diffusion="P")
    cree.indexer()
    return cree


def numeros(liste: ListeDeTravail) -> list[str]:
    return list(liste.lignes.values_list("numero", flat=True))


def test_a_sheet_is_added_to_the_last_list_in_one_gesture(unite: l.ServiceJoue) -> None:
    (siret,) = l.sirene(1)
    ancienne, liste = l.liste(unite), l.liste(unite, nom="Dernière")
    client, fiche = unite.client(finalite=None), f"/etablissement/{siret}"
    assert f"{fiche}/listes" in client.get(fiche).content.decode()
    page = client.get(f"{fiche}/listes").content.decode()
    (propose,) = re.findall(r'<option value="(\w{32})" selected>', page)
    assert propose == liste.reference
    fait = client.post(f"{fiche}/listes", {"liste": propose, "numero": siret})
    assert fait["Location"] == f"{fiche}?fait=lignes-ajoutees.1"
    assert (numeros(liste), numeros(ancienne)) == ([siret], [])
    assert client.get(f"/entreprise/{siret[:9]}1/listes").status_code == 404


def test_a_new_list_is_made_on_the_way(unite: l.ServiceJoue) -> None:
    (siret,) = l.sirene(1)
    client, page = unite.client(), f"/entreprise/{siret[:9]}/listes"
    oubli = client.post(page, {"liste": "", "nom": "", "pour": "moi"})
    assert oubli.status_code == 400
    assert "Donnez un nom à la nouvelle liste" in oubli.content.decode()
    client.post(page, {"liste": "", "nom": "Chantiers", "pour": str(unite.pk)})
    liste = ListeDeTravail.objects.get()
    assert (liste.nom, liste.service_id, numeros(liste)) == ("Chantiers", unite.pk, [siret[:9]])


def test_results_are_added_ticked_or_all(unite: l.ServiceJoue, univers: Univers) -> None:
    client, liste = unite.client(), l.liste(unite)
    alpha, beta, gamma = (u["siren"] for u in univers.unites[:3])
    assert "/listes/recherche?" in client.get("/recherche?commune=59350").content.decode()
    page = "/listes/recherche?commune=59350"
    proposes = re.findall(r'name="numero" value="(\d+)"', client.get(page).content.decode())
    assert sorted(proposes) == sorted([alpha, beta])
    dit = {"liste": liste.reference}
    fait = client.post(page, dit | {"numero": [alpha, gamma]})
    assert fait["Location"] == f"/listes/{liste.reference}?fait=lignes-ajoutees.1"
    assert numeros(liste) == [alpha]
    assert client.post(page, dit).status_code == 400
    client.post("/listes/recherche?commune=59350&taille=1", dit | {"quoi": "tout"})
    assert sorted(numeros(liste)) == sorted([alpha, beta])
    client.post("/listes/recherche?vue=etablissements&commune=69383", dit | {"quoi": "tout"})
    assert univers.lieux[2]["siret"] in numeros(liste)


def test_too_many_results_are_refused_and_what_was_ticked_stays(
    unite: l.ServiceJoue, univers: Univers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views_origines, "AJOUT_MAX", 1)
    liste = l.liste(unite)
    page = unite.client().post("/listes/recherche?commune=59350", {"liste": liste.reference, "quoi": "tout"})
    assert page.status_code == 400
    assert "s’ajoutent à la fois" in page.content.decode()
    assert numeros(liste) == []


def test_the_targets_of_an_operation_go_to_a_list_of_a_service_that_takes_part(unite: l.ServiceJoue) -> None:
    sirets, ailleurs = l.sirene(2), l.service("Brigade")
    operation = o.operation(unite, sirets=sirets)
    sienne, autre = l.liste(unite), l.liste(ailleurs, nom="Ailleurs")
    page, client = f"/listes/operation/{operation.reference}", unite.client()
    assert page in client.get(f"/operations/{operation.reference}").content.decode()
    client.post(page, {"liste": sienne.reference, "numero": sirets})
    assert sorted(numeros(sienne)) == sorted(sirets)
    assert client.post(page, {"liste": autre.reference, "numero": sirets}).status_code == 400
    assert ailleurs.client().get(page).status_code == 404
    assert "Ajouter ces cibles" not in unite.client(finalite=None).get(page).content.decode()


def groupe_du_fisc(*sirens: str) -> None:
    """The first company declares to the tax administration that it holds the others; all have a siège in Lille."""
    f.unites(*(f.unite(s, denomination=f"SOCIETE {s}") for s in sirens))
    f.lieux(*(f.lieu(s, code_commune="59350", etablissement_siege=True) for s in sirens))
    f.charger(
        "dgfip-liens-capitalistiques",
        [
            {
                "siren": sirens[0], "annee": 2025, "rang": rang, "sens": "filiale", "siren_lie": s, "pourcentage": 100,
                "type_personne": "personne_morale",
            }
            for rang, s in enumerate(sirens[1:], 1)
        ],
    )  # fmt: skip


def test_a_group_is_added_as_its_reader_sees_it_weighed_and_in_the_journal_then_gives_targets(
    unite: l.ServiceJoue, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    sirens = [f.siren_no(n) for n in (1, 2, 3)]
    groupe_du_fisc(*sirens)
    client, liste, page = unite.client(), l.liste(unite), f"/entreprise/{sirens[1]}/groupe/listes"
    assert "Ajouter le groupe à une liste" in client.get(f"/entreprise/{sirens[1]}").content.decode()
    # Without the secret, the company is alone: added at once.
    assert sirens[0] not in client.get(page).content.decode()
    fiscal = replace(lecteur("fiscal"), surface=Surface.LISTE)
    monkeypatch.setattr(views_origines, "lire_en_entier", lambda numero, _: lire_en_entier(numero, fiscal))
    assert sorted(re.findall(r'name="numero" value="(\d+)"', client.get(page).content.decode())) == sirens
    assert {c.numero for c in Consultation.objects.filter(sources=["dgfip-liens-capitalistiques"])} == set(sirens[:2])
    client.post(page, {"liste": liste.reference, "numero": sirens})
    assert sorted(numeros(liste)) == sirens
    cibles = client.get(f"/listes/{liste.reference}/operation/nouvelle").content.decode()
    assert all(f.siret_no(s) in cibles for s in sirens)
    settings.FCE_VOLUMES = "1/600"
    assert client.get(page).status_code == 429


def test_nobody_adds_to_a_list_that_is_not_his(unite: l.ServiceJoue) -> None:
    (siret,) = l.sirene(1)
    autre, page = l.liste(l.service("Brigade")), f"/entreprise/{siret[:9]}/listes"
    assert unite.client().post(page, {"liste": autre.reference}).status_code == 400
    assert autre.reference not in unite.client().get(page).content.decode()
    assert numeros(autre) == []


def test_who_may_keep_no_list_is_not_offered_to(unite: l.ServiceJoue, univers: Univers) -> None:
    siren = univers.unites[0]["siren"]
    Dossier.objects.filter(pk=unite.dossier.pk).update(groupes_de_donnees=["emploi"])
    for client in (unite.client(), acteurs.ACTEURS["anonyme"]().client, acteurs.ACTEURS["dirigeant"]().client):
        for page in (f"/entreprise/{siren}", "/recherche?commune=59350"):
            assert "à une liste" not in client.get(page).content.decode()
        assert client.get(f"/entreprise/{siren}/listes").status_code in (302, 401, 403)
