"""A declaration at fault is refused before anything starts, in French, with its file and its line."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.config.serveur import FCE, environnement
from tests.tutoriel import document

EXEMPLE = document.FICHIERS["office_emploi/label_durable/exemple.csv"]
DECLARATION = document.FICHIERS[document.DECLARATION]
NIVEAU = 'Code("Niveau", "NIVEAU", masque=DIFFUSIBLE)'
# {folder: (text of the declaration, text put in its place, text of the line named, what is said)}
FAUTES = {
    "sans_titre": ('    titre="Label emploi durable",\n', "", "source = Source(", "il manque « titre » à Source."),
    "titre_vide": ('titre="Label emploi durable"', 'titre=" "', "source = Source(", "le titre manque."),
    "rubrique": (
        'rubrique="agrements-labels"',
        'rubrique="label"',
        "source = Source(",
        "la rubrique « label » n'existe pas (rubriques : identite, etablissements,",
    ),
    "libelle_vide": (NIVEAU, 'Code("", "NIVEAU")', "niveau = Code(", "ce champ n'a pas de libellé."),
    "sans_libelle": (NIVEAU, "Code()", "niveau = Code(", "ce champ n'a pas de libellé."),
    "sans_colonne": (NIVEAU, 'Code("Niveau")', "source = Source(", "« niveau » doit dire d'où il"),
    "argument": ("    titre=", "    titree=", "source = Source(", "Source n'a pas d'argument « titree »."),
    "cite": (
        'Tableau(("niveau",',
        'Tableau(("niveaux",',
        "source = Source(",
        "la présentation cite un champ qui n'existe pas : « niveaux ».",
    ),
    "cle": ('cle=("numero",)', "cle=()", "source = Source(", "la clé est vide."),
    "inconnu": ("acces=Public()", "acces=Ouvert()", "    acces=", "« Ouvert » n'est pas défini"),
    "python": ("cle=(", "cle=((", "", "ce n'est pas du Python"),
    "import": ("office_emploi import OFFICE", "office_emploi import BUREAU", "import BUREAU", "un import échoue"),
    "sans_source": ("source = Source(", "declaree = Source(", "declaree = Source(", "doit finir par « source = Source"),
}


@pytest.fixture(scope="module")
def dit(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """(catalogue, what ``fce`` says) with every fault at once, one per folder."""
    catalogue = tmp_path_factory.mktemp("catalogue")
    (catalogue / "office_emploi").mkdir()
    (catalogue / "office_emploi/__init__.py").write_text(document.FICHIERS["office_emploi/__init__.py"], "utf-8")
    for rang, (nom, (avant, apres, _, _)) in enumerate(FAUTES.items()):
        propre = DECLARATION.replace("LabelDurable", f"Label{rang}").replace('"label-durable"', f'"label-{rang}"')
        assert avant in propre, nom
        deposer(catalogue, nom, propre.replace(avant, apres, 1))
    deposer(catalogue, "un", DECLARATION)
    deposer(catalogue, "zero", DECLARATION.replace("LabelDurable", "AutreLabel"))
    deposer(catalogue, "zut", DECLARATION.replace('"label-durable"', '"label-autre"'))
    deposer(catalogue, "sans_exemple", DECLARATION.replace("LabelDurable", "SansExemple"))
    (catalogue / "office_emploi/sans_exemple/exemple.csv").unlink()
    env = environnement(tmp_path_factory.mktemp("donnees"), FCE_CATALOGUES=f"{catalogue},{catalogue}/absent")
    fini = subprocess.run([FCE, "sources"], env=env, capture_output=True, text=True, timeout=60)
    assert fini.returncode == 1
    assert "Traceback" not in fini.stderr
    return catalogue, fini.stderr


def deposer(catalogue: Path, nom: str, declaration: str) -> None:
    dossier = catalogue / "office_emploi" / nom
    dossier.mkdir()
    (dossier / "source.py").write_text(declaration, "utf-8")
    (dossier / "exemple.csv").write_text(EXEMPLE, "utf-8")


def phrase(dit: tuple[Path, str], nom: str) -> tuple[int, str]:
    """(line named, sentence) said of a folder."""
    catalogue, texte = dit
    fichier = re.escape(str(catalogue / "office_emploi" / nom / "source.py"))
    (trouvee,) = re.findall(rf"^- {fichier}, ligne (\d+) : (.+)$", texte, re.M)
    return int(trouvee[0]), trouvee[1]


@pytest.mark.parametrize("nom", FAUTES)
def test_the_fault_is_told_with_its_file_and_its_line(dit: tuple[Path, str], nom: str) -> None:
    _, _, debut, attendue = FAUTES[nom]
    ligne, lue = phrase(dit, nom)
    assert attendue in lue
    source = (dit[0] / "office_emploi" / nom / "source.py").read_text("utf-8").splitlines()
    assert debut in source[ligne - 1]


def test_two_sources_of_the_same_name_are_both_told(dit: tuple[Path, str]) -> None:
    ligne, lue = phrase(dit, "zero")
    assert ligne == 1 + DECLARATION.splitlines().index("source = Source(")
    assert "une autre source se nomme « label-durable » (" in lue
    assert f"/un/source.py, ligne {ligne})" in lue


def test_two_models_of_the_same_name_are_told_with_the_folder_of_the_other(dit: tuple[Path, str]) -> None:
    ligne, lue = phrase(dit, "zut")
    assert DECLARATION.splitlines()[ligne - 1].startswith("class LabelDurable")
    assert lue == "un autre modèle se nomme « LabelDurable » (fce.sources.catalogue.office_emploi.un.source)."


def test_an_absent_example_and_an_absent_folder_are_told(dit: tuple[Path, str]) -> None:
    assert phrase(dit, "sans_exemple")[1] == "un fichier « exemple » et un seul doit être à côté."
    assert f"- FCE_CATALOGUES : le dossier {dit[0]}/absent n'existe pas." in dit[1]


def test_s16_faulty_purposes_prevent_starting_and_are_told(tmp_path: Path) -> None:
    (tmp_path / "catalogue/office").mkdir(parents=True)
    fautif = tmp_path / "catalogue/office/finalites.toml"
    fautif.write_text('[ouvertures]\ncontrole-travail = ["fiscal"]\n', "utf-8")
    env = environnement(tmp_path / "donnees", FCE_CATALOGUES=str(tmp_path / "catalogue"))
    fini = subprocess.run([FCE, "sources"], env=env, capture_output=True, text=True, timeout=60)
    assert fini.returncode == 1
    assert "Traceback" not in fini.stderr
    assert f"- {fautif} : la finalité « controle-travail » n'ouvre ici que les groupes de ce fichier" in fini.stderr


def test_a_producer_of_the_package_may_have_a_data_set_elsewhere(tmp_path: Path) -> None:
    jeu = tmp_path / "catalogue/ademe/label_durable"
    jeu.mkdir(parents=True)
    propre = DECLARATION.replace("office_emploi import OFFICE", "ademe import ADEME").replace("=OFFICE", "=ADEME")
    (jeu / "source.py").write_text(propre, "utf-8")
    (jeu / "exemple.csv").write_text(EXEMPLE, "utf-8")
    env = environnement(tmp_path / "donnees", FCE_CATALOGUES=str(tmp_path / "catalogue"))
    fini = subprocess.run([FCE, "sources", "--json"], env=env, capture_output=True, text=True, timeout=60)
    assert '"label-durable"' in fini.stdout, fini.stderr
    assert '"aides-ademe"' in fini.stdout
