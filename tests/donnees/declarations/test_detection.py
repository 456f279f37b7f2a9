"""The detector against the thirty files written before it, and its rules one by one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from fce.donnees.declarations.detection import ColonneProposee
from fce.donnees.declarations.exploration import Choix, Exploration, depuis_json, explorer_ici
from fce.socle.erreurs import ImportRefuse
from tests.donnees.declarations.fichiers import TRENTE
from tests.donnees.declarations.fichiers.attendu import Fichier, juste, refuse_bien

COLONNES_JUSTES = 0.85
REFUSE_COMME_UN_DEPOT = {"douane_exportateurs.txt": "UTF-16"}
"""A file whose key could be found, refused at once because its deposits would be, with what to do."""
_VALEURS = {"code_postal": "code-postal", "code_commune": "commune"}


class Mesure(NamedTuple):
    """``fautes``: columns proposed otherwise than expected."""

    fichier: Fichier
    exploration: Exploration | None
    refus: str
    fautes: tuple[str, ...] = ()


def explorer_dans(fichier: Fichier, dossier: Path) -> Mesure:
    chemin = dossier / fichier.nom
    fichier.ecrire(chemin)
    try:
        ((dit, _),) = explorer_ici(str(chemin), Choix())
    except ImportRefuse as refus:
        return Mesure(fichier, None, refus.message)
    finally:
        chemin.unlink()
    vue = depuis_json(dit)
    fautes = []
    for attendue, proposee in zip(fichier.colonnes, vue.detection.colonnes, strict=False):
        if not juste(attendue, proposee.genre.capitalize(), format_de(proposee), proposee.nature):
            fautes.append(f"{fichier.nom} {attendue} : {proposee[4:7]} {format_de(proposee)} {proposee.exemples}")
    if len(vue.detection.colonnes) < len(fichier.colonnes):
        fautes += [f"{fichier.nom} {c} : non vue" for c in fichier.colonnes[len(vue.detection.colonnes) :]]
    return Mesure(fichier, vue, vue.detection.refus, tuple(fautes))


def format_de(proposee: ColonneProposee) -> str:
    if proposee.genre == "decimal":
        return "virgule" if proposee.virgule else "point"
    return proposee.formats[0] if proposee.formats else _VALEURS.get(proposee.type, proposee.type)


@pytest.fixture(scope="module")
def mesures(tmp_path_factory: pytest.TempPathFactory) -> list[Mesure]:
    dossier = tmp_path_factory.mktemp("trente")
    return [explorer_dans(fichier, dossier) for fichier in TRENTE]


def test_the_key_is_found_or_refused_saying_why(mesures: list[Mesure]) -> None:
    faux = []
    for m in mesures:
        if m.fichier.refus:
            if not refuse_bien(m.fichier, m.refus):
                faux.append((m.fichier.nom, m.fichier.refus, m.refus))
            continue
        if m.fichier.nom in REFUSE_COMME_UN_DEPOT:
            assert REFUSE_COMME_UN_DEPOT[m.fichier.nom] in m.refus
            continue
        cle = next((c for c in m.exploration.detection.colonnes if c.cle), None) if m.exploration else None
        attendues = {" ".join(titre.split()) for titre in (m.fichier.cle, *m.fichier.autres_cles) if titre}
        if cle is None or cle.titre not in attendues or cle.genre != m.fichier.genre:
            faux.append((m.fichier.nom, m.fichier.cle, m.refus or str(cle)))
    assert not faux


def test_most_columns_are_right(mesures: list[Mesure]) -> None:
    colonnes = sum(len(m.fichier.colonnes) for m in mesures)
    fautes = [faute for m in mesures for faute in m.fautes]
    assert len(fautes) <= (1 - COLONNES_JUSTES) * colonnes, "\n".join([f"{len(fautes)} sur {colonnes}", *fautes])


def test_no_personal_column_is_proposed_open(mesures: list[Mesure]) -> None:
    ouvertes = [
        (m.fichier.nom, attendue.nom, proposee)
        for m in mesures
        if m.exploration
        for attendue, proposee in zip(m.fichier.colonnes, m.exploration.detection.colonnes, strict=True)
        if attendue.personnelle and (proposee.niveau == "C0" or not proposee.personnelle)
    ]
    assert not ouvertes


def test_no_sample_of_a_draft_names_a_person(mesures: list[Mesure]) -> None:
    for m in mesures:
        for rang, attendue in enumerate(m.fichier.colonnes if m.exploration else ()):
            if attendue.personnelle:
                assert m.exploration
                assert all(re.fullmatch(r"|.…", cellules[rang]) for _, cellules in m.exploration.montrees)
                assert all(re.fullmatch(".…", v) for v in m.exploration.detection.colonnes[rang].exemples)
