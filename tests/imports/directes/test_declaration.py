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
from tests.entreprises import fabrique as f
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


def test_une_source_a_un_fichier_une_reponse_directe_ou_les_deux() -> None:
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
def test_une_declaration_qui_se_contredit_est_refusee(direct: ApiEntreprise, faute: str) -> None:
    with pytest.raises(ImproperlyConfigured) as levee:
        declarer(direct)
    assert faute in str(levee.value)


def test_elle_nomme_l_unite_dont_elle_parle() -> None:
    with pytest.raises(ImproperlyConfigured, match="SIREN ou SIRET"):
        declarer(ApiEntreprise(CHEMIN, {"numero": "numero"}), modele=Sans)


def test_le_secret_fiscal_ne_se_conserve_pas() -> None:
    direct = ApiEntreprise(CHEMIN, {}, conservation=timedelta(minutes=1))
    with pytest.raises(ImproperlyConfigured, match="secret fiscal"):
        declarer(direct, acces=Secret("fiscal"))
    declarer(direct, acces=Secret("social"))


def test_t2_ce_que_masque_la_diffusion_partielle_n_est_ni_ouvert_ni_dans_un_fichier() -> None:
    direct = ApiEntreprise(CHEMIN, {}, diffusion_partielle=True)
    for options in ({}, {"acces": Agents(), "fichier": Csv()}):
        with pytest.raises(ImproperlyConfigured, match="ne se lit qu'en direct"):
            declarer(direct, **options)
    declarer(direct, acces=Agents())


def test_une_source_sans_fichier_refuse_tout_fichier(tmp_path: Path) -> None:
    fichier = tmp_path / "x.csv"
    fichier.write_text("siren,numero\n")
    with pytest.raises(ImportRefuse, match="en direct"):
        list(lire(registre.source("sirene-diffusion-partielle"), [fichier]))


def test_le_chemin_porte_le_numero_demande() -> None:
    siren, siret = f.siren_no(1), f.siret_no(f.siren_no(1))
    double = ApiEntreprise("/v4/insee/{siren}/siege", {}, chemin_etablissement="/v4/insee/etablissements/{siret}")
    assert double.chemin_de(siren) == f"/v4/insee/{siren}/siege"
    assert double.chemin_de(siret) == f"/v4/insee/etablissements/{siret}"
    assert double.fournisseur == "insee"
    with pytest.raises(ValueError):
        ApiEntreprise(CHEMIN, {}).chemin_de(siret)
