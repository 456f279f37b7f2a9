"""The one query object of the search: page, suggestions, exports and API all read their parameters through it.

Every value is text, as in the address: ``filtres["siege"] == ("oui",)``. Bounded numbers are clamped, a value that is
not one of those accepted raises ``ParametreInvalide`` with a sentence for the user; nothing else is ever raised.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fce.recherche import alimentations
from fce.recherche.alimentations import DIRIGEANT, NON, OUI, VALEUR_MAX
from fce.referentiels import effectifs, territoires
from fce.referentiels.territoires.decoupage import region_du_departement
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte import normaliser_requete

VUES = ("entreprises", "etablissements")
ETATS = ("actif", "cesse", "tous")
TRIS = ("pertinence", "effectif", "creation", "nom", "commune")
CATEGORIES = ("PME", "ETI", "GE")
OUI_NON = (OUI, NON)

FILTRES_LIEU = ("region", "departement", "epci", "commune", "code_postal")
FILTRES_BOOLEENS = ("siege", "employeur", "ess", "societe_mission")
FILTRES_DATES = ("creation_min", "creation_max")
FILTRES = (
    *FILTRES_LIEU, "naf", "categorie_juridique", "tranche_effectif", "categorie", *FILTRES_BOOLEENS, *FILTRES_DATES,
    DIRIGEANT,
)  # fmt: skip

TAILLE = 20
TAILLE_MAX = 100
FENETRE = 10_000
"""No page goes beyond this many results; counts are exact up to it."""
VALEURS_MAX = 50
"""Values accepted for one filter."""

_FORMES = {
    "region": re.compile(r"\d{2}|9[78]\d"),
    "departement": re.compile(r"\d{2}|2[AB]|9[78]\d"),
    "epci": re.compile(r"\d{9}"),
    "commune": re.compile(r"\d{5}|2[AB]\d{3}"),
    "code_postal": re.compile(r"\d{5}"),
    "naf": re.compile(r"[A-V]|\d\d(?:\.\d(?:\d[A-Z]?)?)?"),
    "categorie_juridique": re.compile(r"\d|\d\d|\d{4}"),
}
_NAF_SANS_POINT = re.compile(r"(\d\d)(\d{1,2}[A-Z]?)")
_EXEMPLES = {
    "region": ("une région", "11"),
    "departement": ("un département", "59"),
    "epci": ("une intercommunalité", "245900410"),
    "commune": ("une commune (code INSEE)", "59350"),
    "code_postal": ("un code postal", "59000"),
    "naf": ("une activité (NAF)", "62.01Z"),
    "categorie_juridique": ("une catégorie juridique", "5710"),
}
_JOUR_FR = re.compile(r"(\d{2})/(\d{2})/(\d{4})")

Params = Mapping[str, Any]


@dataclass(frozen=True)
class Requete:
    """What a user asks of the search.

    ``filtres`` maps each name of ``noms_des_filtres`` that is set to its values; ``lieux_inconnus`` are the free texts
    of the place box that name no place (the search then finds nothing and says so). ``page`` starts at 1; ``page ×
    taille`` ≤ 10 000.
    """

    q: str = ""
    vue: str = "entreprises"
    filtres: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    etat: str = "actif"
    tri: str = "pertinence"
    inverse: bool = False
    page: int = 1
    taille: int = TAILLE
    lieux_inconnus: tuple[str, ...] = ()

    @classmethod
    def depuis(cls, params: Params) -> "Requete":
        """Read the parameters of an address (``QueryDict`` or plain mapping of texts or lists of texts).

        ``tri`` may start with ``-`` (the reverse of its natural order). Raises ``ParametreInvalide``.
        """
        filtres: dict[str, tuple[str, ...]] = {}
        noms = noms_des_filtres()
        for nom in noms:
            valeurs = _uniques(_verifier(nom, v) for v in _valeurs(params, nom))
            if valeurs:
                filtres[nom] = valeurs
        inconnus = []
        for texte in _valeurs(params, "lieu"):
            lieu = _lieu(texte)
            if lieu is None:
                inconnus.append(texte)
            else:
                nom, code = lieu
                filtres[nom] = _uniques((*filtres.get(nom, ()), code))
        for nom in [nom for nom, valeurs in filtres.items() if {OUI, NON} <= {*valeurs}]:
            del filtres[nom]  # yes and no: everything
        for nom in FILTRES_DATES:
            if nom in filtres:
                filtres[nom] = filtres[nom][-1:]
        if (
            "creation_min" in filtres
            and "creation_max" in filtres
            and filtres["creation_min"] > filtres["creation_max"]
        ):
            raise ParametreInvalide(
                "La date de création minimale est postérieure à la date maximale : échangez les deux dates.",
                parametre="creation_min",
            )
        tri = _dernier(params, "tri") or "pertinence"
        taille = _entier(_dernier(params, "taille"), TAILLE, 1, TAILLE_MAX)
        return cls(
            q=_dernier(params, "q"),
            vue=_choix("vue", _dernier(params, "vue") or "entreprises", VUES),
            filtres={nom: filtres[nom] for nom in noms if nom in filtres},
            etat=_choix("etat", _dernier(params, "etat") or "actif", ETATS),
            tri=_choix("tri", tri.removeprefix("-"), TRIS),
            inverse=tri.startswith("-") and tri != "-pertinence",
            page=_entier(_dernier(params, "page"), 1, 1, FENETRE // taille),
            taille=taille,
            lieux_inconnus=tuple(inconnus),
        )

    @property
    def vide(self) -> bool:
        """No text and no filter: nothing is asked (``etat`` and ``siege`` alone would list the whole register)."""
        return not self.q and not self.lieux_inconnus and not (self.filtres.keys() - {"siege"})

    @property
    def decalage(self) -> int:
        """Number of results before this page."""
        return (self.page - 1) * self.taille

    def oui_non(self, nom: str) -> bool | None:
        """Value of a yes/no filter, ``None`` when it is not set."""
        valeur = self.filtres.get(nom)
        return None if valeur is None else valeur == ("oui",)

    def jour(self, nom: str) -> date | None:
        """Value of a date filter."""
        valeur = self.filtres.get(nom)
        return date.fromisoformat(valeur[0]) if valeur else None

    def parametres(self, **changes: object) -> list[tuple[str, str]]:
        """Parameters of the address of this query, defaults left out, in a stable order.

        ``changes`` replaces parameters (text, number, list of texts; ``None`` drops). Any change but that of ``page``
        goes back to the first page.
        """
        actuels: dict[str, object] = {
            "q": self.q,
            "vue": self.vue if self.vue != "entreprises" else "",
            **self.filtres,
            "lieu": self.lieux_inconnus,
            "etat": self.etat if self.etat != "actif" else "",
            "tri": ("-" if self.inverse else "") + self.tri
            if (self.tri, self.inverse) != ("pertinence", False)
            else "",
            "taille": self.taille if self.taille != TAILLE else "",
            "page": self.page if self.page > 1 and (not changes or "page" in changes) else "",
        }
        actuels.update(changes)
        if actuels["page"] in (1, "1"):
            actuels["page"] = ""
        ordre = ("q", "vue", *noms_des_filtres(), "lieu", "etat", "tri", "taille", "page")
        return [(nom, texte) for nom in ordre for texte in _textes(actuels.get(nom))]

    def query_string(self, **changes: object) -> str:
        """Return ``parametres()`` encoded, without the leading ``?``."""
        return urlencode(self.parametres(**changes))

    def basculer(self, nom: str, code: str) -> str:
        """Query string with one value of a filter added, or removed when it is there (facets, chips)."""
        valeurs = self.filtres.get(nom, ())
        if nom == "etat":
            return self.query_string(etat=None if code == self.etat else code)
        if nom in FILTRES_BOOLEENS and code not in valeurs:
            return self.query_string(**{nom: code})
        nouvelles = [v for v in valeurs if v != code] if code in valeurs else [*valeurs, code]
        return self.query_string(**{nom: nouvelles})

    def avec_page(self, page: int) -> "Requete":
        """Return the same query at another page, clamped."""
        return replace(self, page=max(1, min(page, FENETRE // self.taille)))

    def lieux(self) -> dict[str, tuple[str, ...]]:
        """Places asked, by kind, each wider place dropped when a narrower one inside it is asked too.

        Places add up (a company of Lille *or* of Isère) unless one refines another (the Nord, then Lille).
        """
        lieux = {nom: self.filtres[nom] for nom in FILTRES_LIEU if nom in self.filtres}
        if len(lieux) < 2:
            return lieux
        larges = self.lieux_contenants()
        restants = {nom: tuple(c for c in codes if c not in larges.get(nom, ())) for nom, codes in lieux.items()}
        return {nom: codes for nom, codes in restants.items() if codes}

    def lieux_contenants(self) -> dict[str, set[str]]:
        """Places, by kind, that hold one of those asked: they ask for nothing more."""
        larges: dict[str, set[str]] = {}
        for nom in FILTRES_LIEU:
            for code in self.filtres.get(nom, ()):
                for genre, contenant in _contenants(nom, code):
                    larges.setdefault(genre, set()).add(contenant)
        return larges


def noms_des_filtres() -> tuple[str, ...]:
    """Names of all the filters: those of Sirene, then those that the sources declare."""
    return (*FILTRES, *alimentations.filtres())


def _contenants(genre: str, code: str) -> Iterable[tuple[str, str]]:
    """Yield the wider places that hold a place."""
    departement = code if genre == "departement" else None
    if genre == "commune":
        commune = territoires.commune(code)
        if commune is None:
            return
        departement = commune.departement
        if commune.epci:
            yield "epci", commune.epci
        for code_postal in commune.codes_postaux:
            yield "code_postal", code_postal
        yield "departement", departement
    elif genre == "code_postal":
        departement = code[:3] if code.startswith(("97", "98")) else code[:2]
        yield "departement", departement
    if region := region_du_departement(departement or ""):
        yield "region", region.code


def _lieu(texte: str) -> tuple[str, str] | None:
    """Turn a value of the place box (``commune:59350``, or free text) into a filter; ``None``: it names no place."""
    genre, _, code = texte.partition(":")
    if genre in FILTRES_LIEU:
        return genre, _verifier(genre, code.strip())
    trouves = territoires.chercher_lieux(texte, 1)
    return (trouves[0].genre, trouves[0].code) if trouves else None


def _verifier(nom: str, valeur: str) -> str:
    """Return the canonical form of one value of a filter."""
    if nom == DIRIGEANT or nom not in FILTRES:
        return valeur if valeur in OUI_NON else valeur[:VALEUR_MAX]
    if nom in FILTRES_DATES:
        return _jour(nom, valeur)
    if nom in FILTRES_BOOLEENS:
        return _choix(nom, {"true": "oui", "false": "non", "1": "oui", "0": "non"}.get(valeur.lower(), valeur), OUI_NON)
    valeur = valeur.upper()
    if nom == "categorie":
        return _choix(nom, valeur, CATEGORIES)
    if nom == "tranche_effectif":
        return _choix(nom, valeur, tuple(t.code for t in effectifs.liste()))
    if nom == "naf" and (sans_point := _NAF_SANS_POINT.fullmatch(valeur)):
        valeur = f"{sans_point[1]}.{sans_point[2]}"
    if _FORMES[nom].fullmatch(valeur) is None or not valeur.isascii():
        quoi, exemple = _EXEMPLES[nom]
        raise ParametreInvalide(
            f"« {_court(valeur)} » n’est pas {quoi} : on attend par exemple « {exemple} ».", parametre=nom
        )
    return valeur


def _choix(nom: str, valeur: str, permis: tuple[str, ...]) -> str:
    if valeur not in permis:
        raise ParametreInvalide(
            f"« {_court(valeur)} » n’est pas une valeur du paramètre « {nom} » : choisissez parmi {', '.join(permis)}.",
            parametre=nom,
        )
    return valeur


def _jour(nom: str, valeur: str) -> str:
    francais = _JOUR_FR.fullmatch(valeur)
    iso = f"{francais[3]}-{francais[2]}-{francais[1]}" if francais else valeur
    try:
        return date.fromisoformat(iso).isoformat()
    except ValueError:
        raise ParametreInvalide(
            f"« {_court(valeur)} » n’est pas une date : écrivez-la JJ/MM/AAAA, par exemple 01/03/2024.", parametre=nom
        ) from None


def _entier(texte: str, defaut: int, minimum: int, maximum: int) -> int:
    # str.isdigit() accepts "²", and int() refuses more than 4 300 digits.
    if not texte.isascii() or not texte.isdigit():
        return defaut
    chiffres = texte.lstrip("0") or "0"
    return maximum if len(chiffres) > 9 else max(minimum, min(int(chiffres), maximum))


def _valeurs(params: Params, nom: str) -> list[str]:
    """All the values of a parameter, cleaned, blanks dropped."""
    brutes: Any = params.getlist(nom) if hasattr(params, "getlist") else params.get(nom, ())
    if isinstance(brutes, str) or not isinstance(brutes, Iterable):
        brutes = (brutes,)
    valeurs = _uniques(
        texte for brute in brutes if brute is not None for texte in [normaliser_requete(str(brute))] if texte
    )
    if len(valeurs) > VALEURS_MAX:
        raise ParametreInvalide(
            f"Le paramètre « {nom} » reçoit trop de valeurs : {VALEURS_MAX} au plus.", parametre=nom
        )
    return list(valeurs)


def _dernier(params: Params, nom: str) -> str:
    valeurs: Any = params.getlist(nom) if hasattr(params, "getlist") else params.get(nom, "")
    if isinstance(valeurs, list | tuple):
        valeurs = valeurs[-1] if valeurs else ""
    return "" if valeurs is None else normaliser_requete(str(valeurs))


def _textes(valeur: object) -> list[str]:
    if valeur is None or valeur == "":
        return []
    if isinstance(valeur, list | tuple):
        return [str(v) for v in valeur]
    return [str(valeur)]


def _uniques(valeurs: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(valeurs))


def _court(texte: str) -> str:
    return texte if len(texte) <= 40 else texte[:39] + "…"
