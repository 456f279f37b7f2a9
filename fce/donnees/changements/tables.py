"""The bulk files as tables: companies, and establishments. Rows are by SIREN, so that a reader of Parquet asks for the
few groups that hold the companies it wants, and only for the columns that it reads."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from fce.donnees.entreprises import repertoire
from fce.donnees.entreprises.contenu import COORDONNEES
from fce.donnees.imports.chargement.ecarts import Regard
from fce.donnees.publication import fichiers as publication
from fce.referentiels.projections import situer
from fce.referentiels.territoires import departement_de

ENTREPRISES: Final = "parquet"
ETABLISSEMENTS: Final = "etablissements.parquet"
_DEGRES: Final = 7
"""Decimals of a latitude: a centimetre."""
Faits = dict[str, list[dict[str, Any]]]


class TableComplete(NamedTuple):
    """``colonnes``: {name: type in Parquet}; ``rangs_de``: rows of a company, from its facts."""

    colonnes: Mapping[str, Any]
    rangs_de: Callable[[Faits], Iterator[list[Any]]]

    def rangs(self, ndjson: Path) -> Iterator[list[Any]]:
        """Rows of all the companies of a bulk file; days and instants are texts."""
        with gzip.open(ndjson, "rb") as flux:
            next(flux)
            for ligne in flux:
                yield from self.rangs_de(msgspec.json.decode(ligne)["donnees"])

    def ecrire(self, sortie: Path, ndjson: Path, metadonnees: dict[str, str], paquet: int) -> None:
        """Write the table in Parquet, ``paquet`` rows at a time."""
        import polars

        recus, conversions = dict(self.colonnes), []
        for nom, type_ in self.colonnes.items():
            if type_.is_temporal():
                recus[nom] = polars.String
                conversions.append(polars.col(nom).str.strptime(type_, strict=True))
            elif type_.is_decimal():
                recus[nom] = polars.Float64
                conversions.append(polars.col(nom).cast(type_))
        parties = publication.PartiesDeParquet(sortie, self.colonnes, metadonnees, paquet, recus, conversions)
        try:
            for _ in parties.garder(self.rangs(ndjson)):
                pass
            parties.reunir()
        finally:
            parties.effacer()


def en_parquet(suivies: Mapping[str, Regard], curseur: str) -> dict[str, TableComplete]:
    return {ENTREPRISES: entreprises(suivies, curseur), ETABLISSEMENTS: etablissements(suivies)}


def entreprises(suivies: Mapping[str, Regard], curseur: str) -> TableComplete:
    """One row per company: its unité légale, its siège (``siege_…``), the rest as JSON, and the cursor."""
    import polars

    unites, sieges = (_colonnes(suivies, nom) for nom in repertoire.COURANTS)
    unites = unites or {"siren": polars.String}

    def rangs_de(faits: Faits) -> Iterator[list[Any]]:
        (unite,) = faits.pop(repertoire.UNITES_LEGALES, [{}])[:1]
        lieux = faits.get(repertoire.ETABLISSEMENTS, [])
        siege: dict[str, Any] = next((x for x in lieux if x.get("nic") == unite.get("nic_siege")), {})
        autres = msgspec.json.encode(faits).decode()
        yield [*(unite.get(a) for a in unites), *(siege.get(a) for a in sieges), autres, curseur]

    du_siege = {f"siege_{a}": type_ for a, type_ in sieges.items()}
    return TableComplete(unites | du_siege | dict.fromkeys(("autres", "curseur"), polars.String), rangs_de)


def etablissements(suivies: Mapping[str, Regard]) -> TableComplete:
    """One row per establishment: what Sirene says of it, its département, and where it is in degrees."""
    import polars

    colonnes = _colonnes(suivies, repertoire.ETABLISSEMENTS) or {"siret": polars.String}

    def rangs_de(faits: Faits) -> Iterator[list[Any]]:
        for lieu in faits.get(repertoire.ETABLISSEMENTS, []):
            departement = departement_de(lieu.get("code_commune"))
            code = departement.code if departement else None
            point = situer(code, *(lieu.get(c) for c in COORDONNEES)) or (None, None)
            degres = (None if x is None else round(x, _DEGRES) for x in point)
            yield [*(lieu.get(a) for a in colonnes), code, *degres]

    ajoutees = {"departement": polars.String, "latitude": polars.Float64, "longitude": polars.Float64}
    return TableComplete(colonnes | ajoutees, rangs_de)


def _colonnes(suivies: Mapping[str, Regard], nom: str) -> dict[str, Any]:
    suivie = suivies.get(nom)
    return {a: publication.type_de(suivie.source.champs[a]) for a in suivie.attributs} if suivie else {}
