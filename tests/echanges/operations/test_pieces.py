"""Attachments of operations: who deposits, reads and withdraws them, and the controls that apply."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from fce.droits.habilitations.models import Dossier
from fce.droits.journal.models import Consultation
from fce.echanges.erreurs import PieceRefusee
from fce.echanges.models import PieceJointe
from fce.echanges.operations import pieces, services
from fce.echanges.pieces import depot
from fce.socle.base import conservation
from tests.droits.comptes import fabrique as c
from tests.echanges.interactions import fabrique as e
from tests.echanges.operations.conftest import Salle
from tests.echanges.operations.fabrique import ServiceJoue
from tests.echanges.pieces import fabrique as p

pytestmark = pytest.mark.django_db


# Attachments.


@pytest.fixture
def depots(settings: Any, tmp_path: Path) -> Path:
    settings.FCE_DATA_DIR, settings.FCE_PIECES_DIR = tmp_path, tmp_path / "pieces"
    return tmp_path / "pieces"


def deposer(salle: Salle, de: ServiceJoue, *fichiers: SimpleUploadedFile, **autres: Any) -> Any:
    dit = {"service": de.pk, "pieces": list(fichiers), **autres}
    return de.client().post(f"/operations/{salle.reference}/pieces", dit)


def test_e13_a_file_is_deposited_listed_read_by_the_services_and_withdrawn_by_its_own(
    salle: Salle, depots: Path
) -> None:
    assert deposer(salle, salle.invite, e.image("plan.png"))["Location"].endswith("?fait=operation-pieces-jointes")
    piece = PieceJointe.objects.get()
    assert (piece.operation_id, piece.service_id, piece.nom) == (salle.pk, salle.invite.pk, "plan.png")
    for de in (salle.mene, salle.invite):
        client = de.client()
        assert "plan.png" in client.get(f"/operations/{salle.reference}").content.decode()
        lue: Any = client.get(f"/pieces/{piece.cle}")
        assert b"".join(lue) == depots.joinpath(str(piece.cle)[:2], str(piece.cle)).read_bytes()
        assert (lue.status_code, lue["Content-Disposition"]) == (200, 'attachment; filename="plan.png"')
        derniere = Consultation.objects.filter(agent=de.compte.identifiant).order_by("-pk")[0]
        assert (list(derniere.sources), derniere.classe) == (["echanges-operations"], "C3")
    inconnue = salle.tiers.client().get(f"/pieces/{piece.cle}")
    assert inconnue.status_code == 404
    # The other service of the operation does not withdraw it, the coordinator neither.
    retrait = f"/operations/{salle.reference}/pieces/{piece.cle}/retirer"
    assert f'action="{retrait}"' not in salle.mene.client().get(f"/operations/{salle.reference}").content.decode()
    assert salle.mene.client().post(retrait).status_code == 404
    assert salle.tiers.client().post(retrait).status_code == 404
    assert f'action="{retrait}"' in salle.invite.client().get(f"/operations/{salle.reference}").content.decode()
    assert salle.invite.client().post(retrait).status_code == 302
    assert not PieceJointe.objects.exists()
    assert salle.invite.client().get(f"/pieces/{piece.cle}").status_code == 404


def telecharger(de: ServiceJoue, piece: PieceJointe) -> int:
    """Status of a download, read to its end, so that its file is closed."""
    reponse: Any = de.client().get(f"/pieces/{piece.cle}")
    b"".join(reponse)
    return int(reponse.status_code)


@pytest.mark.parametrize(
    ("fichiers", "phrase"),
    [
        ([], "Choisissez un fichier à joindre."),
        ([SimpleUploadedFile("plan.pdf", b"<html>")], "n’est pas celui que dit"),
        ([SimpleUploadedFile("plan.exe", b"MZ")], "genre accepté"),
        ([SimpleUploadedFile("calcul.xlsx", p.xlsx('=WEBSERVICE("https://ailleurs.example/")'))], "suspecte"),
        ([e.image(f"{n}.png") for n in range(6)], "5 fichiers au plus"),
    ],
)
@pytest.mark.usefixtures("depots")
def test_e13_the_controls_of_a_contact_s_attachments_apply(
    salle: Salle, fichiers: list[SimpleUploadedFile], phrase: str
) -> None:
    refus = deposer(salle, salle.invite, *fichiers)
    assert refus.status_code == 400
    assert phrase in refus.content.decode()
    assert re.search(r'<input(?=[^>]*name="pieces")[^>]*autofocus', refus.content.decode())
    assert not PieceJointe.objects.exists()


@pytest.mark.usefixtures("depots")
def test_e13_without_an_antivirus_in_production_the_field_is_closed_and_says_so(salle: Salle, settings: Any) -> None:
    settings.PRODUCTION = True
    assert (
        "aucun antivirus n’y est réglé" in salle.invite.client().get(f"/operations/{salle.reference}").content.decode()
    )
    assert deposer(salle, salle.invite, e.image()).status_code == 400
    assert not PieceJointe.objects.exists()


def test_e13_each_service_has_its_twenty_and_nothing_is_left_on_disk_after_a_refusal(
    salle: Salle, depots: Path
) -> None:
    for n in range(4):
        assert deposer(salle, salle.invite, *(e.image(f"{n}-{i}.png") for i in range(5))).status_code == 302
    refus = deposer(salle, salle.invite, e.image())
    assert refus.status_code == 400
    assert "20 pièces sont jointes au plus" in refus.content.decode()
    assert deposer(salle, salle.mene, e.image()).status_code == 302
    assert len([f for f in depots.rglob("*") if f.is_file()]) == 21


@pytest.mark.usefixtures("depots")
def test_e13_who_may_not_write_deposits_nothing(salle: Salle) -> None:
    assert deposer(salle, salle.tiers, e.image()).status_code == 404
    assert deposer(salle, salle.invite, e.image(), service=salle.mene.pk).status_code == 400
    Dossier.objects.filter(pk=salle.invite.dossier.pk).update(droits=["consulter"])
    assert deposer(salle, salle.invite, e.image()).status_code == 403
    services.annuler(salle.mene.lecteur(), salle.pk, 1)
    assert deposer(salle, salle.mene, e.image()).status_code == 409
    assert not PieceJointe.objects.exists()
    with pytest.raises(PieceRefusee):
        pieces.joindre(salle.mene.lecteur(), salle.pk, salle.mene.pk, [])


@pytest.mark.usefixtures("depots")
def test_e13_a_removed_service_keeps_its_own_attachments_and_not_the_others(salle: Salle) -> None:
    deposer(salle, salle.invite, e.image("sienne.png"))
    deposer(salle, salle.mene, e.image("du-meneur.png"))
    services.retirer_service(salle.mene.lecteur(), salle.pk, salle.invite.pk)
    sienne, autre = (PieceJointe.objects.get(nom=nom) for nom in ("sienne.png", "du-meneur.png"))
    client = salle.invite.client()
    page = client.get(f"/operations/{salle.reference}").content.decode()
    assert "sienne.png" in page
    assert "du-meneur.png" not in page
    assert telecharger(salle.invite, sienne) == telecharger(salle.mene, sienne) == 200
    assert telecharger(salle.invite, autre) == 404


@pytest.mark.usefixtures("depots")
def test_e13_attachments_are_erased_with_the_operation(salle: Salle) -> None:
    deposer(salle, salle.invite, e.image())
    services.annuler(salle.mene.lecteur(), salle.pk, 1)
    conservation.purger(timezone.now() + timedelta(days=3 * 365 + 1))
    assert not PieceJointe.objects.exists()
    assert len(list(depot.parcourir())) == 1  # until the night, as the bytes of any attachment


def test_e13_two_services_of_one_agent_deposit_each_in_its_name(salle: Salle, depots: Path) -> None:
    c.appartenance(salle.invite.compte, salle.mene.groupe)
    page = salle.invite.client().get(f"/operations/{salle.reference}").content.decode()
    assert 'id="id_pieces_service"' in page
    assert deposer(salle, salle.invite, e.image(), service=salle.mene.pk).status_code == 302
    assert PieceJointe.objects.get().service_id == salle.mene.pk
