"""Keep the rows of one département of a csv (plain, gzip, or alone in a zip), in constant memory, bytes unchanged.

A row is located by its code of commune, of département or postal code (first digits, although a postal code may cross a
border); else by its SIRET or SIREN, looked up among the establishments of the département: the
``sirene-etablissements`` file already cut, else the version in place. Rows with a masked address are dropped.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fce.referentiels import territoires
from fce.socle.erreurs import ImportRefuse, ParametreInvalide
from fce.socle.texte.pliage import plier
from fce.socle.web.offres import offres
from fce.sources.champs import Siren, Siret
from fce.sources.declaration import Auto, Csv, Lecteur, Source

ETABLISSEMENTS: Final = "sirene-etablissements"
LIGNE_MAX: Final = 4 << 20
"""Maximum bytes of a row, line breaks included; a longer one means an unclosed quotation mark."""
_COMMUNES: Final = ("code_commune", "code_insee", "adrs_codeinsee")
_DEPARTEMENTS: Final = ("code_departement", "departement")
_POSTAUX: Final = ("code_postal", "adrs_codepostal")
Garde = Callable[[list[str]], bool]
Progression = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Numeros:
    """Numbers of the establishments of a département, as integers (a million fits in memory)."""

    sirets: frozenset[int]

    @property
    def sirens(self) -> frozenset[int]:
        return frozenset(siret // 100_000 for siret in self.sirets)


def departement(code: str) -> str:
    """The code as Insee writes it ("59", "2A", "974"). Raises ParametreInvalide for an unknown département."""
    connu = territoires.departement(code.strip().upper().zfill(2))
    if connu is None:
        raise ParametreInvalide(f"« {code} » n'est pas un code de département (59, 2A, 974…).")
    return connu.code


def filtrable(source: Source) -> bool:
    """Whether rows can be selected without the source's own reader: csv only."""
    fichier = source.fichier
    return isinstance(fichier, Csv | Auto) or (isinstance(fichier, Lecteur) and fichier.extension.endswith("csv"))


def filtrer(
    source: Source,
    entree: Path,
    sortie: Path,
    code: str,
    numeros: Callable[[], Numeros],
    progression: Progression,
) -> int | None:
    """Write to ``sortie`` the header of ``entree`` and its rows of département ``code``; return their number.

    Returns None, writing nothing, when no column locates a row or when the source's own reader needs an archive of
    several files. ``numeros`` is called only if needed. Raises ImportRefuse for a file that ``lecture`` refuses.
    """
    if isinstance(source.fichier, Lecteur) and _en_plusieurs(entree):
        return None
    enregistrements = _enregistrements(source, entree, progression)
    forme = source.fichier.csv if isinstance(source.fichier, Auto) else source.fichier
    premier = next(enregistrements, b"")
    separateur = forme.separateur.encode() if isinstance(forme, Csv) else max((b";", b",", b"\t"), key=premier.count)
    sans_entete = isinstance(forme, Csv) and forme.entete
    colonnes = list(forme.entete) if isinstance(forme, Csv) and sans_entete else _cellules(premier, separateur)
    garde = _garde(source, [c.strip().removeprefix("\ufeff") for c in colonnes], code, numeros)
    if garde is None:
        return None
    gardees = 0
    with sortie.open("wb") as ecrite:
        if not sans_entete:
            ecrite.write(premier)
        elif garde(_cellules(premier, separateur)):
            ecrite.write(premier)
            gardees += 1
        for brut in enregistrements:
            if garde(_cellules(brut, separateur)):
                ecrite.write(brut)
                gardees += 1
    return gardees


def _en_plusieurs(entree: Path) -> bool:
    if not zipfile.is_zipfile(entree):
        return False
    with zipfile.ZipFile(entree) as archive:
        return len(archive.namelist()) > 1


def _cellules(brut: bytes, separateur: bytes) -> list[str]:
    # Identifiers and codes are ASCII in every declarable encoding.
    texte = brut.decode("latin-1").rstrip("\r\n")
    delimiteur = separateur.decode()
    if '"' not in texte:
        return texte.split(delimiteur)
    return next(csv.reader([texte], delimiter=delimiteur), [])


def _enregistrements(source: Source, entree: Path, progression: Progression) -> Iterator[bytes]:
    from fce.sources.lecture.ouverture import blocs

    taille = entree.stat().st_size
    reste = b""
    ouvert = bytearray()
    for bloc, faits in blocs(entree):
        progression("Tri par département", faits, taille)
        *lignes, reste = (reste + bloc).split(b"\n")
        for ligne in lignes:
            if not ouvert and b'"' not in ligne:
                yield ligne + b"\n"
                continue
            ouvert += ligne + b"\n"
            if ouvert.count(b'"') % 2 == 0:
                yield bytes(ouvert)
                ouvert.clear()
            elif len(ouvert) > LIGNE_MAX:
                raise ImportRefuse(f"Un guillemet n'est jamais refermé dans le fichier de {source.nom}.")
    if reste or ouvert:
        yield bytes(ouvert) + reste


def _garde(source: Source, entete: Sequence[str], code: str, numeros: Callable[[], Numeros]) -> Garde | None:
    def rangs(attributs: Iterable[str]) -> list[int]:
        colonnes = [source.champs[a].colonne for a in attributs if a in source.champs]
        return [entete.index(c) for c in colonnes if c in entete]

    # The place may be in a column that the source does not keep.
    noms = [plier(_utf8(c)).replace(" ", "_") for c in entete]

    def lieux(attributs: Iterable[str]) -> list[int]:
        return rangs(attributs) or [noms.index(a) for a in attributs if a in noms]

    for attributs, code_de in ((_COMMUNES, _de_commune), (_DEPARTEMENTS, _de_departement), (_POSTAUX, _de_postal)):
        if places := lieux(attributs):
            return _par_lieu(places[0], code, code_de)
    sirets = rangs(a for a, c in source.champs.items() if isinstance(c, Siret))
    sirens = rangs(a for a, c in source.champs.items() if isinstance(c, Siren))
    if not sirets and not sirens:
        return None
    connus = numeros()
    return _par_numero(sirets, connus.sirets) if sirets else _par_numero(sirens, connus.sirens)


def _par_lieu(rang: int, code: str, code_de: Callable[[str], str | None]) -> Garde:
    connus: dict[str, bool] = {}

    def garde(cellules: list[str]) -> bool:
        valeur = cellules[rang] if rang < len(cellules) else ""
        if (reponse := connus.get(valeur)) is None:
            reponse = connus[valeur] = code_de(valeur.strip().strip('"')) == code
        return reponse

    return garde


def _par_numero(rangs: Sequence[int], connus: frozenset[int]) -> Garde:
    def garde(cellules: list[str]) -> bool:
        for rang in rangs:
            valeur = re.sub(r"\s", "", cellules[rang]) if rang < len(cellules) else ""
            if valeur.isdecimal() and int(valeur) in connus:
                return True
        return False

    return garde


def _de_commune(valeur: str) -> str | None:
    trouve = territoires.departement_de(valeur.upper().zfill(5)) if valeur else None
    return trouve.code if trouve else None


def _de_departement(valeur: str) -> str | None:
    connu = territoires.departement(valeur.lstrip("0").zfill(2)) if valeur else None
    if connu:
        return connu.code
    # Some files write the name of the département. Bytes were decoded as latin-1.
    nom = plier(_utf8(valeur))
    return next((d.code for d in territoires.departements() if plier(d.libelle or "") == nom), None)


def _utf8(valeur: str) -> str:
    try:
        return valeur.encode("latin-1").decode()
    except UnicodeError:
        return valeur


def _de_postal(valeur: str) -> str | None:
    chiffres = valeur.zfill(5) if valeur.isdecimal() else ""
    if len(chiffres) != 5:
        return None
    if chiffres.startswith("20"):
        return "2A" if chiffres < "20200" else "2B"
    return chiffres[:3] if chiffres[:2] in ("97", "98") else chiffres[:2]


def numeros_du_fichier(etablissements: Source, fichier: Path) -> Numeros:
    forme = etablissements.fichier.csv if isinstance(etablissements.fichier, Auto) else etablissements.fichier
    separateur = forme.separateur.encode() if isinstance(forme, Csv) else b","
    lignes = _enregistrements(etablissements, fichier, lambda *_: None)
    entete = [c.strip().removeprefix("\ufeff") for c in _utf8(next(lignes, b"").decode("latin-1")).rstrip().split(",")]
    rang = entete.index(etablissements.champs["siret"].colonne)
    cellules = (_cellules(ligne, separateur)[rang] for ligne in lignes)
    return Numeros(frozenset(int(siret) for siret in cellules if siret.isdecimal()))


def numeros_en_place(code: str) -> Numeros:
    """Numbers of the département in the version in place. Raises ParametreInvalide when there are none."""
    sirets_de = offres().sirets
    numeros = sirets_de(territoires.codes_communes(code, "departement")) if sirets_de else ()
    sirets = frozenset(int(siret) for siret in numeros if siret)
    if not sirets:
        raise ParametreInvalide(
            f"Aucun établissement du département {code} n'est connu : téléchargez d'abord sirene-etablissements "
            f"(« fce telecharger {ETABLISSEMENTS} … --departement {code} »)."
        )
    return Numeros(sirets)
