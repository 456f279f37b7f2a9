"""Signs by which a column is recognised: words of its title, form of its values; and those that speak of a person.

Pure functions over ``signes.toml`` and ``prenoms.txt``. A title is compared folded, its words apart.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from fce.referentiels import naf, territoires
from fce.referentiels.libelle import Libelle
from fce.referentiels.territoires.postaux import codes_postaux
from fce.socle.texte.identifiants import compacter, rna_valide, siret_valide
from fce.socle.texte.pliage import mots, plier


class TypeReconnu(NamedTuple):
    """``titre``: pattern of a folded title; ``seul``: share of the values that is enough without it, above 1 for a type
    that its title alone tells; ``avec``: with it. ``un``, ``dit``: one value, several. ``essais``: values tried."""

    code: str
    genre: str
    nature: str
    convient: Callable[[str], bool]
    avec: float
    un: str
    dit: str
    titre: str = ""
    seul: float = 2.0
    essais: int = 2_000


def _motif(liste: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_TABLES[liste])})\b")


_TABLES: Final = tomllib.loads((Path(__file__).parent / "signes.toml").read_text("utf-8"))
_PRENOMS: Final = frozenset((Path(__file__).parent / "prenoms.txt").read_text("utf-8").split())
_SOCIETE: Final = frozenset(_TABLES["societe"])
_PERSONNE, SENSIBLE, _COMPTE, _CONTACT = map(_motif, ("personne", "sensible", "compte", "contact"))
CATEGORIE, SECONDAIRE = map(_motif, ("categorie", "secondaire"))
CONNUS_DE_SIRENE: Final = frozenset(_TABLES["connus_de_sirene"])
DATE: Final = re.compile(r"\b(date|dt|dat)\b")
_NUMERO: Final = re.compile(r"\b(siren|siret)\b")
_VOIE: Final = re.compile(
    r"\b(rue|r|avenue|av|ave|bd|bld|boulevard|chemin|che|route|rte|place|pl|impasse|imp|allee|quai|zi|za|zac|zone"
    r"|lieu dit|cours|square|lotissement|bp)\b"
)
_COURRIEL: Final = re.compile(r"[\w.+'-]+@[\w-]+(\.[\w-]+)+")
_TELEPHONE: Final = re.compile(
    r"(?<![\w.,/-])(?:\+|00)?(?:33|262|590|594|596)?[\s.]?(?:\(0\))?0?[1-9](?:[\s./-]?[0-9]{2}){4}(?![\w/-])"
)
_NIR: Final = re.compile(
    r"(?<!\d)[1278]\s?\d{2}\s?(?:0[1-9]|[1-9]\d)\s?(?:\d{2}|2[AB])\s?\d{3}\s?\d{3}(?:\s?\d{2})?(?!\d)"
)
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){4,7}")
_CIVILITE: Final = re.compile(
    r"\b(?:M\.|MM\.|Mr\.?|Mme|Mlle|Monsieur|Madame|Mademoiselle|Dr|Docteur|Me|Maître)\s+[A-ZÉÈÎÔ]"
)
_DEUX_MOTS: Final = re.compile(
    r"\b[A-ZÉÈ][a-zéèêëïîôç]+(?:-[A-ZÉÈ][a-zéèêëïîôç]+)? [A-ZÉÈÀÂÊÎÔÛÇ'-]{2,}\b|\b[A-ZÉÈ'-]{2,} [A-ZÉÈ][a-zéèêëïîôç]+\b"
)
_NOMBRE: Final = re.compile(r"[+-]?(?:[0-9]{1,24}|[0-9]{1,3}(?:[ \u00a0\u2009\u202f][0-9]{3})+)(?:[.,][0-9]{1,30})?")
_ENTIER: Final = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,14}|[1-9][0-9]{0,2}(?:[ \u00a0\u2009\u202f][0-9]{3})+)")
_NAF: Final = re.compile(r"[0-9]{2}\.?[0-9]{1,2}[A-Z]")


def plier_titre(titre: str) -> str:
    """The folded words of a title, ``dateVisite2`` being three."""
    return plier(re.sub(r"(?<=[a-zé])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])", " ", titre))


def titre_de_personne(plie: str) -> bool:
    return bool(_PERSONNE.search(plie) or SENSIBLE.search(plie))


def titre_de_contact(plie: str) -> bool:
    return bool(_CONTACT.search(plie))


def est_un_compte(plie: str) -> bool:
    """Whether a title counts people more than it tells one: « nombre de salariés »."""
    return bool(_COMPTE.search(plie))


def est_une_personne_morale(valeur: str) -> bool:
    nu = compacter(valeur) if len(valeur) < 40 else ""
    return not _SOCIETE.isdisjoint(mots(valeur)) or rna_valide(nu) or siret_valide(nu)


def nomme(valeur: str) -> bool:
    """Whether a short value is the name of one person."""
    if len(valeur) > 60 or any(map(str.isdigit, valeur)):
        return False
    siens = mots(valeur)
    if not 1 < len(siens) <= 6 or not _SOCIETE.isdisjoint(siens):
        return len(siens) == 1 and siens[0] in _PRENOMS
    return bool(not _PRENOMS.isdisjoint(siens) or _CIVILITE.search(valeur) or _DEUX_MOTS.fullmatch(valeur.strip()))


def parle_d_une_personne(valeur: str, *, dans_un_lieu: bool = False) -> bool:
    """Whether a text names a person, or gives how to reach or identify one. ``dans_un_lieu``: streets have names of
    people."""
    if any(motif.search(valeur) for motif in (_COURRIEL, _NIR, _IBAN, _CIVILITE)):
        return True
    if (telephone := _TELEPHONE.search(valeur)) and not siret_valide(compacter(valeur)) and len(telephone.group()) > 8:
        return True
    return not dans_un_lieu and any(
        plier(un) in _PRENOMS and autre[:1].isupper() and len(autre) > 1 and est_un_mot(autre)
        for un, autre in re.findall(r"\b([A-ZÉÈ][\wéèêëïîôç-]+)(?= ([A-ZÉÈ][\wéèêëïîôç'-]+))", valeur)
    )


def est_un_mot(texte: str) -> bool:
    return plier(texte) not in _SOCIETE and not any(map(str.isdigit, texte))


def _telephone(valeur: str) -> bool:
    return bool(_TELEPHONE.fullmatch(valeur.strip())) and valeur.lstrip(" (")[:1] in "0+"


def _nir(valeur: str) -> bool:
    return bool(_NIR.fullmatch(valeur.strip())) and not siret_valide(compacter(valeur))


def _coordonnee(valeur: str) -> bool:
    return bool(re.fullmatch(r"-?[0-9]{1,3}[.,][0-9]{3,}|-?[0-9.]+ ?, ?-?[0-9.]+|[0-9]{6,7}([.,][0-9]+)?", valeur))


def _adresse(valeur: str) -> bool:
    debut = " ".join(plier(valeur).split()[:5])
    return bool(_VOIE.search(debut)) and (debut[:1].isdigit() or debut.count(" ") > 1)


def _departement(valeur: str) -> bool:
    return bool(territoires.departement(valeur.zfill(2))) or plier(valeur) in _noms(territoires.departements)


def _region(valeur: str) -> bool:
    return bool(territoires.region(valeur.zfill(2))) or plier(valeur) in _noms(territoires.regions)


@cache
def _noms(lister: Callable[[], Sequence[Libelle]]) -> frozenset[str]:
    return frozenset(plier(lieu.libelle or "") for lieu in lister())


def est_un_texte(valeur: str) -> bool:
    return any(map(str.isalpha, valeur))


_VALEURS: Final[Mapping[str, Callable[[str], bool]]] = {
    "texte": est_un_texte,
    "date": bool,
    "morale": est_une_personne_morale,
    "courriel": lambda v: bool(_COURRIEL.fullmatch(v.strip())),
    "nir": _nir,
    "telephone": _telephone,
    "rna": rna_valide,
    "url": lambda v: bool(re.match(r"(https?://|www\.)", v)),
    "adresse": _adresse,
    "code_postal": lambda v: v.zfill(5) in codes_postaux(),
    "code_commune": lambda v: len(v) == 5 and territoires.commune(v) is not None,
    "commune": territoires.est_un_nom_de_lieu,
    "region": _region,
    "departement": _departement,
    "naf": lambda v: bool(_NAF.fullmatch(v)) and naf.libelle(naf.normaliser(v)) is not None,
    "coordonnee": _coordonnee,
    "booleen": lambda v: v.strip().lower() in ("oui", "non", "o", "n", "true", "false", "vrai", "faux", "1", "0"),
    "nombre": lambda v: bool(_NOMBRE.fullmatch(v.strip())),
    "decimal": lambda v: bool(_NOMBRE.fullmatch(v.strip())) and not re.match("0[0-9]", v),
    "entier": lambda v: bool(_ENTIER.fullmatch(v.strip())),
    "identifiant": lambda v: len(v) <= 40 and any(map(str.isdigit, v)) and " " not in v.strip(),
}
TYPES: Final = tuple(TypeReconnu(convient=_VALEURS[dit.pop("valeurs", dit["code"])], **dit) for dit in _TABLES["types"])


def titres_connus(cellules: Sequence[str]) -> int:
    """How many cells of a line are titles that a type or a person's sign knows."""
    plies = [plier_titre(c) for c in cellules if len(c) <= 80]
    motifs = [t.titre for t in TYPES if t.titre]
    return sum(bool(_NUMERO.search(p)) or titre_de_personne(p) or any(re.search(m, p) for m in motifs) for p in plies)
