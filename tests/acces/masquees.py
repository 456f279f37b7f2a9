"""Units of every kind of diffusion, a marker in each text that any data set says of them, and all that leaves of it.

What the law hides is written here by hand (art. R123-232-1, table of securite.md § 1.8), never read from the rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import polars
from django.test import Client

from fce.donnees.entreprises.repertoire import JEUX
from fce.recherche import services
from fce.sources import champs, registre
from fce.sources.champs import Nature
from fce.sources.declaration import Source
from tests.acces import acteurs, jeux
from tests.acces.acteurs import Joue
from tests.acces.surfaces import HTMX, lu
from tests.donnees.entreprises import fabrique as f
from tests.donnees.entreprises.marques import MARQUE, MORALE, PHYSIQUE, POINT, SANS_PERSONNALITE, Marques, ecrire

Cas = tuple[str | None, str | None, str | None, str | None]
"""(catégorie juridique, status of the unit, of its siège, of its other establishment)."""
OUVERTS: list[Cas] = [(MORALE, "O", "O", "O"), (PHYSIQUE, "O", "O", "O")]
CAS: list[Cas] = [
    *OUVERTS,
    (MORALE, "O", "P", "O"), (MORALE, "O", "O", "P"), (MORALE, "P", "O", "P"), (MORALE, "", "O", "O"),
    (MORALE, "O", "o", "O"),
    (PHYSIQUE, "O", "P", "O"), (PHYSIQUE, "O", "O", "P"), (PHYSIQUE, "P", "O", "O"), (PHYSIQUE, "X", "O", "O"),
    (PHYSIQUE, None, "O", "O"), (PHYSIQUE, "O", "O", None), (SANS_PERSONNALITE, "P", "O", "O"), (None, "P", "O", "O"),
]  # fmt: skip
TOUS: list[Cas] = [
    *OUVERTS,
    *(
        (categorie, statut, siege, secondaire)
        for categorie in (MORALE, PHYSIQUE, SANS_PERSONNALITE, None)
        for statut in ("O", "P", "X", "", None, "o")
        for siege in ("O", "P")
        for secondaire in ("O", None)
        if (statut, siege, secondaire) != ("O", "O", "O")
    ),
]
# Of the natures that a declaration names, what a masked unit still shows: legal person or not.
MONTRE = {
    True: frozenset({Nature.DIFFUSIBLE, Nature.NOM, Nature.ENSEIGNE, Nature.COMMUNE}),
    False: frozenset({Nature.DIFFUSIBLE}),
}
AUTRES = [s for s in registre.toutes() if s.importable and s.nom not in JEUX]
PUBLIEES = [s for s in registre.toutes() if s.importable and s.acces.classe == "C0"]
_VARIABLE = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"|"numero": ?"[0-9a-f]{16}"')

LECTEURS: dict[str, Callable[[], Joue]] = {
    "anonyme": acteurs.anonyme,
    "dirigeant": acteurs.dirigeant,
    "inspection": lambda: acteurs.habilite("inspection-travail", ("FR",)),
    "dgfip": lambda: acteurs.habilite("dgfip", ("FR",)),
    "douane": lambda: acteurs.habilite("douane", ("FR",)),
    "programme": lambda: acteurs.programme(("FR",)),
}


@dataclass
class Scene:
    """Everything is in place. ``cas``: {SIREN: its case}."""

    cas: dict[str, Cas]
    marques: Marques

    @property
    def masquees(self) -> list[str]:
        """SIREN of those masked as natural persons."""
        return [s for s, (categorie, statut, *_) in self.cas.items() if categorie != MORALE and statut != "O"]


class MarquesInsee(Marques):
    """Every third value that is hidden is the mark of INSEE, as in its open files; the others betray themselves."""

    rang = 0

    def poser(self, champs: tuple[str, ...], visible: bool) -> dict[str, str]:
        posees = super().poser(champs, visible)
        for champ in () if visible else champs:
            self.rang += 1
            if self.rang % 3 == 0:
                posees[champ] = "[ND]"
        return posees


def installer(cas: Sequence[Cas]) -> Scene:
    """Sirene, then every other data set, then the index."""
    sirens, marques = ecrire(list(cas), MarquesInsee())
    scene = Scene(dict(zip(sirens, cas, strict=True)), marques)
    for source in AUTRES:
        f.charger(source.nom, [fait for siren in sirens for fait in _faits(source, siren, scene.cas[siren], marques)])
    services.indexer(forcer=True)
    return scene


def _faits(source: Source, siren: str, cas: Cas, marques: Marques) -> Iterator[dict[str, Any]]:
    """One row per establishment when the data set names them, one about the company else."""
    categorie, statut, *lieux = cas
    nomme_ses_lieux = par_lieu(source)
    for rang, du_lieu in enumerate(lieux if nomme_ses_lieux else ["O"], 1):
        ouvert = statut == du_lieu == "O"
        ligne: dict[str, Any] = {}
        for attribut, champ in source.champs.items():
            if isinstance(champ, champs.Texte | champs.Code):
                ligne |= marques.poser((attribut,), ouvert or champ.masque in MONTRE[categorie == MORALE])
            else:
                ligne[attribut] = _numero_ou(source, attribut, champ, siren, rang)
        yield ligne


def par_lieu(source: Source) -> bool:
    return any(isinstance(c, champs.Siret) for c in source.champs.values())


def _numero_ou(source: Source, attribut: str, champ: champs.Champ, siren: str, rang: int) -> Any:
    if isinstance(champ, champs.Siret):
        return f.siret_no(siren, rang)
    return siren if isinstance(champ, champs.Siren) else jeux.valeur(source, attribut, champ)


@dataclass(frozen=True)
class Sortie:
    """What left once. ``insee``: with the mark of INSEE; ``situee``: it says where a masked unit is; ``total``,
    ``numeros``: of a page of results."""

    lecteur: str
    surface: str
    numero: str
    marques: frozenset[str]
    insee: bool
    situee: bool
    noindex: bool
    total: int
    numeros: frozenset[str]


def _sortie(lecteur: str, surface: str, numero: str, texte: str) -> Sortie:
    compte = re.search(r'"total": ?(\d+)|([\d\u202f]+)\s+entreprises?\b', texte)
    return Sortie(
        lecteur,
        surface,
        numero,
        frozenset(MARQUE.findall(texte.upper())),
        "[ND]" in texte,
        any(v in texte or v.replace(".", ",") in texte for v in POINT),
        "noindex" in texte,
        int(next(g for g in compte.groups() if g)) if compte else -1,
        frozenset(re.findall(r"/entreprise/(\d{9})", texte)),
    )


def adresses(siren: str) -> list[str]:
    """The public surfaces of a company and of its siège."""
    bases = (f"/entreprise/{siren}", f"/etablissement/{f.siret_no(siren)}")
    pages = [
        f"{base}{suite}" for base in bases for suite in ("", "/tout", "/historique", "/chronologie", "/export.xlsx")
    ]
    pages += [
        f"{base}{suite}"
        for base in bases
        for suite in ("/dirigeants", "/effectifs", "?departement=59", "/chronologie?depuis=2020")
    ]
    return [*pages, f"/api/v1/entreprises/{siren}", f"/api/v1/etablissements/{f.siret_no(siren)}"]


def lire(client: Client, adresse: str) -> str:
    return lu(client.get(adresse))


def corps(client: Client, adresse: str) -> bytes:
    """The answer without what changes at each request."""
    reponse = client.get(adresse)
    return _VARIABLE.sub(b"", b"".join(reponse) if reponse.streaming else reponse.content)


def fiches(lecteur: str, joue: Joue, scene: Scene, sirens: Sequence[str], *, listes: int) -> Iterator[Sortie]:
    """The surfaces of these companies, and of one establishment of each, masked if one is.

    ``listes``: how many data sets of each, in turn, with their list and their file.
    """
    tour = 0
    for siren in sirens:
        _, _, siege, _ = scene.cas[siren]
        for numero in (siren, f.siret_no(siren, 1 if siege != "O" else 2)):
            base = f"/{'entreprise' if len(numero) == 9 else 'etablissement'}/{numero}"
            lues = {"page": f"{base}/tout", "synthèse": base, "xlsx": f"{base}/export.xlsx"}
            lues |= {"note": f"{base}/note", "pdf": f"{base}/note.pdf"} if joue.acteur.identifiant else {}
            if listes:
                lues["chronologie"] = f"{base}/chronologie"
            possibles = [s for s in AUTRES if len(numero) == 9 or par_lieu(s)]
            for _ in range(listes):
                nom = possibles[tour % len(possibles)].nom
                lues |= {f"liste {nom}": f"{base}/{nom}", f"csv {nom}": f"{base}/{nom}.csv"}
                tour += 1
            for surface, adresse in lues.items():
                yield _sortie(lecteur, surface, numero, lire(joue.client, adresse))
            yield _sortie(lecteur, "api", numero, _api(joue, numero))
        htmx = HTMX | {"HX-Target": "liste-etablissements"}
        yield _sortie(lecteur, "fragment", siren, lu(joue.client.get(f"/entreprise/{siren}", headers=htmx)))


def _api(joue: Joue, numero: str) -> str:
    adresse = f"/api/v1/{'entreprises' if len(numero) == 9 else 'etablissements'}/{numero}"
    finalite = f"?finalite={joue.finalite}&reference=2026-1" if joue.finalite else ""
    return lu(joue.client.get(adresse + finalite, **joue.api))


def publiques(scene: Scene) -> Iterator[Sortie]:
    """What everyone gets of all the units at once: results, facets, exports, catalogue, old addresses."""
    client = Client()
    pages = {
        "resultats": "/recherche?creation_min=2001-01-01&taille=100",
        "etablissements": "/recherche?creation_min=2001-01-01&vue=etablissements&taille=100",
        "export-csv": "/recherche/export.csv?creation_min=2001-01-01",
        "export-xlsx": "/recherche/export.xlsx?creation_min=2001-01-01",
        "api-recherche": "/api/v1/recherche?creation_min=2001-01-01",
        "api-curseur": "/api/v1/recherche?creation_min=2001-01-01&curseur=*&taille=100",
        "api-compatible": "/api/recherche-entreprises/search?est_siae=false&per_page=25",
        "dcat": "/sources/catalogue.jsonld",
    }
    for surface, adresse in pages.items():
        yield _sortie("anonyme", surface, "", lire(client, adresse))
    for rang, siren in enumerate(scene.cas):
        ancienne = f"/enterprise/{siren}" if rang % 2 else f"/establishment/{f.siret_no(siren, 2)}"
        yield _sortie("anonyme", "ancienne-adresse", siren, lu(client.get(ancienne, follow=True)))
        yield _sortie("anonyme", "api-numero", siren, lire(client, f"/api/v1/recherche?q={siren}"))
        lot = {"identifiants": [siren, f.siret_no(siren), f.siret_no(siren, 2)]}
        yield _sortie("anonyme", "api-lot", siren, lu(client.post("/api/v1/lot", lot, content_type="application/json")))
        compatible = f"/api/recherche-entreprises/search?q={siren}&include_admin=etablissements,immatriculation,bodacc"
        yield _sortie("anonyme", "api-compatible-numero", siren, lire(client, compatible))
    for source in PUBLIEES:
        yield _sortie("anonyme", f"donnees.csv {source.nom}", "", lire(client, f"/sources/{source.nom}/donnees.csv"))
        yield _sortie("anonyme", f"donnees.parquet {source.nom}", "", _parquet(client, source))


def _parquet(client: Client, source: Source) -> str:
    reponse = client.get(f"/sources/{source.nom}/donnees.parquet")
    octets = b"".join(reponse) if reponse.streaming else reponse.content
    return f"{reponse.status_code}\n{polars.read_parquet(BytesIO(octets)).rows()}"


def trouvees(mot: str) -> str:
    """All that a search for ``mot`` answers."""
    client = Client()
    textes = [
        lu(client.get("/recherche", {"q": mot}, follow=True)),
        lu(client.get("/recherche", {"q": mot, "vue": "etablissements"}, follow=True)),
        lu(client.get("/recherche/suggestions", {"q": mot[:-1]}, headers=HTMX)),
        lu(client.get("/api/v1/recherche", {"q": mot})),
        lu(client.get("/api/v1/recherche", {"q": mot, "curseur": "*"})),
        lu(client.get("/api/v1/suggestions", {"q": mot[:-1]})),
        lu(client.get("/api/recherche-entreprises/search", {"q": mot})),
        lu(client.get("/recherche/export.csv", {"q": mot})),
    ]
    return "\n".join(textes)


def reponse_de_l_insee(siren: str) -> dict[str, Any]:
    """What the restricted feed says of the siège of a masked person (API Entreprise, INSEE)."""
    personne = {"prenom_1": "IRENE", "nom_naissance": "DALVERCOURT"}
    personne |= dict.fromkeys(("prenom_2", "prenom_3", "prenom_4", "nom_usage", "pseudonyme"))  # type: ignore[arg-type]
    adresse = {"numero_voie": "7", "type_voie": "RUE", "libelle_voie": "SECRETE", "code_postal": "59000"}
    adresse |= dict.fromkeys(("indice_repetition_voie", "complement_adresse", "libelle_pays_etranger"))  # type: ignore[arg-type]
    return {
        "siret": f.siret_no(siren),
        "enseigne": None,
        "unite_legale": {
            "siren": siren,
            "status_diffusion": "partiellement_diffusible",
            "personne_morale_attributs": {"raison_sociale": None, "sigle": None},
            "personne_physique_attributs": personne,
        },
        "adresse": {**adresse, "libelle_commune": "LILLE"},
    }
