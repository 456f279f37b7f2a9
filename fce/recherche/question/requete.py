"""The query object of the search: page, suggestions, exports and API all read their parameters through it.

Every value is text, as in the address: ``filtres["siege"] == ("oui",)``. Numbers are clamped to their bounds; any other
invalid value raises ``ParametreInvalide`` with a sentence for the user. Nothing else is raised.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

import msgspec

from fce.recherche.question import filtres, lieu_et_activite
from fce.recherche.question.alimentations import NON, OUI
from fce.recherche.question.filtre import Critere
from fce.recherche.question.filtres import BORNES_CREATION, FERMETURE, FILTRE_SIEGE, LIEUX
from fce.recherche.question.filtres_en_phrases import FiltreCompris
from fce.recherche.question.lieu_et_activite import ACTIVITE
from fce.recherche.question.saisies import SaisieListe
from fce.referentiels import activites, naf, territoires
from fce.referentiels.territoires.decoupage import region_du_departement
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte.pliage import normaliser_requete

VUES = ("entreprises", "etablissements")
ETATS = {"actif": "En activité", "cesse": "Cessées ou fermées", "tous": "Toutes"}
TRIS = {
    "pertinence": "Pertinence",
    "effectif": "Effectif, du plus grand au plus petit",
    "creation": "Création, de la plus récente à la plus ancienne",
    "nom": "Nom, de A à Z",
    "commune": "Commune, de A à Z",
}
TRIS_DECROISSANTS = frozenset({"effectif", "creation"})
"""Sorts whose natural order is descending."""

_TAILLE = 20
TAILLE_MAX = 100
FENETRE = 10_000
"""No page goes beyond this many results; counts are exact up to it."""
VALEURS_MAX = 50

Params = Mapping[str, Any]


class Requete(msgspec.Struct, frozen=True):
    """What a user asks of the search.

    ``filtres``: values by filter name (``filtres.tous``). ``lieux_inconnus``: texts of the place box that name no
    place; the search then finds nothing and says so. ``page`` starts at 1, and ``page × taille`` ≤ 10 000. ``saisie``:
    the text typed, when some of its words were turned into filters; it does not change the results, and is dropped as
    soon as ``q`` or the filters no longer match it.

    ``exigences``: more groups of criteria that companies must meet, and ``parmi``: the only companies that may answer
    (None: all). Only a program gives them: addresses do not hold them.
    """

    q: str = ""
    vue: str = "entreprises"
    filtres: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    etat: str = "actif"
    tri: str = "pertinence"
    inverse: bool = False
    page: int = 1
    taille: int = _TAILLE
    lieux_inconnus: tuple[str, ...] = ()
    saisie: str = ""
    exigences: tuple[tuple[Critere, ...], ...] = ()
    parmi: tuple[str, ...] | None = None

    @classmethod
    def depuis(cls, params: Params) -> "Requete":
        """Read the parameters of an address (``QueryDict``, or mapping to texts or lists of texts).

        ``tri`` may start with ``-`` (reverse order). Raises ``ParametreInvalide``.
        """
        filtres, inconnus = _filtres(params)
        tri = _dernier(params, "tri") or "pertinence"
        taille = _entier(_dernier(params, "taille"), _TAILLE, 1, TAILLE_MAX)
        q, saisie = _dernier(params, "q"), _dernier(params, "saisie")
        etat = SaisieListe(tuple(ETATS)).canonique("etat", _dernier(params, "etat") or "actif")
        if FERMETURE in filtres:
            etat = "cesse"  # nothing open has a closing year
        return cls(
            q=q,
            saisie=saisie if saisie and _dit(saisie, q, filtres, etat) else "",
            vue=SaisieListe(VUES).canonique("vue", _dernier(params, "vue") or "entreprises"),
            filtres=filtres,
            etat=etat,
            tri=SaisieListe(tuple(TRIS)).canonique("tri", tri.removeprefix("-")),
            inverse=tri.startswith("-") and tri != "-pertinence",
            page=_entier(_dernier(params, "page"), 1, 1, FENETRE // taille),
            taille=taille,
            lieux_inconnus=inconnus,
        )

    @property
    def vide(self) -> bool:
        """Neither text nor filter (``etat`` and ``siege`` alone would list the whole register)."""
        return not self.q and not self.lieux_inconnus and not (self.filtres.keys() - {FILTRE_SIEGE})

    @property
    def decalage(self) -> int:
        return (self.page - 1) * self.taille

    def oui_non(self, nom: str) -> bool | None:
        """Value of a yes/no filter; ``None`` when not set."""
        valeur = self.filtres.get(nom)
        return None if valeur is None else valeur == (OUI,)

    def jour(self, nom: str) -> date | None:
        """Value of a date filter; ``None`` when not set."""
        valeur = self.filtres.get(nom)
        return date.fromisoformat(valeur[0]) if valeur else None

    @property
    def tapee(self) -> str:
        """Text typed in the search box."""
        return self.saisie or self.q

    def parametres(self, **changes: object) -> list[tuple[str, str]]:
        """Parameters of the address of this query, defaults left out, in a stable order.

        ``changes`` replaces parameters (text, number, list of texts; ``None`` drops). Any change other than ``page``
        returns to the first page.
        """
        actuels: dict[str, object] = {
            "q": self.q,
            "saisie": self.saisie,
            "vue": self.vue if self.vue != "entreprises" else "",
            **self.filtres,
            "lieu": self.lieux_inconnus,
            "etat": self.etat if self.etat != "actif" else "",
            "tri": ("-" if self.inverse else "") + self.tri
            if (self.tri, self.inverse) != ("pertinence", False)
            else "",
            "taille": self.taille if self.taille != _TAILLE else "",
            "page": self.page if self.page > 1 and (not changes or "page" in changes) else "",
        }
        actuels.update(changes)
        if actuels["page"] in (1, "1"):
            actuels["page"] = ""
        if changes and self.saisie:
            restants = {nom: tuple(_textes(actuels[nom])) for nom in self.filtres}
            if not _dit(self.saisie, str(actuels["q"]), restants, str(actuels["etat"] or "actif")):
                actuels["saisie"] = ""
        ordre = ("q", "saisie", "vue", *filtres.tous(), "lieu", "etat", "tri", "taille", "page")
        return [(nom, texte) for nom in ordre for texte in _textes(actuels.get(nom))]

    def query_string(self, **changes: object) -> str:
        """Return ``parametres()`` encoded, without the leading ``?``."""
        return urlencode(self.parametres(**changes))

    def sans_texte_libre(self) -> list[tuple[str, str]]:
        """``parametres`` without those of display; "" instead of what was written freely: words, names of people."""
        tous = filtres.tous()
        poses = self.parametres(page=None, taille=None, tri=None, saisie=None, vue=None, etat=None)
        return [(nom, valeur if nom in tous and not tous[nom].libre(valeur) else "") for nom, valeur in poses]

    def lieux(self) -> dict[str, tuple[str, ...]]:
        """Places asked, by kind, without those that contain another place asked.

        Places add up (a company of Lille *or* of Isère) unless one refines another (the Nord, then Lille).
        """
        lieux = {nom: self.filtres[nom] for nom in LIEUX if nom in self.filtres}
        if len(lieux) < 2:
            return lieux
        larges = self.lieux_contenants()
        restants = {nom: tuple(c for c in codes if c not in larges.get(nom, ())) for nom, codes in lieux.items()}
        return {nom: codes for nom, codes in restants.items() if codes}

    def lieux_contenants(self) -> dict[str, set[str]]:
        """Places, by kind, that contain one of those asked."""
        larges: dict[str, set[str]] = {}
        for nom in LIEUX:
            for code in self.filtres.get(nom, ()):
                for genre, contenant in _contenants(nom, code):
                    larges.setdefault(genre, set()).add(contenant)
        return larges


def _dit(saisie: str, q: str, filtres: Mapping[str, tuple[str, ...]], etat: str) -> bool:
    """Whether reading ``saisie`` gives the words ``q``, this state, and only filters that are set."""
    lecture = lieu_et_activite.lecture_de(saisie)
    meme_etat = lecture.etat in ("", etat)
    poses = all(_porte(filtres.get(c.filtre, ()), c) for c in lecture.compris)
    return lecture.sure and lecture.reste == q and meme_etat and poses


def _porte(valeurs: tuple[str, ...], compris: FiltreCompris) -> bool:
    """Words are read in the NAF rév. 2: the filter may hold a corresponding code of the NAF 2025."""
    return compris.valeur in valeurs or (
        compris.filtre == ACTIVITE and any(activites.nomenclature(v) == naf.NAF_2025 for v in valeurs)
    )


def _filtres(params: Params) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Read the filters, in their order, and the texts of the place box that name no place."""
    poses: dict[str, tuple[str, ...]] = {}
    inconnus = []
    tous = filtres.tous()
    for nom, filtre in tous.items():
        if nom in params and (textes := _valeurs(params, nom)):
            poses[nom] = _uniques(filtre.saisie.canonique(nom, texte) for texte in textes)
    for texte in _valeurs(params, "lieu"):
        lieu = _lieu(texte)
        if lieu is None:
            inconnus.append(texte)
        else:
            nom, code = lieu
            poses[nom] = _uniques((*poses.get(nom, ()), code))
    for nom in [nom for nom, valeurs in poses.items() if {OUI, NON} <= {*valeurs}]:
        del poses[nom]  # yes and no: no filter
    poses = {nom: poses[nom] if filtre.repetable else poses[nom][-1:] for nom, filtre in tous.items() if nom in poses}
    minimum, maximum = (poses.get(nom) for nom in BORNES_CREATION)
    if minimum and maximum and minimum > maximum:
        raise ParametreInvalide(
            "La date de création minimale est postérieure à la date maximale : échangez les deux dates.",
            parametre=BORNES_CREATION[0],
        )
    return poses, tuple(inconnus)


def _contenants(genre: str, code: str) -> Iterable[tuple[str, str]]:
    """Yield the wider places that contain a place."""
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
    """Turn a value of the place box (``commune:59350``, or free text) into a filter; ``None`` when it names no
    place."""
    genre, _, code = texte.partition(":")
    if genre in LIEUX:
        return genre, filtres.SIRENE[genre].saisie.canonique(genre, code.strip())
    trouves = territoires.chercher_lieux(texte, 1)
    return (trouves[0].genre, trouves[0].code) if trouves else None


def _entier(texte: str, defaut: int, minimum: int, maximum: int) -> int:
    # str.isdigit() accepts "²", and int() refuses more than 4 300 digits.
    if not texte.isascii() or not texte.isdigit():
        return defaut
    chiffres = texte.lstrip("0") or "0"
    return maximum if len(chiffres) > 9 else max(minimum, min(int(chiffres), maximum))


def _valeurs(params: Params, nom: str) -> list[str]:
    """All the values of a parameter, normalised, without blanks."""
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
