"""What each column of an unknown file holds, proposed from its title and from its values. Pure functions.

As data.gouv.fr's csv-detective does, a title and the values each have a score. A sign of a person, in either, only
raises the secrecy of a column.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from string import ascii_lowercase
from typing import Final, NamedTuple, get_args

from fce.donnees.declarations import signes
from fce.donnees.declarations.signes import TYPES, TypeReconnu, plier_titre
from fce.socle.erreurs import ImportRefuse
from fce.socle.texte.formats import nombre, pluriel
from fce.socle.texte.pliage import plier

CLES_JUSTES: Final = 0.95
"""Share of the lines whose SIREN or SIRET must be valid for their column to be the key."""
PERSONNELLES: Final = ("personne", "contact")
ESSAYEES, CODES_MAX, COURT = 2_000, 40, 60
"""Distinct values tried, most different values of a closed list, and longest value of a short text."""
_CHIFFRES_PERDUS: Final = re.compile(r"\s*[0-9]+([.,][0-9]+)?([eE]\+?[0-9]+)?\s*")
ASSEZ: Final = 0.995
"""Share under which the values that are not of the type are said."""


class ColonneProposee(NamedTuple):
    """``type``: code of ``TYPES``, or "texte", "libre", "code", "vide"; ``genre``: that of the declaration.

    ``nature``: "nom", "adresse", "commune", "coordonnee", "registre", "personne", "contact", "libre", or "diffusible".
    ``niveau``: the least closed class that may read it. ``question``: what only the producer can tell. ``possible``: it
    may be the key; ``cle``: it is proposed as such."""

    rang: int
    titre: str
    attribut: str
    libelle: str
    type: str
    genre: str
    nature: str
    niveau: str
    gardee: bool
    pourquoi: str
    question: str = ""
    formats: tuple[str, ...] = ()
    virgule: bool = False
    valeurs: tuple[str, ...] = ()
    exemples: tuple[str, ...] = ()
    possible: bool = False
    cle: bool = False

    @property
    def personnelle(self) -> bool:
        return self.nature in (*PERSONNELLES, "libre")


class Detection(NamedTuple):
    """``refus``: why no column is the key, "" once one is. ``identifiants``: attributes that make a row unique;
    ``uniques``: whether they do."""

    colonnes: tuple[ColonneProposee, ...]
    refus: str
    identifiants: Sequence[str]
    uniques: bool


class _Cle(NamedTuple):
    genre: str
    rang: int
    justes: int
    zeros: int
    perdus: int


def detecter(titres: Sequence[str], colonnes: Sequence[Sequence[str]]) -> Detection:
    """Propose each column of a file. ``colonnes``: their values, as many lines each, "" for an empty cell."""
    lignes = len(colonnes[0]) if colonnes else 0
    pleines = [Counter(v for v in valeurs if v) for valeurs in colonnes]
    cles = [_cle(n, titre, compte) for n, (titre, compte) in enumerate(zip(titres, pleines, strict=True))]
    elue = _elire(titres, cles, lignes)
    avec_prenom = any("prenom" in plier_titre(t).replace("prenoms", "prenom").split() for t in titres)
    pris: set[str] = set()
    proposees = []
    for n, (titre, compte) in enumerate(zip(titres, pleines, strict=True)):
        colonne = _proposer(n, titre, compte, lignes, cles[n], avec_prenom=avec_prenom)
        colonne = colonne._replace(possible=_possible(cles[n], lignes))
        if elue is None or n != elue.rang:
            doublon = titre in titres[:n]
            deja = elue is not None and colonne.type in signes.CONNUS_DE_SIRENE and not colonne.personnelle
            colonne = colonne._replace(
                gardee=colonne.gardee and not deja and not doublon,
                pourquoi=f"déjà connu par Sirene : ne se garde pas ; {colonne.pourquoi}" if deja else colonne.pourquoi,
                question=f"deux colonnes s’appellent « {titre} » : renommez celle-ci" if doublon else colonne.question,
            )
        else:
            colonne = colonne._replace(cle=True, gardee=True)
        attribut = _attribut(titre, pris)
        pris.add(attribut)
        proposees.append(colonne._replace(attribut=attribut))
    identifiants, uniques = _identifiants(proposees, colonnes, elue.rang) if elue else ((), False)
    return Detection(tuple(proposees), "" if elue else _refuser(titres, cles, lignes), identifiants, uniques)


def _cle(rang: int, titre: str, compte: Counter[str]) -> _Cle:
    """How many values the reader of keys makes valid: of establishments first when as many are."""
    # Only the child process that reads files loads polars.
    import polars as pl

    from fce.sources.lecture.cles import cle_juste, nombres_des_cles, normaliser_cles

    bruts, fois = pl.Series([*compte], dtype=pl.String), pl.Series([*compte.values()], dtype=pl.Int64)
    ecrits = bruts.str.replace_all(r"\D", "").str.len_bytes()
    essais = [_Cle("", rang, 0, 0, 0)]
    for genre, longueur in (("siret", 14), ("siren", 9)):
        try:
            cles = normaliser_cles(bruts.clone(), longueur, Path(titre), titre, fois)
        except ImportRefuse:
            # One number written by a spreadsheet, and the reader of the source refuses the whole file.
            flottants = (
                v for v in compte if _CHIFFRES_PERDUS.fullmatch(v) and (genre in plier(titre) or "E" in v.upper())
            )
            essais.append(_Cle(genre, rang, 0, 0, sum(compte[v] for v in flottants)))
            continue
        justes = pl.Series(cle_juste(nombres_des_cles(cles, longueur), longueur), dtype=pl.Boolean)
        rendus = justes & (ecrits < longueur)
        essais.append(_Cle(genre, rang, int(fois.filter(justes).sum()), int(fois.filter(rendus).sum()), 0))
    return max(essais, key=lambda c: (c.justes, c.perdus))


def _possible(cle: _Cle, lignes: int) -> bool:
    return bool(lignes) and cle.justes >= CLES_JUSTES * lignes


def _elire(titres: Sequence[str], cles: Sequence[_Cle], lignes: int) -> _Cle | None:
    """The key: valid on ``CLES_JUSTES`` of the lines; named so, of the unit itself, and of an establishment first."""
    possibles = [c for c in cles if _possible(c, lignes)]

    def rang(cle: _Cle) -> tuple[bool, bool, bool, int]:
        plie = plier_titre(titres[cle.rang])
        return bool(signes.SECONDAIRE.search(plie)), cle.genre not in plie, cle.genre == "siren", cle.rang

    return min(possibles, key=rang, default=None)


def _refuser(titres: Sequence[str], cles: Sequence[_Cle], lignes: int) -> str:
    if not lignes:
        return "Ce fichier n’a aucune ligne de données."
    perdue = max(cles, key=lambda c: c.perdus)
    if perdue.perdus * 2 > lignes:
        return (
            f"Des chiffres sont perdus dans la colonne « {titres[perdue.rang]} » (8,2E+13) : "
            "exportez-la à nouveau au format texte."
        )
    meilleure = max(cles, key=lambda c: c.justes)
    mieux = f" ; la meilleure, « {titres[meilleure.rang]} », en a {meilleure.justes * 100 // lignes} %"
    suite = mieux if meilleure.justes else ""
    return f"Aucune colonne n’a {int(CLES_JUSTES * 100)} % de SIREN ou de SIRET justes{suite}."


def _proposer(
    rang: int, titre: str, compte: Counter[str], lignes: int, cle: _Cle, *, avec_prenom: bool
) -> ColonneProposee:
    plie, essais = plier_titre(titre), [*compte][:: max(1, len(compte) // ESSAYEES)]
    pleines = sum(compte.values())
    vides = f", {round(100 * (lignes - pleines) / lignes)} % vides" if lignes > pleines else ""
    base = ColonneProposee(rang, titre, "", _libelle(titre), "vide", "texte", "diffusible", "C0", False, "colonne vide")
    if not pleines:
        if signes.titre_de_contact(plie) or signes.titre_de_personne(plie):
            return base._replace(nature="contact" if signes.titre_de_contact(plie) else "personne", niveau="C2")
        return base
    base = base._replace(gardee=True, exemples=tuple(essais[:3]))
    if cle.justes >= max(0.5 * pleines, 1) and (cle.genre in plie or cle.justes >= max(0.8 * pleines, 3)):
        return _du_numero(base, cle, lignes)
    trouve, part, formats = _type(plie, essais)
    if trouve and trouve.code != "identifiant":
        colonne = _typer(base, trouve, part, formats, essais, vides)
    else:
        colonne = _du_texte(base, compte, essais, pleines, vides)
    if signes.DATE.search(plie) and colonne.genre not in ("jour", "mois", "horodatage", "booleen"):
        colonne = colonne._replace(
            question=f"une date écrite « {essais[0][:30]} » n’est pas d’un format connu : gardez-la en texte ?"
        )
    return _elever(colonne, plie, compte, avec_prenom=avec_prenom)


def _du_numero(base: ColonneProposee, cle: _Cle, lignes: int) -> ColonneProposee:
    faux, part = lignes - cle.justes, f"{100 * cle.justes / lignes:.1f}".replace(".", ",").removesuffix(",0")
    dits = [f"{part} % de numéros justes sur {nombre(lignes)}"]
    if cle.zeros:
        dits.append(f"zéros du début rendus à {pluriel(cle.zeros, 'numéro')}")
    question = f"{pluriel(faux, 'ligne')} sans {cle.genre.upper()} juste : à écarter ?" if faux else ""
    return base._replace(type=cle.genre, genre=cle.genre, pourquoi=" ; ".join(dits), question=question)


def _type(plie: str, essais: Sequence[str]) -> tuple[TypeReconnu | None, float, tuple[str, ...]]:
    """The first type that the title and the values agree on, then the one that the values alone tell."""
    seuls: tuple[TypeReconnu | None, float, tuple[str, ...]] = (None, 0.0, ())
    for connu in TYPES:
        dit = bool(connu.titre and re.search(connu.titre, plie))
        if not dit and (seuls[0] or connu.seul > 1):
            continue
        essayees, formats = essais[: connu.essais], tuple[str, ...]()
        if connu.genre in ("jour", "mois", "horodatage"):
            formats, part = _dater(connu.genre, essayees, dit=dit)
        else:
            part = sum(map(connu.convient, essayees)) / len(essayees)
        if part >= connu.seul and (not seuls[0] or connu.nature in PERSONNELLES):
            seuls = (connu, part, formats)
        # Values that are of people outweigh any title; a title alone does not outweigh values.
        if seuls[0] and (seuls[0].nature in PERSONNELLES or (dit and connu.convient is signes.est_un_texte)):
            return seuls
        if dit and part >= connu.avec:
            return connu, part, formats
    return seuls


def _dater(genre: str, valeurs: Sequence[str], *, dit: bool) -> tuple[tuple[str, ...], float]:
    """Formats that read these values, the most used first, and the share that they read together."""
    # It needs Django's models, which the child process prepares once it has this module.
    from fce.donnees.declarations.forme import FormatDeDate

    siens = [
        f for f in get_args(FormatDeDate) if ("%H" in f) == (genre == "horodatage") and ("%d" in f) == (genre != "mois")
    ]
    lisibles = {
        f: {v for v in valeurs if _se_lit(v, f)} for f in siens if dit or f == "%Y%m%d" or re.search(r"[-/.]", f)
    }
    formats: list[str] = []
    reste = {*valeurs}
    while (
        reste
        and lisibles
        and (meilleur := max(lisibles, key=lambda f: len(lisibles[f] & reste)))
        and lisibles[meilleur] & reste
    ):
        formats.append(meilleur)
        reste -= lisibles.pop(meilleur)
    return tuple(formats), 1 - len(reste) / len(valeurs)


def _se_lit(valeur: str, format_: str) -> bool:
    # strptime also reads « 1/2/2026 », which the reader of the declaration refuses.
    if len(valeur) != len(format_.replace("%Y", "AAAA").replace("%.f", ".000")):
        return False
    try:
        return 1900 <= datetime.strptime(valeur, format_.replace("%.f", ".%f")).year <= 2100
    except ValueError:
        return False


def _typer(
    base: ColonneProposee, trouve: TypeReconnu, part: float, formats: tuple[str, ...], essais: Sequence[str], vides: str
) -> ColonneProposee:
    dit = f"{round(100 * part)} % des valeurs sont {trouve.dit}{vides}"
    question = ""
    if part < ASSEZ and trouve.genre not in ("texte", "code"):
        lisible = (lambda v: any(_se_lit(v, f) for f in formats)) if formats else trouve.convient
        autre = next((v for v in essais if not lisible(v)), "")[:30]
        question = f"« {autre} » n’est pas {trouve.un} : cette ligne serait écartée ; est-ce une faute du fichier ?"
    if formats and formats[0] == "%m/%d/%Y":
        question = "ces dates disent le mois avant le jour : est-ce bien cela ?"
    elif len(formats) > 1:
        question = f"plusieurs écritures de dates : {pluriel(len(formats), 'format')}"
    virgule = trouve.genre == "decimal" and any("," in v for v in essais)
    personne = trouve.nature in PERSONNELLES
    return base._replace(
        type=trouve.code, genre=trouve.genre, nature=trouve.nature, niveau="C2" if personne else base.niveau,
        gardee=trouve.nature != "personne", pourquoi=dit, question=question, formats=formats, virgule=virgule,
    )  # fmt: skip


def _du_texte(
    base: ColonneProposee, compte: Counter[str], essais: Sequence[str], pleines: int, vides: str
) -> ColonneProposee:
    longueur = max(map(len, essais))
    if len(compte) <= CODES_MAX and len(compte) * 2 <= pleines and longueur <= COURT:
        valeurs = tuple(v for v, _ in compte.most_common())
        dits = ", ".join(valeurs[:4]) + (", …" if len(valeurs) > 4 else "")
        return base._replace(
            type="code", genre="code", valeurs=valeurs, pourquoi=f"{pluriel(len(valeurs), 'valeur')} : {dits}{vides}"
        )
    mots = sum(len(v.split()) for v in essais) / len(essais)
    if longueur <= COURT and mots < 1.5 and any(c.isdigit() for v in essais for c in v):
        return base._replace(
            type="identifiant", genre="texte", pourquoi=f"références : {pluriel(len(compte), 'valeur')}{vides}"
        )
    if longueur <= 2 * COURT and signes.CATEGORIE.search(plier_titre(base.titre)):
        return base._replace(type="texte", pourquoi=f"libellés : {pluriel(len(compte), 'valeur')}{vides}")
    return base._replace(
        type="libre" if mots > 4 or longueur > 2 * COURT else "texte", genre="texte", nature="libre", niveau="C2",
        gardee=False, pourquoi=f"texte, {pluriel(len(compte), 'valeur')}{vides}",
        question="que dit ce texte ? Sans réponse, il ne se garde pas",
    )  # fmt: skip


def _elever(colonne: ColonneProposee, plie: str, compte: Counter[str], *, avec_prenom: bool) -> ColonneProposee:
    """Raise the secrecy of a column whose title or values speak of people; never lower it."""
    if colonne.nature in PERSONNELLES:
        return colonne
    distinctes = [*compte]
    nommees = [v for v in distinctes if signes.nomme(v)] if colonne.genre in ("texte", "code") else []
    part, morales = (
        len(nommees) / len(distinctes),
        sum(map(signes.est_une_personne_morale, distinctes)) / len(distinctes),
    )
    chiffre, compte_des_gens = colonne.genre not in ("texte", "code"), signes.est_un_compte(plie)
    # A date or a yes beside the word « agent » tells nobody; a number may be his.
    de_personne = signes.titre_de_personne(plie) and (
        not chiffre or (colonne.genre == "entier" and not compte_des_gens)
    )
    sensible = bool(signes.SENSIBLE.search(plie)) and not compte_des_gens
    if colonne.type == "denomination":
        sure = part >= 0.6 or (avec_prenom and plie in ("nom", "noms") and morales < 0.3)
    elif colonne.nature in ("adresse", "commune"):
        sure = de_personne
    else:
        sure = part >= 0.3 or sensible or (de_personne and morales < 0.5)
    sans_contact = ("url", "date", "horodatage", "booleen", "siren", "siret")
    if signes.titre_de_contact(plie) and not compte_des_gens and colonne.type not in sans_contact:
        return _fermer(colonne, "contact", "le titre dit comment joindre quelqu’un")
    if sure:
        dit = f"prénom et nom dans {round(100 * part)} % des valeurs" if part else "le titre parle d’une personne"
        return _fermer(colonne, "personne", dit)
    lieu = colonne.nature in ("adresse", "commune")
    fois = sum(n for v, n in compte.items() if signes.parle_d_une_personne(v, dans_un_lieu=lieu)) if not chiffre else 0
    if fois:
        ou = f"{pluriel(fois, 'ligne nomme', 'lignes nomment')} une personne ou la joignent"
        nature = "nom" if colonne.nature == "nom" and fois < 0.05 * sum(compte.values()) else "libre"
        return _fermer(colonne, nature, ou, f"{ou} : à garder pour un seul métier, ou à écarter ?")
    return colonne


def _fermer(colonne: ColonneProposee, nature: str, pourquoi: str, question: str = "") -> ColonneProposee:
    return colonne._replace(
        nature=nature, niveau="C2", gardee=False, pourquoi=pourquoi, question=question,
        type="personne" if nature == "personne" and colonne.genre in ("texte", "code") else colonne.type,
        valeurs=(), genre="texte" if colonne.genre == "code" else colonne.genre,
    )  # fmt: skip


def _identifiants(
    proposees: Sequence[ColonneProposee], colonnes: Sequence[Sequence[str]], cle: int
) -> tuple[tuple[str, ...], bool]:
    """The key, then dates, codes and texts until no two lines share them."""
    genres = ("jour", "horodatage", "mois", "code", "entier", "texte")
    autres = [c for c in proposees if c.gardee and not c.cle and c.genre in genres and all(colonnes[c.rang])]
    choisis = [cle, *(c.rang for c in sorted(autres, key=lambda c: genres.index(c.genre))[:4])]
    for fin in range(1, len(choisis) + 1):
        if len({*zip(*(colonnes[r] for r in choisis[:fin]), strict=True)}) == len(colonnes[cle]):
            return tuple(proposees[r].attribut for r in choisis[:fin]), True
    return (proposees[cle].attribut,), False


def _attribut(titre: str, pris: set[str]) -> str:
    base = "_".join(re.sub("[0-9]+", " ", plier_titre(titre)).split())[:34].strip("_") or "colonne"
    suites = ("", *(f"_{a}" for a in ascii_lowercase), *(f"_{a}{b}" for a in ascii_lowercase for b in ascii_lowercase))
    return next(nom for suite in suites if (nom := base + suite) not in pris)


def _libelle(titre: str) -> str:
    dit = " ".join(titre.replace("_", " ").split()) or titre
    return (dit[:1].upper() + dit[1:])[:80]
