"""A declaration of live answers that contradicts itself is refused at loading; one without a file imports none."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from fce.socle.erreurs import ImportRefuse
from fce.sources import champs, registre
from fce.sources.declaration import Agents, Csv, Fait, Frequence, Public, Secret, Source
from fce.sources.direct import ApiEntreprise
from fce.sources.lecture.lecteur import lire
from tests.donnees.entreprises import fabrique as f
from tests.fiche.jeux import OFFICE


class Facture(Fait):
    """Any fact."""

    siren = champs.Siren("SIREN", "siren", obligatoire=True)
    numero = champs.Code("Numéro", "numero")


class Sans(Fait):
    """A fact that names no unit."""

    numero = champs.Code("Numéro", "numero")


CHEMIN = "/v3/office/unites_legales/{siren}/factures"


def declarer(direct: ApiEntreprise | None = None, modele: type[Fait] = Facture, **options: Any) -> Source:
    return Source(
        "factures-inventees",
        modele,
        **{
            "titre": "Factures",
            "producteur": OFFICE,
            "systeme": "Essai",
            "acces": Public(),
            "frequence": Frequence.QUOTIDIENNE,
            "cle": ("numero",),
            "direct": direct,
            **options,
        },
    )


def test_a_source_has_a_file_a_direct_answer_or_both() -> None:
    direct = ApiEntreprise(CHEMIN, {"numero": "numero"})
    assert not declarer(direct).importable
    assert declarer(direct, fichier=Csv()).importable
    with pytest.raises(ImproperlyConfigured, match="ni fichier ni réponse directe"):
        declarer()


@pytest.mark.parametrize(
    ("direct", "faute"),
    [
        (ApiEntreprise("office/{siren}", {}), "n'est pas de la forme"),
        (ApiEntreprise("/v3/office/{siren}/{mois}", {}), "n'est pas de la forme"),
        (ApiEntreprise("/v3/office/factures", {}), "ni {siren} ni {siret}"),
        (ApiEntreprise("/v3/office/{siren}/{annee}", {}), "{annee} et la liste des années"),
        (ApiEntreprise(CHEMIN, {}, annees=(1,)), "{annee} et la liste des années"),
        (ApiEntreprise(CHEMIN, {"montant": "x"}), "« montant »"),
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(direct: ApiEntreprise, faute: str) -> None:
    with pytest.raises(ImproperlyConfigured) as levee:
        declarer(direct)
    assert faute in str(levee.value)


def test_a_declaration_names_the_unit_it_speaks_of() -> None:
    with pytest.raises(ImproperlyConfigured, match="SIREN ou SIRET"):
        declarer(ApiEntreprise(CHEMIN, {"numero": "numero"}), modele=Sans)


def test_fiscal_secrecy_is_not_kept() -> None:
    direct = ApiEntreprise(CHEMIN, {}, conservation=timedelta(minutes=1))
    with pytest.raises(ImproperlyConfigured, match="secret fiscal"):
        declarer(direct, acces=Secret("fiscal"))
    declarer(direct, acces=Secret("social"))


def test_t2_what_partial_diffusion_masks_is_neither_open_nor_in_a_file() -> None:
    direct = ApiEntreprise(CHEMIN, {}, diffusion_partielle=True)
    for options in ({}, {"acces": Agents(), "fichier": Csv()}):
        with pytest.raises(ImproperlyConfigured, match="ne se lit qu'en direct"):
            declarer(direct, **options)
    declarer(direct, acces=Agents())


def test_a_source_without_a_file_refuses_every_file(tmp_path: Path) -> None:
    fichier = tmp_path / "x.csv"
    fichier.write_text("siren,numero\n")
    with pytest.raises(ImportRefuse, match="en direct"):
        list(lire(registre.source("sirene-diffusion-partielle"), [fichier]))


def test_the_path_carries_the_number_asked_for() -> None:
    siren, siret = f.siren_no(1), f.siret_no(f.siren_no(1))
    double = ApiEntreprise("/v4/insee/{siren}/siege", {}, chemin_etablissement="/v4/insee/etablissements/{siret}")
    assert double.chemin_de(siren) == f"/v4/insee/{siren}/siege"
    assert double.chemin_de(siret) == f"/v4/insee/etablissements/{siret}"
    assert double.fournisseur == "insee"
    with pytest.raises(ValueError):
        ApiEntreprise(CHEMIN, {}).chemin_de(siret)
