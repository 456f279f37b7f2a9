"""Readers' requests to a synthetic register over HTTP: times by kind of request, errors."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from random import Random
from statistics import median
from typing import Any
from urllib.parse import urlencode

import numpy as np
import polars as pl

from bench.national.fichiers import GRAINE, TRANCHE, Tranche
from bench.national.lexique import METIERS, Lexique
from bench.temps import en_ms, p95
from fce.referentiels.territoires.decoupage import departement_par_prefixe

PAR_CLASSE = 60
DEPARTEMENT = "59"


@dataclass(frozen=True)
class Exemple:
    """An active, unmasked company and its siège."""

    siren: str
    siret: str
    nom: str
    voie: str
    commune: str
    departement: str
    naf: str
    dirigeant: str


def exemples(entreprises: int) -> list[Exemple]:
    """Companies of the first, middle and last slices of the register, always the same."""
    lexique = Lexique(GRAINE)
    debuts = sorted({0, entreprises // 2 // TRANCHE * TRANCHE, (entreprises - 1) // TRANCHE * TRANCHE})
    trouves = [x for d in debuts for x in _d_une_tranche(Tranche(lexique, d, min(entreprises, d + TRANCHE), GRAINE))]
    Random(GRAINE).shuffle(trouves)
    return trouves


def _d_une_tranche(tranche: Tranche) -> list[Exemple]:
    lieux = pl.DataFrame(tranche.etablissements()).filter(pl.col("etablissementSiege") == "true")
    garde = tranche.active & ~tranche.physique & ~tranche.masque
    noms = pl.DataFrame({"siren": tranche.siren, "nom": tranche.denomination}).filter(pl.Series(garde))
    noms = noms.filter(pl.col("nom").str.len_chars() > 8)
    lieux = noms.join(lieux, on="siren").filter(pl.col("numeroVoieEtablissement").is_not_null())
    choisis = lieux[np.unique(np.linspace(0, lieux.height - 1, 2 * PAR_CLASSE).astype(np.int64))]
    gens = _dirigeants(tranche, set(choisis["siren"]))
    return [
        Exemple(
            x["siren"], x["siret"], x["nom"],
            f"{x['numeroVoieEtablissement']} {x['typeVoieEtablissement']} {x['libelleVoieEtablissement']}",
            x["libelleCommuneEtablissement"], departement_par_prefixe(x["codeCommuneEtablissement"]),
            x["activitePrincipaleEtablissement"], gens[x["siren"]],
        )
        for x in choisis.iter_rows(named=True) if gens.get(x["siren"])
    ]  # fmt: skip


def _dirigeants(tranche: Tranche, sirens: set[str]) -> dict[str, str]:
    textes, _ = tranche.formalites()
    numeros = textes.str.extract(r'"siren":"([0-9]{9})"')
    gens: dict[str, str] = {}
    for texte in textes.filter(numeros.is_in(list(sirens))):
        formalite = json.loads(texte)
        for pouvoir in formalite["formality"]["content"].get("personneMorale", {}).get("composition", {})["pouvoirs"]:
            if "individu" in pouvoir:
                personne = pouvoir["individu"]["descriptionPersonne"]
                gens.setdefault(formalite["siren"], f"{personne['prenoms'][0]} {personne['nom']}")
    return gens


def requetes(exemple: list[Exemple]) -> dict[str, list[dict[str, str]]]:
    alea = Random(7)
    tires = exemple[:PAR_CLASSE]
    mots = [alea.choice(METIERS[:12]) for _ in tires]
    return {
        "nom exact": [{"q": x.nom} for x in tires],
        "mot courant": [{"q": mot} for mot in mots],
        "une faute": [{"q": _faute(alea, x.nom)} for x in tires],
        "mot inachevé": [{"q": x.nom[: max(5, 2 * len(x.nom) // 3)]} for x in tires],
        "nom et commune": [{"q": f"{x.nom} {x.commune}"} for x in tires],
        "dirigeant, texte": [{"q": x.dirigeant} for x in tires],
        "dirigeant, filtre": [{"dirigeant": x.dirigeant} for x in tires],
        "adresse": [{"q": f"{x.voie} {x.commune}", "vue": "etablissements"} for x in tires],
        "filtres seuls": [{"departement": x.departement, "naf": x.naf} for x in tires],
        "mot et filtres": [{"q": m, "departement": x.departement} for m, x in zip(mots, tires, strict=True)],
        "pages 2 à 5": [{"q": m, "page": str(2 + n % 4)} for n, m in enumerate(mots)],
    }


def _faute(alea: Random, nom: str) -> str:
    long = max(nom.split(), key=len)
    place = alea.randrange(1, len(long))
    return nom.replace(long, long[:place] + long[place + 1 :], 1)


class Client:
    """A reader, with a connection of its own that it keeps."""

    def __init__(self, port: int) -> None:
        self._connexion = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def demander(self, adresse: str, corps_json: str | None = None) -> tuple[int, bytes]:
        if corps_json is None:
            self._connexion.request("GET", adresse)
        else:
            self._connexion.request("POST", adresse, corps_json.encode(), {"Content-Type": "application/json"})
        reponse = self._connexion.getresponse()
        return reponse.status, reponse.read()

    def close(self) -> None:
        """Close; the next request reconnects."""
        self._connexion.close()

    def faute(self, adresse: str) -> str:
        """Request a page; return the error, or ""."""
        try:
            statut, _ = self.demander(adresse)
        except (OSError, http.client.HTTPException) as erreur:
            self.close()
            return f"{adresse} : {type(erreur).__name__}"
        return "" if statut in (200, 302) else f"{adresse} : {statut}"

    def page(self, adresse: str, corps_json: str | None = None) -> bytes:
        """Return the body of the answer to GET, or to POST of ``corps_json``. Raises SystemExit unless it is 200."""
        statut, corps = self.demander(adresse, corps_json)
        if statut != 200:
            raise SystemExit(f"{adresse} répond {statut}")
        return corps

    def trouve(self, nom: str) -> bool:
        """Whether a search finds a company with this name."""
        resultats = json.loads(self.page(f"/api/v1/recherche?{urlencode({'q': nom})}"))["resultats"]
        return any(nom in str(r.get("nom")) for r in resultats)


def latences(client: Client, exemple: list[Exemple]) -> dict[str, list[float]]:
    """Print and return [median, p95] in ms of each kind of request, with one reader."""
    adresses = {c: [f"/api/v1/recherche?{urlencode(q)}" for q in qs] for c, qs in requetes(exemple).items()}
    tires = exemple[:PAR_CLASSE]
    adresses |= pages(exemple) | {
        "fiche entreprise": [f"/entreprise/{x.siren}" for x in tires],
        "fiche établissement": [f"/etablissement/{x.siret}" for x in tires],
    }
    resultats, tous = {}, []
    for nom, liste in adresses.items():
        temps = durees(client, liste)
        tous += temps if adresses[nom][0].startswith("/api") else []
        resultats[nom] = [round(median(temps), 1), round(p95(temps), 1)]
    resultats["toutes les recherches"] = [round(median(tous), 1), round(p95(tous), 1)]
    for nom, valeurs in resultats.items():
        print(f"    {nom:<24}{valeurs[0]:>9} {valeurs[1]:>9}", flush=True)
    return resultats


def pages(exemple: list[Exemple]) -> dict[str, list[str]]:
    tires = exemple[:PAR_CLASSE]
    return {
        "page de résultats": [f"/recherche?{urlencode({'q': x.nom, 'vue': 'entreprises'})}" for x in tires],
        "suggestions": [f"/recherche/suggestions?{urlencode({'q': x.nom[:5]})}" for x in tires],
    }


def durees(client: Client, adresses: list[str]) -> list[float]:
    """Milliseconds of each page, after a warm-up of ten."""
    for adresse in adresses[:10]:
        client.page(adresse)
    return [en_ms(lambda a=adresse: client.page(a)) for adresse in adresses]  # type: ignore[misc]


def export(client: Client) -> int:
    """Print and return the rows per second of the export of a département."""
    debut = time.perf_counter()
    lignes = client.page(f"/recherche/export.csv?departement={DEPARTEMENT}").count(b"\n")
    debit = round(lignes / (time.perf_counter() - debut))
    print(f"    export : {lignes} lignes, {debit} lignes/s", flush=True)
    return debit


@dataclass
class Lectures:
    temps: list[float] = field(default_factory=list)
    fautes: list[str] = field(default_factory=list)

    def noter(self, temps: float, faute: str) -> None:
        self.temps.append(temps)
        if faute:
            self.fautes.append(faute)

    def bilan(self) -> dict[str, Any]:
        temps = self.temps or [0.0]
        return {
            "lectures": len(self.temps), "erreurs": len(self.fautes), "premieres_erreurs": self.fautes[:5],
            "p50_ms": round(median(temps), 1), "p95_ms": round(p95(temps), 1), "pire_ms": round(max(temps)),
        }  # fmt: skip


@contextmanager
def lecteurs(port: int, exemple: list[Exemple], nombre: int = 2, pause: float = 0.05) -> Iterator[Lectures]:
    lus, fini = Lectures(), threading.Event()
    questions = [urlencode({"q": x.nom}) for x in exemple]
    adresses = [f"/api/v1/recherche?{q}" for q in questions] + [f"/recherche?{q}" for q in questions]
    adresses += [f"/entreprise/{x.siren}" for x in exemple]
    Random(7).shuffle(adresses)

    def lire(depart: int) -> None:
        with closing(Client(port)) as client:
            for adresse in cycle(adresses[depart:] + adresses[:depart]):
                if fini.wait(pause):
                    return
                debut = time.perf_counter()
                faute = client.faute(adresse)
                lus.noter(1000 * (time.perf_counter() - debut), faute)

    fils = [threading.Thread(target=lire, args=(n * len(adresses) // nombre,), daemon=True) for n in range(nombre)]
    for fil in fils:
        fil.start()
    try:
        yield lus
    finally:
        fini.set()
        for fil in fils:
            fil.join()
