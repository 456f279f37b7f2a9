"""The carried files: readable by the raw reader, and described truly by their LISEZMOI."""

import re

from fce.referentiels.tables import DONNEES, lignes_brutes, lignes_de


def test_the_lisezmoi_names_every_file_with_its_number_of_rows() -> None:
    texte = (DONNEES / "LISEZMOI.md").read_text("utf-8")
    annonces = {nom: int(nombre.replace(" ", "")) for nom, nombre in re.findall(r"`([\w.]+)` \(([\d ]+)\)", texte)}
    fichiers = {f.name for f in DONNEES.iterdir() if f.suffix in (".csv", ".gz")}
    comptes = {nom: len(lignes_brutes(nom) if nom.endswith(".gz") else lignes_de(nom)) for nom in fichiers}
    assert annonces == comptes


def test_the_rows_of_communes_need_no_quotes() -> None:
    for ligne in lignes_brutes("communes.csv.gz"):
        assert ligne.count(";") == 6
        assert '"' not in ligne
        assert ligne[5] == ";"
