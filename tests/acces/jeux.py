"""One company of the Nord of which every reserved data set tells a secret: each text of it is a marker of its own."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from fce.donnees.entreprises.repertoire import JEUX
from fce.sources import champs, registre
from fce.sources.declaration import Source
from tests.donnees.entreprises import fabrique as f

SIREN = f.siren_no(5900)
SIRET = f.siret_no(SIREN)
NOM = "MINOTERIE DES ESSAIS"
JOUR = date(2026, 9, 15)
IMPORTEES = [s for s in registre.toutes() if s.importable and s.rubrique and s.nom not in JEUX]
RESERVEES = [s for s in IMPORTEES if s.acces.classe != "C0"]
# Open data sets that hold fields which are not.
MIXTES = [
    s
    for s in IMPORTEES
    if s.acces.classe == "C0" and any(c.acces and c.acces.classe != "C0" for c in s.champs.values())
]


def marque(source: Source, attribut: str) -> str:
    """What betrays a field of ``source``; no marker is the beginning of another."""
    return f"MRK-{source.nom}-{attribut}-FIN"


def reservees(source: Source) -> dict[str, champs.Champ]:
    """Fields of a source that not everyone may read."""
    return {
        a: c for a, c in source.champs.items() if source.acces.classe != "C0" or (c.acces and c.acces.classe != "C0")
    }


def ligne(source: Source) -> dict[str, Any]:
    """A row about the company and its siège, every text of it a marker."""
    return {attribut: valeur(source, attribut, champ) for attribut, champ in source.champs.items()}


def valeur(source: Source, attribut: str, champ: champs.Champ) -> Any:
    """What a field of that row holds."""
    if isinstance(champ, champs.Siret):
        return SIRET
    if isinstance(champ, champs.Siren):
        return SIREN
    if isinstance(champ, champs.Jour):
        return JOUR
    if isinstance(champ, champs.Horodatage):
        return datetime.fromisoformat("2026-09-15T08:00:00+00:00")
    if isinstance(champ, champs.Booleen):
        return True
    if isinstance(champ, champs.Texte | champs.Code):
        return marque(source, attribut)
    return 7


def peupler(*, avec: bool = True, mixtes: bool = False, departement: str = "59") -> None:
    """The company, its siège in ``departement``, each reserved data set with one row about it (``avec=False``: none).

    ``mixtes``: also the open data sets that hold reserved fields.
    """
    commune = {"59": "59350", "75": "75056"}[departement]
    f.unites(f.unite(SIREN, denomination=NOM, statut_diffusion="O"))
    f.lieux(f.lieu(SIREN, code_commune=commune, libelle_commune="LILLE"))
    for source in (*RESERVEES, *(MIXTES if mixtes else ())):
        f.charger(source.nom, [ligne(source)] if avec else [])
