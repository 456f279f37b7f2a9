"""A small invented register for the tests of the search, put in place then indexed."""

from typing import Any

from fce.recherche import services
from tests.donnees.entreprises import fabrique as f

LILLE = {"code_commune": "59350", "libelle_commune": "LILLE", "code_postal": "59000"}
LYON = {"code_commune": "69383", "libelle_commune": "LYON 3EME", "code_postal": "69003"}
BREST = {"code_commune": "29019", "libelle_commune": "BREST", "code_postal": "29200"}


class Univers:
    """Rows to come: ``entreprise()`` adds a company with its siège, ``indexer()`` loads and indexes them all."""

    def __init__(self) -> None:
        self.unites: list[dict[str, Any]] = []
        self.lieux: list[dict[str, Any]] = []
        self.autres: dict[str, list[dict[str, Any]]] = {}

    def entreprise(self, denomination: str | None = None, lieu: dict[str, Any] | None = None, /, **champs: Any) -> str:
        siren = f.siren_no(len(self.unites) + 1)
        siege = {**LILLE, **(lieu or {})}
        if champs.get("etat_administratif") == "C":
            siege.setdefault("etat_administratif", "F")
        self.unites.append(f.unite(siren, denomination=denomination, **champs))
        self.lieux.append(f.lieu(siren, 1, **siege))
        return siren

    def personne(self, nom: str, prenom: str, lieu: dict[str, Any] | None = None, /, **champs: Any) -> str:
        return self.entreprise(None, lieu, nom=nom, prenom_1=prenom, categorie_juridique="1000", **champs)

    def etablissement(self, siren: str, n: int, **champs: Any) -> str:
        self.lieux.append(f.lieu(siren, n, **{**LILLE, **champs}))
        return f.siret_no(siren, n)

    def fait(self, source: str, **champs: Any) -> None:
        """Add a row of another source."""
        self.autres.setdefault(source, []).append(champs)

    def dirigeant(self, siren: str, nom: str, prenoms: str, **champs: Any) -> None:
        rang = len(self.autres.get("rne-dirigeants", ())) + 1
        self.fait("rne-dirigeants", siren=siren, rang=rang, nom=nom, prenoms=prenoms, **champs)

    def charger(self) -> None:
        f.unites(*self.unites)
        f.lieux(*self.lieux)
        for source, lignes in self.autres.items():
            f.charger(source, lignes)

    def indexer(self) -> None:
        self.charger()
        services.indexer(forcer=True)


def deux_villes() -> Univers:
    """ALPHA and BETA in Lille, GAMMA in Lyon: rows to come."""
    cree = Univers()
    cree.entreprise("ALPHA")
    cree.entreprise("BETA")
    cree.entreprise("GAMMA", LYON)
    return cree
