"""Links out: each one named here, with the site it leads to and the identifier it carries; none tells who is masked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from django.test import Client

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.formes.contenu import Cellule, EnValeurs
from fce.fiche.templatetags.fiche import cellule
from fce.sources import registre
from fce.sources.declaration import Source
from tests.donnees.entreprises import fabrique as f
from tests.kit.outils import exemple
from tests.kit.test_fiche import MIDI, lecteur, lire, parlante, peupler, unites as numeros
from tests.liens.pages import LienDePage, liens

# {(source, label): (address, its identifier apart; attribute of the row that gives it)}
NOMMES = {
    ("accords-entreprise", "Les accords de l'établissement sur Légifrance"): (
        r"https://www\.legifrance\.gouv\.fr/liste/acco\?siret=(\d{14})",
        "siret",
    ),
    ("accords-publies", "Texte sur Légifrance"): (r"https://www\.legifrance\.gouv\.fr/acco/id/(ACCOTEXT\d{12})", "id"),
    ("annuaire-education", "Fiche ONISEP"): (r"(https://www\.onisep\.fr/\S+)", "fiche_onisep"),
    ("bio", "Certificat"): (r"(https://\S+)", "adresse_certificat"),
    ("bodacc", "Annonce au Bodacc"): (r"(https://www\.bodacc\.fr/\S+)", "url"),
    ("egapro", "Les déclarations sur Egapro"): (
        r"https://egapro\.travail\.gouv\.fr/index-egapro/recherche\?query=(\d{9})",
        "siren",
    ),
    ("icpe-seveso", "Fiche de l'installation sur Géorisques"): (
        r"(https://www\.georisques\.gouv\.fr/\S+)",
        "adresse_georisques",
    ),
    ("idcc-etablissements", "La convention sur Légifrance"): (
        r"https://www\.legifrance\.gouv\.fr/liste/idcc\?idcc_suggest=(\d{4})",
        "idcc",
    ),
    **dict.fromkeys(
        (
            ("ratios-financiers", "Comptes annuels et actes déposés (INPI)"),
            ("ratios-consolides", "Comptes annuels et actes déposés (INPI)"),
            ("rne", "Actes et statuts déposés (INPI)"),
        ),
        (r"https://data\.inpi\.fr/entreprises/(\d{9})", "siren"),
    ),
    ("rge", "Certificat"): (r"(https://\S+)", "adresse_certificat"),
    ("rna", "Annonces au Journal officiel"): (
        r"https://www\.journal-officiel\.gouv\.fr/pages/associations-recherche/\?q=(W\w{9})",
        "id",
    ),
    ("rna", "Data.Subvention"): (r"https://app\.datasubvention\.beta\.gouv\.fr/association/(W\w{9})", "id"),
    ("rne", "Justificatif d'immatriculation au RNE"): (
        r"https://annuaire-entreprises\.data\.gouv\.fr/justificatif-immatriculation-pdf/(\d{9})",
        "siren",
    ),
}
AVEC_LIENS = [s for s in registre.toutes() if s.liens]
OUVERTES = [s for s in AVEC_LIENS if s.acces.classe == "C0"]
ANNUAIRE = "https://annuaire-entreprises.data.gouv.fr/"
AVIS = "https://api-avis-situation-sirene.insee.fr/identification/pdf/"
pytestmark = pytest.mark.django_db


def fiche(client: Client, numero: str) -> list[LienDePage]:
    """The links out of a sheet, the footer's apart."""
    html = client.get(f"{adresse(numero)}/tout").content.decode()
    return [lien for lien in liens(html.split('<footer class="fr-footer"')[0]) if lien.sort]


def adresse(numero: str) -> str:
    return f"/{'entreprise' if len(numero) == 9 else 'etablissement'}/{numero}"


def masquer(numero: str, source: Source, *, unite: str = "P", lieu: str = "P", **champs: Any) -> None:
    """The unit in partial diffusion, with the sample of ``source``."""
    siren = numero[:9]
    f.unites(f.unite(siren, statut_diffusion=unite, **champs))
    siege = f.lieu(siren, statut_diffusion=lieu)
    f.lieux(siege | ({"siret": numero, "nic": numero[9:]} if len(numero) == 14 else {}))
    f.charger(source.nom, exemple(source))


def test_each_declared_link_is_named_here() -> None:
    assert {(s.nom, lien.libelle) for s in AVEC_LIENS for lien in s.liens} == set(NOMMES)


@pytest.mark.parametrize("nom", NOMMES, ids=" : ".join)
def test_a_link_carries_the_identifier_of_its_row(nom: tuple[str, str]) -> None:
    source = registre.source(nom[0])
    lien = next(lien for lien in source.liens if lien.libelle == nom[1])
    motif, attribut = NOMMES[nom]
    donnes = [(lien.adresse(rang), rang[attribut]) for rang in exemple(source)]
    assert any(donnee for donnee, _ in donnes)
    for donnee, attendu in donnes:
        if donnee is None:
            continue
        trouve = re.fullmatch(motif, donnee)
        assert trouve, donnee
        assert trouve[1] == attendu


@pytest.mark.parametrize("source", OUVERTES, ids=lambda s: s.nom)
def test_a_link_opens_a_window_and_says_so(source: Source, client: Client) -> None:
    numero = parlante(source, LecteurDeDonnees(maintenant=MIDI))
    voulus = {libelle for nom, libelle in NOMMES if nom == source.nom}
    trouves = [lien for lien in fiche(client, numero) if lien.texte in voulus]
    for page in (fiche(client, numero), liens(client.get(f"{adresse(numero)}/{source.nom}").content.decode())):
        assert [faute for lien in page if lien.sort for faute in lien.fautes()] == []
    assert trouves or not any(lien.adresse(rang) for lien in source.liens for rang in _siens(source, numero))


def _siens(source: Source, numero: str) -> Iterator[dict[str, Any]]:
    return (r for r in exemple(source) if numero in (r.get("siren"), r.get("siret")))


@pytest.mark.parametrize(
    "chemin", ["/", "/recherche?q=x", "/sources", "/sources/bodacc", "/mentions-legales", "/stats", "/rien"]
)
def test_every_page_follows_the_same_rule(client: Client, chemin: str) -> None:
    sortants = [lien for lien in liens(client.get(chemin).content.decode()) if lien.sort]
    assert sortants
    assert [faute for lien in sortants for faute in lien.fautes()] == []


def test_the_directory_and_the_avis_de_situation_carry_the_number_of_the_sheet(client: Client) -> None:
    siren = f.siren_no(1)
    siege, autre = f.siret_no(siren), f.siret_no(siren, 2)
    f.unites(f.unite(siren))
    f.lieux(f.lieu(siren), f.lieu(siren, 2))
    # In the bar, and in the chapter that tells who it is.
    assert {lien.href for lien in fiche(client, siren)} == {f"{ANNUAIRE}entreprise/{siren}", f"{AVIS}{siege}"}
    assert {lien.href for lien in fiche(client, autre)} == {f"{ANNUAIRE}etablissement/{autre}", f"{AVIS}{autre}"}


@pytest.mark.parametrize("categorie", ["1000", "5710"])
@pytest.mark.parametrize("source", OUVERTES, ids=lambda s: s.nom)
def test_a_masked_unit_has_neither_avis_nor_link_that_names_it(source: Source, categorie: str, client: Client) -> None:
    numero = parlante(source, LecteurDeDonnees(maintenant=MIDI))
    masquer(numero, source, categorie_juridique=categorie)
    permis = {lien.libelle for lien in source.liens if not lien.identifie}
    for lien in fiche(client, numero):
        assert lien.href.startswith(ANNUAIRE) or lien.texte in permis
    # Nor by another way: addresses of the rows are masked in the list, the files and the API.
    adresses = {v for rang in exemple(source) for v in rang.values() if isinstance(v, str) and v.startswith("http")}
    for nom, texte in surfaces(client, numero, source.nom).items():
        assert not [a for a in adresses if a in texte], nom


def surfaces(client: Client, numero: str, nom: str) -> dict[str, str]:
    ici = adresse(numero)
    classeur = openpyxl.load_workbook(BytesIO(b"".join(client.get(f"{ici}/export.xlsx"))))
    return {
        "fiche": client.get(ici).content.decode(),
        "liste": client.get(f"{ici}/{nom}").content.decode(),
        "csv": b"".join(client.get(f"{ici}/{nom}.csv")).decode(),
        "api": client.get(f"/api/v1/{ici.split('/')[1]}s/{numero}").content.decode(),
        "classeur": "\n".join(str(c) for feuille in classeur for rang in feuille.values for c in rang),
    }


def test_only_the_masked_establishment_of_an_open_company_loses_its_links(client: Client) -> None:
    accords = registre.source("accords-publies")
    siren = f.siren_no(1)
    ouvert, masque = f.siret_no(siren), f.siret_no(siren, 2)
    f.unites(f.unite(siren))
    f.lieux(f.lieu(siren), f.lieu(siren, 2, statut_diffusion="P"))
    modele = exemple(accords)[0]
    rangs = [
        modele | {"siret": siret, "id": f"ACCOTEXT{n:012d}"} | ({"siren": siren} if "siren" in modele else {})
        for n, siret in enumerate((ouvert, masque), start=1)
    ]
    f.charger(accords.nom, rangs)
    page = client.get(f"/entreprise/{siren}/accords-publies").content.decode()
    page += client.get(f"/etablissement/{masque}/tout").content.decode()
    assert "ACCOTEXT000000000002" not in " ".join(lien.href for lien in liens(page))
    assert "acco/id/ACCOTEXT000000000001" in client.get(f"/etablissement/{ouvert}/tout").content.decode()


def test_the_buyer_of_a_contract_leads_to_its_own_sheet(client: Client) -> None:
    marches = registre.source("marches-publics")
    numero = parlante(marches, LecteurDeDonnees(maintenant=MIDI))
    acheteurs = {r["acheteur"] for r in _siens(marches, numero) if r["acheteur"]}
    vus = {lien.href for lien in liens(client.get(f"{adresse(numero)}/tout").content.decode())}
    assert acheteurs
    assert {f"/etablissement/{a}" for a in acheteurs} & vus


def test_the_email_of_the_control_unit_is_offered_only_to_whoever_has_the_right(client: Client) -> None:
    unites = registre.source("wikit-unites")
    numero = next(n for n in numeros(unites) if len(n) == 14)
    peupler(unites, numero, exemple(unites))
    contenu = lire(unites, numero, lecteur("travail")).contenu
    assert isinstance(contenu, EnValeurs)
    (courriel,) = (c for _, c in contenu.paires if isinstance(c, Cellule) and "@" in c.texte)
    assert courriel.lien == f"mailto:{courriel.texte}"
    assert f'href="mailto:{courriel.texte}"' in cellule(courriel)
    for texte in surfaces(client, numero, "wikit-unites").values():
        assert courriel.texte not in texte
    assert "mailto:" not in client.get(adresse(numero)).content.decode()
