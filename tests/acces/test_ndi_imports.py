"""NDI-03 to NDI-05: what a new file changes – a status that masks, one that nobody knows, a file that lacks them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from fce.donnees.imports import services
from fce.donnees.imports.models import Import
from fce.recherche import services as index
from fce.socle.erreurs import ImportRefuse
from fce.sources import registre
from tests.acces import masquees
from tests.donnees.entreprises import fabrique as f
from tests.kit.outils import feuille, souple

pytestmark = pytest.mark.django_db(transaction=True)
UNITES, LIEUX = registre.source("sirene-unites-legales"), registre.source("sirene-etablissements")
SIREN, SIRET = "000099937", "00009993700013"
# Of the samples: the name of the person, the first name, the street, the shop name.
SECRETS = ("EXEMPLE", "FICTIVE", "PL FICTIVE", "COIFFURE IMAGINAIRE")
SURFACES = (
    *masquees.adresses(SIREN)[:3], f"/etablissement/{SIRET}", f"/etablissement/{SIRET}/chronologie",
    f"/entreprise/{SIREN}/rne-dirigeants", f"/entreprise/{SIREN}/rne-dirigeants.csv",
    f"/api/v1/entreprises/{SIREN}", f"/api/v1/etablissements/{SIRET}",
    "/recherche?q=coiffure+imaginaire", "/recherche?q=exemple", "/recherche?creation_min=1950-01-01",
    "/recherche/suggestions?q=fictiv", "/recherche/export.csv?creation_min=1950-01-01", "/api/v1/recherche?q=exemple",
    "/sources/sirene-unites-legales/donnees.csv", "/sources/sirene-etablissements/donnees.csv",
    "/sources/rne-dirigeants/donnees.csv",
)  # fmt: skip


def importer(dossier: Path, statut: Callable[[str], str] = str, garder: int | None = None) -> Import:
    """Bring the samples of Sirene in; ``statut``: what a status of a unité légale becomes."""
    if not Import.objects.filter(source=LIEUX.nom).exists():
        services.importer(LIEUX, [registre.exemple(LIEUX)])
    lue = feuille(UNITES)
    rang = lue.entete.index("statutDiffusionUniteLegale")
    for numero, ligne in enumerate(lue.rangs):
        if ligne[0] == SIREN:
            lue = lue.gater(numero, rang, statut(ligne[rang]))
    del lue.rangs[garder or len(lue.rangs) :]
    chemin = lue.ecrire(dossier / f"unites-{Import.objects.count()}.csv")
    return services.importer(souple(UNITES) if garder is None else UNITES, [chemin], date_metier=f.jour_des_fichiers())


def montrees() -> set[str]:
    """Surfaces that tell who the person is."""
    return {a for a in SURFACES if _dit(masquees.lire(Client(), a), a)}


def _dit(texte: str, adresse: str) -> bool:
    if ".csv" in adresse:
        texte = "\n".join(ligne for ligne in texte.splitlines() if SIREN in ligne)
    # A page repeats the words of its own search.
    cherche = adresse.upper().replace("+", " ").partition("?Q=")[2]
    return any(s in texte.upper() for s in SECRETS if not cherche or cherche not in s) and SIREN in texte


def test_ndi_05_masked_on_every_surface_after_one_import(tmp_path: Path) -> None:
    importer(tmp_path)
    f.charger("rne-dirigeants", [{"siren": SIREN, "rang": 1, "nom": "EXEMPLE", "prenoms": "FICTIVE"}])
    index.indexer(forcer=True)
    avant = montrees()
    assert len(avant) >= len(SURFACES) - 4, set(SURFACES) - avant
    importer(tmp_path, lambda _: "P")
    # Before the index is built again too: what it still finds is masked as it is read.
    assert montrees() == set()
    index.indexer(forcer=True)
    assert montrees() == set()


@pytest.mark.parametrize("statut", ["X", "", "o", "N", "diffusible"])
def test_ndi_03_an_unknown_status_masks_and_the_import_says_so(tmp_path: Path, statut: str) -> None:
    importer(tmp_path)
    faite = importer(tmp_path, lambda _: statut)
    assert faite.statut == Import.Statut.EN_PLACE
    assert any("Statut de diffusion" in a or "statutDiffusion" in a for a in faite.avertissements), faite.avertissements
    texte = masquees.lire(Client(), f"/entreprise/{SIREN}")
    assert "Personne masquée" in texte
    assert not any(s in texte for s in SECRETS)


def test_ndi_04_a_file_that_lacks_the_statuses_or_half_the_rows_leaves_the_good_one(tmp_path: Path) -> None:
    importer(tmp_path, lambda _: "P")
    lue = feuille(UNITES)
    rang = lue.entete.index("statutDiffusionUniteLegale")
    sans_statut = lue.colonnes(n for n in range(len(lue.entete)) if n != rang).ecrire(tmp_path / "sans.csv")
    vide = tmp_path / "vide.csv"
    vide.write_text("")
    for fichier in (sans_statut, vide):
        with pytest.raises(ImportRefuse):
            services.importer(UNITES, [fichier], date_metier=f.jour_des_fichiers())
    with pytest.raises(ImportRefuse) as refus:
        importer(tmp_path, lambda _: "O", garder=len(lue.rangs) // 2)
    assert refus.value.details["seuil"] == "baisse"
    assert "Personne masquée" in masquees.lire(Client(), f"/entreprise/{SIREN}")
    assert Import.objects.filter(source=UNITES.nom, statut=Import.Statut.REFUSE).count() == 3


def test_ndi_04_without_the_register_everyone_is_masked() -> None:
    siren = f.siren_no(1)
    f.lieux(f.lieu(siren, libelle_voie="RUE SECRETE", libelle_commune="LILLE", code_commune="59350"))
    f.charger("qualiopi", [{"siren": siren, "siret": f.siret_no(siren), "denomination": "DALVERCOURT IRENE"}])
    for adresse in masquees.adresses(siren):
        texte = masquees.lire(Client(), adresse)
        assert "SECRETE" not in texte
        assert "DALVERCOURT" not in texte
