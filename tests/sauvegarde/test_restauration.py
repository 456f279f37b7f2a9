"""Restores: into an empty place only, closed, with what was withdrawn since still withdrawn."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from fce.donnees.imports.depots import jetons as jetons_de_depot
from fce.donnees.imports.models import VersionEnPlace
from fce.droits.comptes import appartenances
from fce.droits.comptes.models import Appartenance, Compte, Mandat, Rattachement
from fce.droits.comptes.oidc.protocole import Identite
from fce.droits.comptes.services import connecter, desactiver, retirer_mandat
from fce.droits.habilitations import jetons
from fce.droits.habilitations.dossiers import services as dossiers
from fce.droits.habilitations.dossiers.etats import GesteDossier
from fce.droits.habilitations.erreurs import JetonRefuse
from fce.droits.habilitations.models import Dossier, JetonApi
from fce.droits.habilitations.selectors import habilitations_de
from fce.droits.journal.cloture import sceller
from fce.droits.journal.models import Consultation, Sceau
from fce.droits.journal.services import consigner
from fce.droits.journal.verification import verifier
from fce.echanges.pieces import depot
from fce.sauvegarde import chiffrement, outils, restauration, services
from fce.sauvegarde.erreurs import RestaurationRefusee
from fce.sauvegarde.retraits import ecriture, liste
from fce.service.portail.models import AbonnementNouvelles
from fce.service.portail.nouvelles import services as nouvelles
from fce.socle.base import versions
from fce.socle.base.restauration import EtatRestaure, exiger_ouverte_au_public
from fce.socle.erreurs import ServiceFerme, VersionRefusee
from fce.socle.texte import paris
from tests.donnees.entreprises.fabrique import siren_no, unite, unites
from tests.droits.comptes import fabrique
from tests.droits.habilitations.dossiers.fabrique import Scene
from tests.droits.habilitations.dossiers.fabrique import scene as faire_une_scene
from tests.droits.journal.fabrique import consultation, sans_garde

pytestmark = pytest.mark.django_db(transaction=True)
Machine = Callable[[], None]


def test_bak_06_what_was_withdrawn_after_the_backup_stays_withdrawn(
    cle: Path, machine_neuve: Machine, tmp_path: Path
) -> None:
    privee = chiffrement.identite(cle)
    unites(unite(siren_no(1)), unite(siren_no(2)))
    indexee = VersionEnPlace.objects.get(source="sirene-unites-legales").en_place.generation
    scene = faire_une_scene()
    tenue, revoquee = scene.validee(droits=("consulter", "api")), scene.validee()
    jeton, _ = jetons.creer(tenue, scene.membre, mfa=True, libelle="", jours=30)
    parti, ferme, abonne = fabrique.compte(), fabrique.compte(), fabrique.compte()
    lien = fabrique.appartenance(parti, scene.groupe)
    mandat = fabrique.mandat(parti, "equipe")
    nouvelles.modifier_abonnement(abonne, True)
    Rattachement.objects.create(compte=fabrique.particulier(), siren=siren_no(1), etat="valide")
    (piece := tmp_path / "piece").write_bytes(b"une piece")
    depot.ecrire(numero := uuid.uuid4(), piece)
    place, _ = services.sauvegarder(timezone.now())

    dossiers.decider(GesteDossier.REVOQUER, revoquee, scene.approbateur.identifiant, "Le besoin a pris fin.")
    jetons.revoquer(jeton, scene.gestionnaire.identifiant)
    desactiver(ferme, "operateur", "Parti.")
    retirer_mandat(mandat, "operateur")
    appartenances.finir(lien, "operateur", "Parti.")
    nouvelles.modifier_abonnement(abonne, False)
    Rattachement.objects.update(etat="termine", decide_le=timezone.now())
    ne_apres = fabrique.compte()
    unites(unite(siren_no(1), statut_diffusion="P"), unite(siren_no(2)))
    ecriture.ecrire(timezone.now())

    machine_neuve()
    rendue = restauration.restaurer(place, privee)
    assert rendue.etat is EtatRestaure.FERMEE
    assert rendue.retraits
    assert Dossier.objects.get(pk=revoquee.pk).etat == "revoque"
    assert Dossier.objects.get(pk=tenue.pk).etat == "valide"
    assert JetonApi.objects.get().revoque_le is not None
    assert Compte.objects.get(pk=ferme.pk).desactive_le is not None
    assert Mandat.objects.get(pk=mandat.pk).fin is not None
    assert Appartenance.objects.get(pk=lien.pk).fin is not None
    assert not AbonnementNouvelles.objects.exists()
    assert Rattachement.objects.get().etat == "termine"
    with connection.cursor() as curseur:
        curseur.execute("SELECT siren FROM sirene_unites_legales WHERE statut_diffusion = 'P'")
        assert curseur.fetchall() == [(siren_no(1),)]
    remise = VersionEnPlace.objects.get(source="sirene-unites-legales").en_place
    assert remise.generation != indexee
    assert remise.masquee_au == paris.aujourd_hui()
    with depot.ouvrir(numero) as flux:
        assert flux.read() == b"une piece"
    # A number given after the backup never names somebody else.
    assert fabrique.compte().pk > ne_apres.pk

    _ouvrir_apres_avoir_trie(scene, tenue, revoquee)


def _ouvrir_apres_avoir_trie(scene: Scene, tenue: Dossier, revoquee: Dossier) -> None:
    with pytest.raises(ServiceFerme, match="--ouvrir"):
        exiger_ouverte_au_public()
    assert habilitations_de(scene.membre) == ()
    with connection.cursor() as curseur:
        curseur.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', "
            "'envoyer_a_un_compte', '{}')"
        )
    with pytest.raises(RestaurationRefusee, match="courriels"):
        restauration.ouvrir()
    assert ("envoyer_a_un_compte", 1) in [(x.genre, x.combien) for x in restauration.en_attente()]
    assert dire("--jeter", "envoyer_a_un_compte").count("oublié") == 1
    assert "envoyer_a_un_compte :" not in dire("--garder")
    assert "ouverte à tous" in dire("--ouvrir")
    exiger_ouverte_au_public()
    assert [h.reference for h in habilitations_de(scene.membre)] == [tenue.reference, revoquee.reference]


def test_a_list_that_is_missing_or_cut_leaves_restricted_data_closed(
    cle: Path, machine_neuve: Machine, settings: Any
) -> None:
    ailleurs = Path(settings.FCE_RETRAITS)
    place, _ = services.sauvegarder(timezone.now())
    for _fois in range(2):
        desactiver(fabrique.compte(), "operateur", "Parti.")
        ecriture.ecrire(timezone.now())
    compte = fabrique.compte()
    partie = ailleurs / "retraits" / "0000000001.age"
    octets = partie.read_bytes()
    partie.unlink()
    machine_neuve()
    rendue = restauration.restaurer(place, chiffrement.identite(cle))
    assert not rendue.retraits
    assert any("pas entière" in phrase for phrase in rendue.recit)
    ouverte = restauration.ouvrir()
    assert ouverte.etat is EtatRestaure.PUBLIQUE
    exiger_ouverte_au_public()
    with pytest.raises(ServiceFerme, match="données réservées restent fermées"):
        connecter(_identite(compte))
    partie.write_bytes(octets)
    rejouee = restauration.rejouer_les_retraits(chiffrement.identite(cle), restauration.verification.verifier(place))
    assert rejouee.retraits
    assert restauration.ouvrir().etat is EtatRestaure.OUVERTE
    assert connecter(_identite(compte)).actif


def attendre_d_etre_seul() -> None:
    """A session that was closed takes a moment to end."""
    fin = time.monotonic() + 30
    with connection.cursor() as curseur:
        while time.monotonic() < fin:
            curseur.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            if not curseur.fetchone()[0]:
                return
            time.sleep(0.05)


def test_a_database_brought_back_to_an_instant_is_closed_and_replayed(cle: Path) -> None:
    """As pgBackRest leaves it: its rows are those of before, the list knows better."""
    compte = fabrique.compte()
    _, lu = services.sauvegarder(timezone.now())
    desactiver(compte, "operateur", "Parti.")
    ecriture.ecrire(timezone.now())
    Compte.objects.filter(pk=compte.pk).update(desactive_le=None)
    with psycopg.connect(make_conninfo(**outils.parametres())), pytest.raises(RestaurationRefusee, match="s’en sert"):
        restauration.rejouer_les_retraits(chiffrement.identite(cle), lu)
    attendre_d_etre_seul()
    rejouee = restauration.rejouer_les_retraits(chiffrement.identite(cle), lu)
    assert rejouee.etat is EtatRestaure.FERMEE
    assert not Compte.objects.get(pk=compte.pk).actif


def test_a_restore_over_a_live_service_is_refused(cle: Path, machine_neuve: Machine, settings: Any) -> None:
    privee = chiffrement.identite(cle)
    compte = fabrique.compte()
    place, _ = services.sauvegarder(timezone.now())
    with pytest.raises(RestaurationRefusee, match=r"pas vide|session"):
        restauration.restaurer(place, privee)
    assert Compte.objects.filter(pk=compte.pk).exists()
    machine_neuve()
    with (
        psycopg.connect(make_conninfo(**outils.parametres())),
        pytest.raises(RestaurationRefusee, match="session est ouverte"),
    ):
        restauration.restaurer(place, privee)
    (settings.FCE_DATA_DIR / "depots" / "x").mkdir(parents=True)
    with pytest.raises(RestaurationRefusee, match="depots n’est pas vide"):
        restauration.restaurer(place, privee)
    assert restauration.lire() is None


def test_what_is_closed_after_a_restore_is_closed_by_every_way_in(scene_fermee: Any) -> None:
    scene, secret, secret_de_depot = scene_fermee
    assert habilitations_de(scene.membre) == ()
    with pytest.raises(JetonRefuse):
        jetons.acteur_du_jeton(secret)
    with pytest.raises(ServiceFerme):
        jetons_de_depot.authentifier(secret_de_depot)
    with pytest.raises(ServiceFerme):
        connecter(_identite(scene.membre))


def test_the_chain_of_the_journal_resumes_from_the_seal_off_the_machine(cle: Path, settings: Any) -> None:
    """Replayed on the database itself, emptied of the seal: a restore does the same."""
    from fce.sauvegarde.retraits import rejeu

    perdu = sceller_un_jour(date(2026, 6, 1), dernier=3)
    ecriture.ecrire(timezone.now())
    oublier_les_sceaux()
    recit = rejeu.rejouer(0, chiffrement.identite(cle))
    remis = Sceau.objects.get()
    assert (remis.jour, remis.dernier, bytes(remis.sceau)) == (perdu.jour, 3, bytes(perdu.sceau))
    assert any("3 numéros n’ont plus leur ligne" in phrase for phrase in recit)
    assert not Consultation.objects.exists()
    with connection.cursor() as curseur:
        curseur.execute("SELECT nextval('journal.consultation_id_seq')")
        assert curseur.fetchone()[0] > 3


def test_o2_what_a_restore_lost_of_the_journal_is_recorded_and_the_verifier_is_content(
    cle: Path, machine_neuve: Machine
) -> None:
    """A day cut by the backup, a day lost whole, and the numbers skipped: told once, signed, then known."""
    maintenant = timezone.now()
    il_y_a_trois_jours, avant_hier, hier = (maintenant - timedelta(days=j) for j in (3, 2, 1))
    consigner([consultation()], il_y_a_trois_jours)
    sceller(avant_hier)
    consigner([consultation()], avant_hier)
    place, _ = services.sauvegarder(maintenant)
    consigner([consultation(agent="agent-2")], avant_hier)
    consigner([consultation()], hier)
    assert len(sceller(maintenant)) == 2
    consigner([consultation()], maintenant)
    ecriture.ecrire(maintenant)

    machine_neuve()
    rendue = restauration.restaurer(place, chiffrement.identite(cle))
    assert any("2 numéros n’ont plus leur ligne" in phrase for phrase in rendue.recit)
    assert verifier().ruptures == ()
    assert verifier().connues == 3
    restauration.garder()
    restauration.ouvrir()
    consigner([consultation()], maintenant)
    assert len(sceller(maintenant + timedelta(days=1))) == 1
    sans_garde("DELETE FROM journal.consultation WHERE id = 2")
    assert any("0 consultation au lieu de 2" in phrase for phrase in verifier().ruptures)


def test_o6_an_hour_is_told_with_its_zone_after_a_restore(cle: Path, machine_neuve: Machine) -> None:
    place, _ = services.sauvegarder(timezone.now())
    ecriture.ecrire(timezone.now())
    machine_neuve()
    rendue = restauration.restaurer(place, chiffrement.identite(cle))
    dites = [phrase for phrase in [dire("--etat").splitlines()[0], *rendue.recit] if re.search(r"\d\d:\d\d", phrase)]
    assert len(dites) == 3
    assert [phrase for phrase in dites if not re.search(r" à \d\d:\d\d \(heure de Paris\)", phrase)] == []


def test_days_sealed_again_before_the_list_came_back_are_named(cle: Path) -> None:
    """Their true seals are in the list, with rows; those of the database are of empty days."""
    from fce.sauvegarde.retraits import rejeu

    jours = (date(2026, 6, 1), date(2026, 6, 2))
    for jour in jours:
        sceller_un_jour(jour, dernier=3)
    ecriture.ecrire(timezone.now())
    oublier_les_sceaux()
    for jour in jours:
        sceller_un_jour(jour, dernier=0)
    recit = rejeu.rejouer(0, chiffrement.identite(cle))
    for dit in ("01/06/2026", "02/06/2026"):
        assert any(dit in phrase and "jusqu’à la n° 3" in phrase for phrase in recit)
    assert not any("aucun jour scellé n’est perdu" in phrase for phrase in recit)
    assert {sceau.dernier for sceau in Sceau.objects.all()} == {0}


def sceller_un_jour(jour: date, dernier: int) -> Sceau:
    sceau = Sceau(
        jour=jour, nombre=dernier, premier=1 if dernier else None, dernier=dernier, racine=b"r" * 32, precedent=b"",
        cle="cle", sceau=bytes([dernier]) * 32, pose=timezone.now(),
    )  # fmt: skip
    sceau.save(force_insert=True)
    return sceau


def oublier_les_sceaux() -> None:
    with connection.cursor() as curseur:
        curseur.execute(
            "SET session_replication_role = replica; DELETE FROM journal.sceau; RESET session_replication_role"
        )


@pytest.fixture
def scene_fermee(transactional_db: None) -> Any:
    """Somebody who had everything, in a database restored without its list."""
    scene = faire_une_scene()
    _, secret = jetons.creer(scene.validee(droits=("consulter", "api")), scene.membre, mfa=True, libelle="", jours=30)
    _, secret_de_depot = jetons_de_depot.creer("dgfip")
    with connection.cursor() as curseur:
        curseur.execute(
            "INSERT INTO sauvegarde.restauration (etat, nom, recit) VALUES ('publique', 'x', %s)", [json.dumps([])]
        )
    return scene, secret, secret_de_depot


def _identite(compte: Compte) -> Identite:
    return Identite(
        cle_fournisseur="proconnect", iss=compte.iss, sub=compte.sub, email=compte.courriel, prenom="", nom="",
        siret=compte.siret, organisation_label="", roles=(), idp_id="", acr="", amr=(), mfa=True, id_token="",
    )  # fmt: skip


def dire(*arguments: str) -> str:
    call_command("restaurer", *arguments, stdout=(sortie := StringIO()))
    return sortie.getvalue()


def test_the_list_is_sealed_by_the_service(cle: Path, settings: Any) -> None:
    ecriture.ecrire(timezone.now())
    settings.SECRET_KEY = "une autre clé"
    place = liste.ou()
    assert place is not None
    with pytest.raises(RestaurationRefusee, match="n’est pas scellée"):
        liste.lire_le_pointeur(place)


def test_a_list_that_left_lines_waiting_does_not_claim_to_say_everything(
    cle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ecriture, "PAQUET", 2)
    maintenant = timezone.now()
    with connection.cursor() as curseur:
        curseur.execute(
            "INSERT INTO sauvegarde.retrait (quand, objet, cle) SELECT %s::timestamptz - i * interval '1 hour', "
            "'comptes_compte', i::text FROM generate_series(3, 1, -1) i",
            [maintenant],
        )
    place = liste.ou()
    assert place is not None
    ecriture.ecrire(maintenant)
    assert liste.lire_le_pointeur(place).quand == f"{maintenant - timedelta(hours=2):%Y-%m-%dT%H:%M:%S+00:00}"
    ecriture.ecrire(maintenant)
    assert liste.lire_le_pointeur(place).quand == f"{maintenant:%Y-%m-%dT%H:%M:%S+00:00}"


def test_a_backup_of_two_releases_ago_is_refused_before_anything_is_restored(
    cle: Path, machine_neuve: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, lu = services.sauvegarder(timezone.now())
    livree = ".".join(lu.version.split(".")[:2])
    monkeypatch.setattr(versions, "VERSIONS", (livree, "98.1", "98.2"))
    machine_neuve()
    with pytest.raises(VersionRefusee, match=r"installez d’abord FCE 98\.1"):
        restauration.restaurer(place, chiffrement.identite(cle))
    assert restauration.lire() is None
