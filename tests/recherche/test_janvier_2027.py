"""The switch to the NAF 2025, rehearsed on invented files in INSEE's layouts: a stock, days of both kinds, a stock
published again in mid-month, a rollback. At each step the two nomenclatures answer, and are never added up."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from fce.donnees.contradictions import services as contradictions
from fce.donnees.contradictions.models import ContradictionRelevee
from fce.donnees.imports import services as imports
from fce.ensembles.rapprochement.contenu import LigneARapprocher
from fce.ensembles.rapprochement.selectors import rapprocher
from fce.ensembles.territoires import preparation
from fce.ensembles.territoires.models import LieuPrepare
from fce.recherche import services
from fce.socle.texte import paris
from fce.sources import registre
from tests.donnees.entreprises import fabrique as f
from tests.fiche.assemblage.test_ratios import COLONNES, compte
from tests.sources import fabrique

pytestmark = [pytest.mark.epreuve, pytest.mark.django_db(transaction=True)]

UNITES, LIEUX, FLUX = (
    registre.source(nom) for nom in ("sirene-unites-legales", "sirene-etablissements", "sirene-flux")
)
NOUVEAUX = {"10.71C": "10.71H", "62.01Z": "62.10Y"}
"""What INSEE says of each old code; a bakery out of four is elsewhere."""
EXCEPTIONS = {4: "10.72Y"}
ANCIENS = {1: "10.71C", 2: "10.71C", 3: "10.71C", 4: "10.71C", 5: "62.01Z", 6: "62.01Z", 7: "10.71C"}
FERMEE = 7
DECEMBRE = "2025-12-01"
"""The year before: a day that has not come dates nothing, and the rules are those of any year."""


def siren(n: int) -> str:
    return f.siren_no(n)


def nouveau(n: int) -> str:
    return EXCEPTIONS.get(n, NOUVEAUX[ANCIENS[n]])


def ligne(n: int, traite: str, *, de: str, code: str, naf25: str) -> dict[str, dict[str, Any]]:
    """A unit and its siège, by the suffix of their columns. ``de``: nomenclature of ``code``, as the file spells it."""
    ouverte = n != FERMEE
    commun = {"siren": siren(n), "siret": f.siret_no(siren(n), 1), "nic": f.siret_no(siren(n), 1)[9:]}
    sortie = {}
    for suffixe, propres in (
        ("UniteLegale", {
            "denominationUniteLegale": f"FOURNIL {n}", "nicSiegeUniteLegale": commun["nic"],
            "categorieJuridiqueUniteLegale": "5710",
        }),
        ("Etablissement", {
            "etablissementSiege": "true", "codeCommuneEtablissement": "59350", "codePostalEtablissement": "59000",
            "libelleCommuneEtablissement": "LILLE",
        }),
    ):  # fmt: skip
        sortie[suffixe] = {
            **commun, **propres, "dateDebut": "2020-01-01", f"statutDiffusion{suffixe}": "O",
            f"etatAdministratif{suffixe}": "A" if ouverte else "C" if suffixe == "UniteLegale" else "F",
            f"dateDernierTraitement{suffixe}": f"{traite}T08:00:00", f"activitePrincipale{suffixe}": code,
            f"nomenclatureActivitePrincipale{suffixe}": de, f"activitePrincipaleNAF25{suffixe}": naf25,
        }  # fmt: skip
    return sortie


def avant(n: int, traite: str = DECEMBRE) -> dict[str, dict[str, Any]]:
    return ligne(n, traite, de="NAFRev2", code=ANCIENS[n], naf25="" if n == FERMEE else nouveau(n))


def apres(n: int, de: str, traite: str = DECEMBRE, code: str = "") -> dict[str, dict[str, Any]]:
    """Once switched: the new code alone. INSEE does not say that the unit was treated again; a closed one is not."""
    if n == FERMEE:
        return ligne(n, traite, de="NAFRev2", code=ANCIENS[n], naf25="")
    return ligne(n, traite, de=de, code=code or nouveau(n), naf25="")


def stock(dossier: Path, nom: str, lignes: list[dict[str, dict[str, Any]]], *, sans_naf25: bool) -> None:
    """Both stock files in the official layout; once switched, without the temporary column."""
    for source, suffixe in ((UNITES, "UniteLegale"), (LIEUX, "Etablissement")):
        noms = [c for c in source.colonnes if not (sans_naf25 and "NAF25" in c)]
        texte = fabrique.texte_csv([[str(x[suffixe].get(c, "")) for c in noms] for x in lignes], noms, ",")
        imports.importer(source, [fabrique.ecrire(dossier, texte, f"{source.nom}-{nom}.csv")])


def jour(dossier: Path, nom: str, lignes: list[dict[str, dict[str, Any]]]) -> None:
    """The changes of a day as the API gives them: values of the period apart."""
    page: dict[str, list[dict[str, Any]]] = {}
    for source, suffixe, liste, periodes in (
        (UNITES, "UniteLegale", "unitesLegales", "periodesUniteLegale"),
        (LIEUX, "Etablissement", "etablissements", "periodesEtablissement"),
    ):
        fiches = []
        for x in lignes:
            valeurs = {k: v or None for k, v in x[suffixe].items()}
            fiche: dict[str, Any] = {c: None for c in source.colonnes if c != "unitePurgeeUniteLegale"} | valeurs
            fiche[periodes] = [{**valeurs, "dateFin": None}]
            fiches.append(fiche)
        page[liste] = fiches
    texte = "\n".join(json.dumps({"header": {"statut": 200}, k: v}) for k, v in page.items())
    imports.importer(FLUX, [fabrique.ecrire(dossier, texte, f"{nom}.json")])


class Lecture:
    """What each surface answers of the register in place."""

    def __init__(self) -> None:
        self.client = Client()
        services.indexer()

    def api(self, demande: str) -> dict[str, Any]:
        reponse = self.client.get(f"/api/v1/recherche?{demande}")
        assert reponse.status_code == 200, demande
        return dict(reponse.json())

    def total(self, demande: str) -> int:
        return int(self.api(demande)["total"])

    def html(self, adresse: str) -> str:
        reponse = self.client.get(adresse, follow=True)
        assert reponse.status_code == 200
        return str(reponse.content.decode()).replace("&#x27;", "'")

    def sections(self) -> dict[str, int]:
        facettes = self.api("q=fournil&facettes=naf")["facettes"]["naf"]
        return {x["code"]: x["nombre"] for x in facettes if len(x["code"].removeprefix("2025-")) == 1}

    def offertes(self) -> set[str]:
        return set(re.findall(r'name="naf"\s+value="([^"]+)"', self.html("/recherche?q=fournil&vue=entreprises")))

    def export(self, demande: str) -> dict[str, tuple[str, str, str]]:
        """{SIREN: (code, nomenclature, code of the NAF 2025)} of the csv file."""
        reponse = self.client.get(f"/recherche/export.csv?{demande}")
        texte = b"".join(reponse.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
        lus = csv.DictReader(io.StringIO(texte), delimiter=";")
        return {x["SIREN"].strip("'"): (x["Code NAF"], x["Nomenclature"], x["Code NAF 2025"]) for x in lus}

    def lieu_de_l_activite(self) -> str:
        """Where the words « boulangerie lille » lead."""
        reponse = self.client.get("/recherche?q=boulangerie+lille")
        trouve = re.search(r"naf=([^&]+)", reponse.headers.get("Location", ""))
        return trouve[1] if trouve else ""


def verifier_avant(lu: Lecture) -> None:
    assert lu.total("naf=10.71C") == 4
    assert lu.total("naf=10.71H") == 3
    assert lu.lieu_de_l_activite() == "10.71C"
    assert lu.offertes() == {"C", "J"}
    assert lu.sections() == {"C": 4, "J": 2, "2025-C": 4, "2025-K": 2}
    fiche = lu.api(f"q={siren(1)}")["resultats"][0]
    assert (fiche["activite"]["code"], fiche["nomenclature_activite"], fiche["activite_naf25"]["code"]) == (
        "10.71C",
        "NAFRev2",
        "10.71H",
    )
    page = lu.html(f"/entreprise/{siren(1)}/tout")
    assert "Activité principale (NAF rév. 2)" in page
    assert "Activité principale (NAF 2025)" in page
    assert "code principal des entreprises en activité est celui de la NAF rév. 2" in lu.html("/naf-2025")


def verifier_apres(lu: Lecture, *, rev2: int = 0) -> None:
    """``rev2``: active bakeries whose row, come from a day of the old kind, still bears both codes."""
    assert lu.total("naf=10.71H") == 3
    assert lu.total("naf=10.71C") == rev2
    assert lu.total("naf=10.71C&etat=cesse") == 1  # what is closed keeps its code
    assert lu.lieu_de_l_activite() == "10.71H"
    assert lu.offertes() == {"2025-C", "2025-K"}
    sections = lu.sections()
    assert (sections["2025-C"], sections["2025-K"]) == (4, 2)
    assert sections.get("C", 0) == rev2
    assert "J" not in sections
    assert lu.total("naf=J") == lu.total("naf=2025-J") == 0  # one letter, two trades
    assert lu.total("naf=2025-K") == 2
    if not rev2:
        ancienne = lu.api("naf=10.71C&commune=59350")
        dites = [x for x in ancienne["compris"]["elargissements"] if x["porte_sur"] == "nomenclature"]
        assert (dites[0]["libelle"], dites[0]["total"]) == ("en NAF 2025 : 10.71H, 75 % des unités", 3)
        assert lu.total(dites[0]["parametres"]) == 3
        html = lu.html("/recherche?naf=10.71C&commune=59350&vue=entreprises")
        assert "En NAF 2025 : 10.71H, 75 % des unités" in html
        assert "/naf-2025" in html
    fiche = lu.api(f"q={siren(2)}")["resultats"][0]
    assert (fiche["activite"]["code"], fiche["nomenclature_activite"]) == ("10.71H", "NAF25")
    assert fiche["activite_naf25"]["code"] == "10.71H"
    page = lu.html(f"/entreprise/{siren(2)}/tout")
    assert "Activité principale (NAF 2025)" in page
    assert "Activité principale (NAF rév. 2)" not in page
    toutes = lu.export("q=fournil&etat=tous&vue=entreprises")
    assert toutes[siren(2)] == ("10.71H", "NAF 2025", "10.71H")
    assert toutes[siren(FERMEE)] == ("10.71C", "NAF rév. 2", "")
    changement = lu.html("/naf-2025?code=10.71C")
    assert "Le changement est fait" in changement
    assert "NAF 2025 : 10.71H, 75 % des unités" in changement


@pytest.mark.parametrize("de", ["NAF25", "NAF2025", "NAFRev2025"])
def test_the_switch_of_january_2027_with_days_of_both_kinds_a_second_stock_and_a_rollback(
    tmp_path: Path, de: str
) -> None:
    stock(tmp_path, "decembre", [avant(n) for n in ANCIENS], sans_naf25=False)
    verifier_avant(Lecture())

    stock(tmp_path, "janvier", [apres(n, de) for n in ANCIENS], sans_naf25=True)
    verifier_apres(Lecture())

    # A day of the new kind, then one of the old kind that is really later; both layouts have the temporary column.
    jour(tmp_path, "jour-nouveau", [apres(2, de, "2026-01-04")])
    verifier_apres(Lecture())
    jour(tmp_path, "jour-ancien", [avant(1, "2026-01-05")])
    verifier_apres(Lecture(), rev2=1)
    # A day of before the switch that comes late undoes nothing: INSEE did not treat these units again since.
    jour(tmp_path, "jour-en-retard", [avant(n) for n in (3, 4, 5)])
    verifier_apres(Lecture(), rev2=1)

    # Published again in mid-month: the unit of the fifth is in it, with its new code; another one is corrected.
    encore = [apres(n, de, "2026-01-05" if n == 1 else "2026-01-04" if n == 2 else DECEMBRE) for n in ANCIENS]
    encore[5] = apres(6, de, "2026-01-15", code="62.20G")
    stock(tmp_path, "janvier-bis", encore, sans_naf25=True)
    lu = Lecture()
    assert lu.total("naf=62.20G") == 1
    verifier_apres(lu)

    # The correction was wrong: the stock goes back, and what the days had said is there again.
    for source in (UNITES, LIEUX):
        imports.revenir(source)
    lu = Lecture()
    assert lu.total("naf=62.20G") == 0
    verifier_apres(lu, rev2=1)


FROMAGERIE = 8
"""A cheese maker with people and no approval, for the rule that looks for one."""


def avec_la_fromagerie(lignes: list[dict[str, dict[str, Any]]], code: str, de: str, naf25: str) -> list[Any]:
    x = ligne(FROMAGERIE, DECEMBRE, de=de, code=code, naf25=naf25)
    x["Etablissement"] |= {"trancheEffectifsEtablissement": "12", "dateCreationEtablissement": "2020-01-01"}
    return [*lignes, x]


def places(dossier: Path) -> dict[str, object]:
    """What every place that compares the activity of a company answers of the register in place."""
    lu = Lecture()
    with (dossier / "ratios.csv").open("w", newline="") as flux:
        csv.writer(flux, delimiter=";").writerows([COLONNES, *(compte(siren(n), 10 * n) for n in ANCIENS)])
    imports.importer("ratios-financiers", [dossier / "ratios.csv"], forcer="essai")
    medianes = {x.siren for x in registre.source("ratios-financiers").modele.objects.all() if x.mediane_marge_ebe}
    f.charger("agrements-sanitaires", [{"siret": f.siret_no(siren(1), 1), "numero": "59.350.001"}])
    contradictions.compter(paris.aujourd_hui())
    preparation.preparer(paris.aujourd_hui())
    compatible = "/api/recherche-entreprises/search?etat_administratif=A&"

    def entreprises(demande: str) -> set[str]:
        reponse = lu.client.get(compatible + demande)
        assert reponse.status_code == 200, reponse.content
        return {x["siren"] for x in reponse.json()["results"]}

    section = lu.client.get(f"{compatible}q={siren(1)}").json()["results"][0]["section_activite_principale"]
    rapprochee = rapprocher([LigneARapprocher("FOURNIL 2", commune="Lille", naf="10.71C", siret_voulu=False)])[0]
    return {
        "medians": siren(1) in medianes and siren(5) not in medianes,
        "sheet": "Médiane du secteur" in lu.html(f"/entreprise/{siren(1)}/finances"),
        "contradiction": ContradictionRelevee.objects.filter(regle="sans-agrement-sanitaire").count(),
        "sheet of the contradiction": "agrément" in lu.html(f"/etablissement/{f.siret_no(siren(FROMAGERIE), 1)}"),
        "compatible, new code": entreprises("activite_principale=10.71H"),
        "compatible, old code": siren(2) in entreprises("activite_principale=10.71C"),
        "compatible, section": siren(1) in entreprises(f"section_activite_principale={section}"),
        "reconciled": (rapprochee.numero, "même activité" in rapprochee.pourquoi),
        "words": lu.total("q=boulangerie&commune=59350"),
        "territory": LieuPrepare.objects.exclude(section="").count(),
    }


@pytest.mark.parametrize("de", ["NAF25", "NAF2025", "NAFRev2025"])
def test_v30_every_place_that_compares_an_activity_answers_after_the_switch_as_before(tmp_path: Path, de: str) -> None:
    lignes = [avant(n) for n in ANCIENS]
    stock(tmp_path, "decembre", avec_la_fromagerie(lignes, "10.51C", "NAFRev2", "10.51H"), sans_naf25=False)
    auparavant = places(tmp_path)
    assert auparavant["contradiction"] == 1
    assert auparavant["medians"] is auparavant["compatible, old code"] is auparavant["compatible, section"] is True
    lignes = [apres(n, de) for n in ANCIENS]
    stock(tmp_path, "janvier", avec_la_fromagerie(lignes, "10.51H", de, ""), sans_naf25=True)
    assert places(tmp_path) == auparavant


def test_a_rollback_to_december_gives_back_the_old_nomenclature(tmp_path: Path) -> None:
    stock(tmp_path, "decembre", [avant(n) for n in ANCIENS], sans_naf25=False)
    stock(tmp_path, "janvier", [apres(n, "NAF25") for n in ANCIENS], sans_naf25=True)
    verifier_apres_sans_paires = Lecture()
    assert verifier_apres_sans_paires.total("naf=10.71H") == 3
    for source in (UNITES, LIEUX):
        imports.revenir(source)
    verifier_avant(Lecture())
