"""Each figure of the sheets of thirty companies is that of the input files, read without the product.

The files are those of the demonstration, imported by the command line; the pages are rendered by ``rendu.py`` in a
process of its own, as an agent with every right sees them. Nothing here imports the product: the rules that choose and
add up rows are written a second time, on texts.
"""

import ast
import contextlib
import copy
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.consistance.fichiers import Fichiers
from tests.consistance.page import Page, lire
from tests.consistance.territoire import NATIONAL, TITRES, Territoire
from tests.consistance.valeurs import chiffree
from tests.consistance.verification import Verification
from tests.demonstration import copier
from tests.dossiers import TEMPORAIRES

ICI = Path(__file__).parent
FCE = Path(sys.executable).with_name("fce")
GROUPE, RESEAU, HOLDING, MASQUE = "000001008", "000001016", "000001271", "000001057"
A_ESSAYER = (
    GROUPE, "000001131", "000001461", "000001073", "000001040", "000001388", "000001446", RESEAU, HOLDING, "000001164",
)  # fmt: skip
"""The companies that the demonstration shows: everything, PSE, proceedings, association, commune, hospital…"""


LIGNES_COMPAREES = 3_000
"""Each row of an export is looked for among all those of the file: longer ones are left to their first page."""


@dataclass
class Site:
    """A data folder filled by ``fce demo``, and who renders its pages."""

    dossier: Path
    fichiers: Fichiers
    rendu: "subprocess.Popen[str]"
    lues: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)

    def pages(self, sirens: list[str]) -> dict[str, Page]:
        """Sheets, parsed."""
        return {siren: lire(html) for siren, html in self.html(sirens).items()}

    def html(self, sirens: list[str], *options: str) -> dict[str, str]:
        """Sheets as an agent with every right gets them; asked for once."""
        if (*sirens, *options) not in self.lues:
            self.lues[*sirens, *options] = self._rendues(sirens, *options)
        return self.lues[*sirens, *options]

    def _rendues(self, sirens: list[str], *options: str) -> dict[str, str]:
        demande, reponse = self.rendu.stdin, self.rendu.stdout
        assert demande is not None
        assert reponse is not None
        demande.write(" ".join([*sirens, *options]) + "\n")
        demande.flush()
        # Nothing when it ended instead: its error is on that of the tests.
        lues: dict[str, str] = json.loads(reponse.readline())
        return lues

    def verification(self, territoire: Territoire = NATIONAL) -> Verification:
        return Verification(self.fichiers, datetime.now(ZoneInfo("Europe/Paris")).date(), territoire)

    def fautes(self, sirens: list[str], territoire: Territoire) -> tuple[list[str], Verification]:
        """Every difference between the files and what an agent of a territory reads: pages, csv, workbooks, API."""
        verification = self.verification(territoire)
        options = ["--csv", "--fichiers", f"--territoire={','.join(sorted(territoire.departements)) or 'FR'}"]
        fautes = []
        for nom, texte in self.html(sirens, *options).items():
            siren, _, quoi = nom.partition("/")
            if not quoi:
                fautes += verification.fautes(siren, lire(texte))
            elif quoi == "classeur":
                fautes += verification.classeur(siren, json.loads(texte))
            elif quoi == "api":
                fautes += verification.api(siren, json.loads(texte))
            elif texte.count("\n") <= LIGNES_COMPAREES:
                fautes += verification.export(siren, quoi, texte)
        return fautes, verification


def _environnement(dossier: Path) -> dict[str, str]:
    herite = {nom: v for nom, v in os.environ.items() if nom not in ("FCE_ROLE", "DATABASE_URL")}
    return herite | {"FCE_DATA_DIR": str(dossier), "FCE_ENV": "developpement"}


@contextlib.contextmanager
def _site(dossier: Path) -> Iterator[Site]:
    """The folder of a demonstration, its database up."""
    with subprocess.Popen(
        [sys.executable, str(ICI / "rendu.py")],
        env=_environnement(dossier), cwd=ICI.parents[1], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as rendu:  # fmt: skip
        yield Site(dossier, Fichiers(dossier / "demo"), rendu)


@pytest.fixture(scope="module")
def entier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The whole demonstration."""
    dossier = tmp_path_factory.mktemp("entier")
    fini = subprocess.run(
        [FCE, "demo", "--entreprises", "5000"],
        env=_environnement(dossier),
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert fini.returncode == 0, fini.stderr
    with _site(dossier) as site:
        yield site


@pytest.fixture(scope="module")
def petit() -> Iterator[Site]:
    dossier = TEMPORAIRES / f"fce-chiffres-{os.getpid()}"
    dossier.mkdir()
    copier(dossier)
    with _site(dossier) as site:
        yield site
    shutil.rmtree(dossier)


def test_no_data_set_is_empty_after_the_demonstration(petit: Site) -> None:
    fini = subprocess.run(
        [FCE, "sources", "--json"], env=_environnement(petit.dossier), capture_output=True, text=True, timeout=60
    )
    sources = json.loads(fini.stdout)
    assert len(sources) >= 69
    # A live source has no file: it answers through the sheet.
    assert [s["source"] for s in sources if not s["lignes"] and not s["directe"]] == []


def test_any_figure_altered_on_the_page_is_seen(petit: Site) -> None:
    """The proof that the check checks: in each bloc of the sheet where everything is, one figure is changed."""
    (page,) = petit.pages([GROUPE]).values()
    assert petit.verification().fautes(GROUPE, page) == []
    manquees = []
    for rang, bloc in enumerate(page.blocs):
        fausse = copy.deepcopy(page)
        if _alterer(fausse, rang) and not petit.verification().fautes(GROUPE, fausse):
            manquees.append(bloc.titre)
    assert manquees == []
    for rang, (titre, texte) in enumerate(page.tuiles):
        fausse = copy.deepcopy(page)
        fausse.tuiles[rang] = (titre, _autre(texte))
        if chiffree(re.split(r" au |, date de la donnée inconnue", texte)[0]):
            assert petit.verification().fautes(GROUPE, fausse), titre


def test_names_of_masked_persons_that_other_registers_know_are_not_on_their_sheets(petit: Site) -> None:
    """INPI and the BODACC give them; not even an agent with every right reads them here."""
    connus: dict[str, set[str]] = {}
    for formalite in json.loads((petit.dossier / "demo" / "rne.json").read_text(encoding="utf-8")):
        personne = formalite["formality"]["content"].get("personnePhysique")
        if personne and formalite["formality"]["diffusionINSEE"] == "N":
            description = personne["identite"]["entrepreneur"]["descriptionPersonne"]
            connus[formalite["siren"]] = {description["nom"], description.get("nomUsage") or description["nom"]}
    assert "LORBUVARD" in connus[MASQUE]
    sirens = [MASQUE, *sorted(set(connus) - {MASQUE})[:14]]
    for siren, html in petit.html(sirens).items():
        assert not [nom for nom in connus[siren] if nom in html.upper()]


def _alterer(page: Page, rang: int) -> bool:
    """Change the last figure of the first row of a bloc; False when it has none."""
    bloc = page.blocs[rang]
    for table in bloc.tables[-1:]:
        for numero, cellule in reversed(list(enumerate(table.lignes[0]))):
            if chiffree(cellule):
                table.lignes[0][numero] = _autre(cellule)
                return True
    for numero, (titre, valeur) in enumerate(bloc.paires):
        if chiffree(valeur):
            bloc.paires[numero] = (titre, _autre(valeur))
            return True
    return False


def _autre(texte: str) -> str:
    """The same text, its first digit replaced by another one."""
    place = next((i for i, c in enumerate(texte) if c.isdigit()), None)
    if place is None:
        return texte
    return texte[:place] + str((int(texte[place]) + 3) % 10) + texte[place + 1 :]


NORD = Territoire("Nord (59)", frozenset({"59"}))
AUTRES = {
    "13": "Bouches-du-Rhône", "29": "Finistère", "31": "Haute-Garonne", "33": "Gironde", "34": "Hérault",
    "44": "Loire-Atlantique", "67": "Bas-Rhin", "69": "Rhône", "76": "Seine-Maritime", "92": "Hauts-de-Seine",
}  # fmt: skip
REGION = Territoire("Hauts-de-France", frozenset({"02", "59", "60", "62", "80"}))


def test_t1_a_scope_that_is_not_said_or_a_part_given_for_the_whole_is_seen(petit: Site) -> None:
    """The proof that the check checks."""
    (html,) = petit.html([GROUPE], "--territoire=59").values()
    assert petit.verification(NORD).fautes(GROUPE, lire(html)) == []
    fausses = [
        re.sub(r'<p class="fce-perimetre[^>]*>Votre territoire seulement[^<]*</p>', "", html, count=1),
        html.replace("toute l'entreprise, dont", "dont").replace("toute l&#x27;entreprise, dont", "dont"),
        html.replace("Toute l&#x27;entreprise, dont votre territoire", "Votre territoire seulement"),
        html.replace('<th scope="row">Toute l&#x27;entreprise</th>', '<th scope="row">Total</th>'),
    ]
    for rang, fausse in enumerate(fausses):
        assert fausse != html, rang
        assert petit.verification(NORD).fautes(GROUPE, lire(fausse)), rang
    partie = petit.verification(NORD).fichiers
    vides = [s for s in _partagees(petit, NORD, 8) if "Aucune donnée connue" in {partie.etat(nom, s) for nom in TITRES}]
    assert vides
    for siren, html in petit.html(vides, "--territoire=59").items():
        fausse = re.sub(" – (toute l&#x27;entreprise|votre territoire seulement)[^(:]*", "", html)
        assert petit.verification(NORD).fautes(siren, lire(html)) == []
        assert petit.verification(NORD).fautes(siren, lire(fausse)), siren


def test_t1_what_four_territorial_agents_read_of_thirty_companies_says_its_scope(entier: Site) -> None:
    site = entier
    connues = [*A_ESSAYER, *_choisies(site.fichiers)]
    for territoire in (NORD, REGION, _sans_fait(site, connues), NATIONAL):
        fautes, verification = site.fautes(_partagees(site, territoire, 30), territoire)
        assert fautes == []
        assert verification.figures > 5_000
        assert sum(verification.perimetres.values()) > 500


def _partagees(site: Site, territoire: Territoire, nombre: int) -> list[str]:
    """Companies that a territory cuts, each kind in turn: something on both sides, on one of them, one place outside,
    none of it here."""
    partie = site.verification(territoire if territoire.departements else NORD).fichiers
    genres: dict[str, list[tuple[int, str]]] = {}
    for siren in sorted(site.fichiers.sirens("sirene-etablissements") & site.fichiers.sirens("sirene-unites-legales")):
        faits = [nom for nom in TITRES if site.fichiers.lignes(nom, siren)]
        if any(not e["codeCommuneEtablissement"] for e in site.fichiers.lignes("sirene-etablissements", siren)):
            continue  # an address abroad is one more writing of figures
        if not partie.rencontree(siren):
            genre = "absente"
        elif partie.isolee(siren):
            genre = "isolée"
        elif any(partie.lignes(nom, siren) for nom in faits):
            genre = "partagée" if any(partie.additionnee(nom, siren) for nom in faits) else "dedans"
        else:
            genre = "ailleurs" if faits else "vide"
        genres.setdefault(genre, []).append((-len(faits), siren))
    files = [[siren for _, siren in sorted(siens)] for _, siens in sorted(genres.items())]
    return [siren for rang in zip_longest(*files) for siren in rang if siren][:nombre]


def _sans_fait(site: Site, sirens: list[str]) -> Territoire:
    """Of some départements, the one where these companies are and where the fewest facts take place."""

    def faits(territoire: Territoire) -> tuple[bool, int]:
        partie = site.verification(territoire).fichiers
        connues = [siren for siren in sirens if partie.rencontree(siren)]
        return not connues, sum(len(partie.lignes(nom, siren)) for nom in TITRES for siren in connues)

    return min((Territoire(f"{nom} ({code})", frozenset({code})) for code, nom in AUTRES.items()), key=faits)


def test_each_figure_of_thirty_companies_is_that_of_the_files(entier: Site) -> None:
    site = entier
    verification = site.verification()
    for nom, texte in site.html([*A_ESSAYER, *_choisies(site.fichiers)], "--csv").items():
        if "/" not in nom:
            assert verification.fautes(nom, lire(texte)) == []
        elif texte.count("\n") <= LIGNES_COMPAREES:
            assert verification.export(nom[:9], nom[10:], texte) == []
    assert verification.figures > 50_000
    assert len(verification.vus) >= 60


def _choisies(fichiers: Fichiers) -> list[str]:
    """For each source that the others do not have, then for all, the company that is in the most sources."""
    presences: dict[str, int] = {}
    for nom in fichiers.noms:
        for siren in fichiers.sirens(nom):
            presences[siren] = presences.get(siren, 0) + 1
    # What changed after the stock is not in the files of the stock.
    change = (fichiers.dossier / "sirene-flux.json").read_text(encoding="utf-8")
    connues = {s for s in fichiers.sirens("sirene-unites-legales") if s not in change} - set(A_ESSAYER)
    ordre = sorted(connues, key=lambda s: (-presences[s], s))
    diffusibles = [
        s for s in ordre if fichiers.lignes("sirene-unites-legales", s)[0]["statutDiffusionUniteLegale"] == "O"
    ]
    choisies = [
        next(s for s in diffusibles if s in fichiers.sirens(nom))
        for nom in fichiers.noms
        if set(diffusibles) & fichiers.sirens(nom)
    ]
    return list(dict.fromkeys([*choisies, *diffusibles[:30]]))[:25]


@pytest.mark.parametrize(
    "module", sorted(p.name for p in ICI.glob("*.py") if p.name not in ("rendu.py", "test_depot.py"))
)
def test_the_check_imports_nothing_of_the_product(module: str) -> None:
    arbre = ast.parse((ICI / module).read_text(encoding="utf-8"))
    importes = [a.name for n in ast.walk(arbre) if isinstance(n, ast.Import) for a in n.names]
    importes += [n.module or "" for n in ast.walk(arbre) if isinstance(n, ast.ImportFrom)]
    assert not [nom for nom in importes if nom.split(".")[0] in ("fce", "django")]
