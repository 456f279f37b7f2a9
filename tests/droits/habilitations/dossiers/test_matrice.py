"""The matrix of rights is what ``can`` answers, no more, no less, for oneself and for an approver."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from fce.droits.habilitations import matrice as matrices
from fce.droits.habilitations.acteurs import ANONYME
from fce.droits.habilitations.finalites import PROFILS, Droit
from fce.droits.habilitations.models import Dossier
from fce.droits.habilitations.politique import Raison
from fce.droits.habilitations.selectors import acteur_de
from fce.sources import registre
from tests.droits.comptes import fabrique as comptes
from tests.droits.habilitations.dossiers.fabrique import Scene
from tests.droits.habilitations.fabrique import MIDI, agent, habilitation


def test_it_has_every_source_and_every_right_with_a_reason() -> None:
    lignes = matrices.matrice(agent(habilitation()), registre.toutes(), MIDI)
    assert [ligne.source for ligne in lignes] == registre.toutes()
    assert all([case.droit for case in ligne.cases] == list(Droit) for ligne in lignes)
    assert all(case.raison for ligne in lignes for case in ligne.cases)


def test_nobody_reads_but_what_is_open() -> None:
    for ligne in matrices.matrice(ANONYME, registre.toutes(), MIDI):
        ouverte = ligne.source.acces.classe == "C0"
        assert [case.permis for case in ligne.cases] == [ouverte, ouverte, ouverte, False]
        assert ligne.cases[3].raison == Raison.CONNEXION_REQUISE.phrase
        assert ouverte or ligne.cases[0].raison == Raison.CONNEXION_REQUISE.phrase


def test_a_group_opens_its_sources_in_its_own_territory_for_its_rights() -> None:
    lignes = {x.source.nom: x for x in matrices.matrice(agent(habilitation()), registre.toutes(), MIDI)}
    cases = {case.droit: case for case in lignes["activite-partielle"].cases}
    assert cases[Droit.CONSULTER].permis
    assert "Contrôle de l'application du droit du travail" in cases[Droit.CONSULTER].raison
    assert cases[Droit.API].raison == Raison.DROIT_NON_ACCORDE.phrase
    assert lignes["dgfip-liasses"].cases[0].raison == Raison.HABILITATION_REQUISE.phrase


def test_a_second_factor_that_lacks_is_the_reason_said() -> None:
    lignes = matrices.matrice(agent(habilitation(), mfa=False), [registre.source("activite-partielle")], MIDI)
    assert lignes[0].cases[0].raison == Raison.SECOND_FACTEUR_REQUIS.phrase


def test_fields_that_stay_closed_in_a_source_that_is_open_are_named() -> None:
    (ligne,) = matrices.matrice(
        agent(habilitation(groupes=frozenset({"contacts"}))), [registre.source("sora-controles")], MIDI
    )
    assert ligne.cases[0].permis
    assert ligne.fermes
    assert set(ligne.fermes) <= {champ.libelle for champ in ligne.source.champs.values()}


@pytest.mark.parametrize(("reponse", "droit"), [("oui", ""), ("non", ""), ("oui", "api"), ("non", "consulter")])
def test_the_filter_keeps_what_it_says(reponse: str, droit: str) -> None:
    toutes = matrices.matrice(agent(habilitation()), registre.toutes(), MIDI)
    gardees = matrices.filtrer(toutes, reponse, droit)
    for ligne in toutes:
        voulue = any(c.permis is (reponse == "oui") for c in ligne.cases if droit in ("", c.droit))
        assert (ligne in gardees) is voulue
    assert matrices.filtrer(toutes, "peut-être", droit) == toutes


def test_the_page_shows_mine(dossier: Dossier, scene: Scene, membre: Client) -> None:
    page = membre.get("/droits").content.decode()
    assert f"Par l’habilitation n° {dossier.pk}, pour « Instruction et contrôle de l&#x27;activité partielle »" in page
    assert "Sur le territoire de vos habilitations : Nord (59)" in page
    lisibles = sum(
        ligne.cases[0].permis
        for ligne in matrices.matrice(acteur_de(scene.membre, mfa=True), registre.toutes(), timezone.now())
    )
    assert f"{lisibles} sources lisibles sur {len(registre.toutes())}" in page


def test_the_page_filters(scene: Scene, membre: Client) -> None:
    scene.validee()
    permises = membre.get("/droits?reponse=oui&droit=consulter").content.decode()
    refusees = membre.get("/droits?reponse=non&droit=consulter").content.decode()
    assert ("/sources/activite-partielle" in permises, "/sources/activite-partielle" in refusees) == (True, False)
    assert ("/sources/dgfip-liasses" in permises, "/sources/dgfip-liasses" in refusees) == (False, True)
    assert membre.get("/droits?droit=tout&reponse=x").status_code == 200


def test_a_filter_that_keeps_nothing_says_so(db: None) -> None:
    prestataire = comptes.compte(roles=[])
    client = comptes.client_de(prestataire)
    assert "Aucune source ne répond" in client.get("/droits?reponse=oui&droit=message").content.decode()


def test_without_any_habilitation_the_page_says_so(db: None) -> None:
    client = comptes.client_de(comptes.compte())
    assert "Aucune habilitation n’est en vigueur" in client.get("/droits").content.decode()


def test_an_approver_reads_those_of_any_agent_by_his_number(scene: Scene, approbateur: Client) -> None:
    scene.validee()
    numero = scene.membre.identifiant
    for ecrit in (numero, numero[1:]):
        assert approbateur.get(f"/droits?agent={ecrit}")["Location"] == f"/droits/{numero}"
    page = approbateur.get(f"/droits/{numero}").content.decode()
    assert f"Droits de {numero}" in page
    assert "Nord (59)" in page
    assert scene.membre.nom not in page
    for inconnu in ("c0", "x", "c" + "9" * 30, "c²", comptes.particulier().identifiant):
        assert approbateur.get(f"/droits/{inconnu}").status_code == 404


def test_nobody_else_does(scene: Scene, membre: Client, gestionnaire: Client) -> None:
    for client in (membre, gestionnaire):
        assert client.get(f"/droits/{scene.membre.identifiant}").status_code == 403
        assert client.get(f"/droits?agent={scene.approbateur.identifiant}").status_code == 200


@pytest.mark.parametrize("profil", PROFILS)
def test_each_ready_profile_opens_something_to_read(profil: str) -> None:
    from fce.droits.habilitations.finalites import FINALITES

    pret = PROFILS[profil]
    tenue = habilitation(
        groupes=pret.groupes, finalites=tuple(FINALITES[f] for f in pret.finalites), droits=pret.droits
    )
    lignes = matrices.matrice(agent(tenue), registre.toutes(), MIDI)
    assert any(x.cases[0].permis and x.source.acces.classe != "C0" for x in lignes)
