"""DILA: notices of the BODACC in their three forms, collective proceedings, agreements; XML that attacks is refused."""

import gzip
import io
import tarfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fce.demo import personnages
from fce.socle.erreurs import ImportRefuse
from fce.sources import registre
from fce.sources.catalogue.dila.accords_publies import lecture as accords
from fce.sources.catalogue.dila.accords_publies.regles import legifrance, nombre, publies
from fce.sources.catalogue.dila.bodacc import lecture as bodacc
from fce.sources.catalogue.dila.bodacc.regles import (
    APPEL,
    CLOTURE,
    LIQUIDATION,
    REDRESSEMENT,
    SAUVEGARDE,
    annonce,
    classer,
    en_vigueur,
    jour,
    procedure_en_cours,
    reparer,
)
from fce.sources.lecture.lecteur import lire
from tests.partage import partage

AUJOURDHUI = date(2026, 6, 1)
SIREN = personnages.CEDEE.siren
NUMERO = "bodacc/RCS-A_BXA20210005.xml"


def avis(identifiant: str, **valeurs: Any) -> dict[str, Any]:
    return {
        "id": identifiant,
        "type_avis": "annonce",
        "date_parution": date(2025, 1, 1),
        "procedure": None,
        "jugement_date": None,
        "jugement_nature": None,
        "tribunal": None,
        "avis_precedent": None,
        "url": None,
        **valeurs,
    }


def archive(chemin: Path, *membres: tuple[str, bytes]) -> Path:
    with chemin.open("wb") as flux, gzip.open(flux, "wb") as gz, tarfile.open(fileobj=gz, mode="w") as tar:
        for nom, contenu in membres:
            entree = tarfile.TarInfo(nom)
            entree.size = len(contenu)
            tar.addfile(entree, io.BytesIO(contenu))
    return chemin


def test_every_notice_of_the_real_issue_is_read() -> None:
    (lot,) = lire(registre.source("bodacc"), [partage(f"data/{NUMERO}")])
    assert (lot.recues, lot.rejets, lot.lignes.height) == (369, [], 369)
    familles = dict(lot.lignes["famille"].value_counts().iter_rows())
    assert familles == {"creation": 338, "immatriculation": 17, "vente": 14}
    assert lot.lignes["siren"].null_count() == lot.lignes["commercant"].null_count() == 0
    assert set(lot.lignes["date_parution"]) == {date(2021, 1, 8)}
    premiere = lot.lignes.row(0, named=True)
    assert (premiere["siren"], premiere["id"], str(premiere["acte_date"])) == ("892137381", "A202100055", "2020-12-30")


def test_the_archive_reads_as_the_document_in_it(tmp_path: Path) -> None:
    taz = archive(tmp_path / "RCS-A_BXA20210005.taz", ("RCS-A_BXA20210005.xml", partage(f"data/{NUMERO}").read_bytes()))
    assert list(bodacc.lire(taz)) == list(bodacc.lire(partage(f"data/{NUMERO}")))


def test_a_judgment_in_xml_reads_as_in_csv(tmp_path: Path) -> None:
    (chemin := tmp_path / "PCL.xml").write_text(
        "<PCL_REDIFF><parution>20230133</parution><dateParution>2023-07-12</dateParution><annonces><annonce>"
        "<typeAnnonce><creation/></typeAnnonce><numeroAnnonce>911</numeroAnnonce>"
        f"<numeroImmatriculation><numeroIdentificationRCS>{SIREN[:3]} {SIREN[3:]}</numeroIdentificationRCS>"
        "</numeroImmatriculation><jugement><famille>Jugement prononçant</famille><nature>Jugement prononçant la "
        "liquidation judiciaire</nature><date>30 juin 2023</date></jugement></annonce></annonces></PCL_REDIFF>"
    )
    ((_, ligne),) = bodacc.lire(chemin)
    lu = (ligne["siren"], ligne["id"], ligne["familleavis"], ligne["procedure"], ligne["jugement_date"])
    assert lu == (SIREN, "A20230133911", "collective", LIQUIDATION, "2023-06-30")


@pytest.mark.parametrize(
    ("nature", "attendu"),
    [
        ("Jugement d'ouverture d'une procédure de redressement judiciaire", REDRESSEMENT),
        ("Jugement prononçant la liquidation judiciaire", LIQUIDATION),
        ("Jugement prononçant la résolution du plan de redressement et la liquidation judiciaire", LIQUIDATION),
        ("Jugement de conversion en redressement judiciaire de la procédure de sauvegarde", REDRESSEMENT),
        ("Jugement d'ouverture d'une procédure de sauvegarde", SAUVEGARDE),
        ("Jugement de clôture pour insuffisance d'actif", CLOTURE),
        ("Jugement mettant fin à la procédure de redressement judiciaire", CLOTURE),
        ("Arrêt de la cour d'appel infirmant une décision soumise à publicité", APPEL),
        ("Dépôt de l'état des créances (liquidation judiciaire)", None),
        (None, None),
    ],
)
def test_a_judgment_says_where_it_leaves_the_company(nature: str | None, attendu: str | None) -> None:
    assert classer(None, nature, None) == attendu


def test_proceedings_are_told_until_they_are_closed() -> None:
    ouverture = avis("A1", procedure=REDRESSEMENT, jugement_date=date(2025, 2, 3), tribunal="Tribunal de Lille")
    suite = avis("A2", procedure=LIQUIDATION, jugement_date=date(2025, 9, 1), jugement_nature="Jugement prononçant")
    cloture = avis("A3", procedure=CLOTURE, jugement_date=date(2026, 1, 5))
    assert procedure_en_cours([], AUJOURDHUI) == []
    assert [f.phrase for f in procedure_en_cours([ouverture], AUJOURDHUI)] == [
        "Redressement judiciaire : jugement du 03/02/2025, Tribunal de Lille"
    ]
    assert [f.phrase for f in procedure_en_cours([suite, ouverture], AUJOURDHUI)] == [
        "Liquidation judiciaire : Jugement prononçant du 01/09/2025"
    ]
    assert procedure_en_cours([ouverture, cloture, suite], AUJOURDHUI) == []
    assert procedure_en_cours([avis("A0", procedure=SAUVEGARDE, jugement_date=date(2014, 1, 1))], AUJOURDHUI) == []


def test_a_cancelled_judgment_opens_nothing() -> None:
    ouverture = avis("A1", procedure=LIQUIDATION, jugement_date=date(2025, 2, 3))
    annulation = avis("A9", type_avis="annulation", avis_precedent="A1", procedure=LIQUIDATION)
    assert procedure_en_cours([ouverture, annulation], AUJOURDHUI) == []
    assert list(en_vigueur([ouverture, annulation], AUJOURDHUI)) == []
    rectificatif = avis("A2", type_avis="rectificatif", avis_precedent="A1")
    assert [x["id"] for x in en_vigueur([ouverture, rectificatif], AUJOURDHUI)] == ["A2"]


def test_texts_read_twice_are_put_right_and_dates_understood() -> None:
    assert reparer("Jugement de clÃ´ture") == "Jugement de clôture"
    assert reparer("Élan") == "Élan"
    assert [jour(x) for x in ("2022-11-15", "15/11/2022", "1er février 2022", "", None)] == [
        *("2022-11-15", "2022-11-15", "2022-02-01"),
        *(None, None),
    ]


def test_a_notice_leads_to_the_bodacc_and_nowhere_else() -> None:
    assert annonce(avis("A1", url="https://www.bodacc.fr/pages/x/?q.id=id:A1"))
    assert annonce(avis("A1", url="https://www.bodacc.fr.exemple/")) is None
    assert annonce(avis("A1")) is None


ENTITES = '<!DOCTYPE TEXTE_ACCO [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
EXTERNE = '<!DOCTYPE TEXTE_ACCO SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize("declaration", [ENTITES, EXTERNE])
@pytest.mark.parametrize("encodage", ["utf-8", "utf-16"])
@pytest.mark.parametrize("compresse", [False, True])
def test_a_document_type_is_refused_before_any_entity(
    tmp_path: Path, declaration: str, encodage: str, compresse: bool
) -> None:
    contenu = f"{declaration}<TEXTE_ACCO><META><X>x</X></META></TEXTE_ACCO>".encode(encodage)
    chemin = tmp_path / "x.xml"
    if compresse:
        archive(chemin, ("a.xml", contenu))
    else:
        chemin.write_bytes(contenu)
    with pytest.raises(ImportRefuse, match="DTD"):
        list(accords.lire(chemin))


@pytest.mark.parametrize(
    "contenu",
    [
        b"<AUTRE><META/></AUTRE>",
        b"<TEXTE_ACCO><META>",
        b"<TEXTE_ACCO><META></TEXTE_ACCO>",
        b"<TEXTE_ACCO>" + b"<a>" * 100 + b"</a>" * 100 + b"</TEXTE_ACCO>",
        b"<TEXTE_ACCO><META>" + b"x" * (5 << 20) + b"</META></TEXTE_ACCO>",
        b"\x1f\x8b\x08\x00pas une archive",
    ],
)
def test_what_is_not_such_a_document_is_refused(tmp_path: Path, contenu: bytes) -> None:
    (chemin := tmp_path / "x.xml").write_bytes(contenu)
    with pytest.raises(ImportRefuse):
        list(accords.lire(chemin))


def test_an_agreement_counts_once_however_many_themes_it_has_and_a_withdrawn_one_never() -> None:
    lignes: list[dict[str, Any]] = [
        {"date_fin": date(2999, 1, 1), "supprime": False, "date_texte": date(2026, 2, 1), "themes": "A ; B ; C"},
        {"date_fin": date(2028, 1, 1), "supprime": False, "date_texte": date(2026, 3, 1), "themes": "A"},
        {"date_fin": None, "supprime": True, "date_texte": None, "themes": None},
    ]
    assert nombre(lignes, AUJOURDHUI) == "2, le dernier du 01/03/2026"
    assert [x["date_fin"] for x in publies(lignes, AUJOURDHUI)] == [None, date(2028, 1, 1)]
    assert legifrance({"id": "ACCOTEXT999000000001"}) == "https://www.legifrance.gouv.fr/acco/id/ACCOTEXT999000000001"
    assert legifrance({"id": "../x"}) is None


def test_deletions_are_rows_and_office_documents_are_skipped(tmp_path: Path) -> None:
    liste = b"acco/global/ACCO/TEXT/00/ACCOTEXT000000000007.xml\nacco/global/bureautique//2026/01/12/T1-2.docx\n"
    chemin = archive(tmp_path / "a.tar.gz", ("x/liste_suppression_acco.dat", liste), ("x/a.docx", b"PK"))
    assert list(accords.lire(chemin)) == [(1, {"ID": "ACCOTEXT000000000007", "SUPPRIME": "true"})]
