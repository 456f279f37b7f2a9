"""Roles of the columns of a sheet, proposed from their titles, then from their cells, for an agent to read and change.
Pure functions of a sheet."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from fce.ensembles.rapprochement.contenu import FeuilleDeTableau, LigneARapprocher, lire_cellule
from fce.ensembles.rapprochement.numeros import lire_numero
from fce.referentiels.territoires import est_un_nom_de_lieu
from fce.referentiels.territoires.postaux import codes_postaux
from fce.socle.texte.identifiants import est_siren
from fce.socle.texte.pliage import plier

ROLES: Final = {
    "siret": "SIRET", "siren": "SIREN", "nic": "NIC", "nom": "nom", "enseigne": "enseigne",
    "code_postal": "code postal", "commune": "commune", "naf": "code NAF",
}  # fmt: skip
NUMEROS: Final = frozenset({"siret", "siren"})
_AUTRE: Final = re.compile(
    r"\b(dirigeant|gerant|contact|agent|salarie|president|interlocuteur|representant|inspecteur|responsable|referent"
    r"|mail|courriel|tel|telephone|insee|voie|rue|departement|region|pays|fichier|liste|montant|taux)\b"
    r"|^(?!.*(raison|denomination)).*\bprenom|^(code|cod|n|numero) (de la )?(commune|com)\b"
    r"|^(lib|libelle|intitule|section) .*\b(naf|ape|activite)\b"
)
"""Titles that hold the words of others, and speak of a person or of something else."""
_TITRES: Final = {
    "siret": re.compile(r"siret|\beori\b"),
    "siren": re.compile(r"siren|\btva\b"),
    "nic": re.compile(r"^nic\b"),
    "commune": re.compile(r"\b(communes?|villes?|localite|bureau distributeur)\b|\blib(elle)? com\b"),
    "code_postal": re.compile(r"postal|\bcp\b|^cpost"),
    "naf": re.compile(r"\b(naf|ape|apet?n?700)\b|activite principale"),
    "enseigne": re.compile(r"enseigne|\bsigle\b|\bnom (commercial|usuel)"),
    "nom": re.compile(
        r"^(nom|name|raison|rs|denomination|designation)\b|^(lib|libelle|denom) (entrep|etab|soc)"
        r"|^(entreprise|societe|etablissement|employeur|exploitant|operateur|redevable|client|fournisseur|declarant"
        r"|importateur|exportateur|structure|organisme|association|titulaire)s?( economique)?$"
    ),
}
"""What a folded title says; the first that matches."""
_SECONDAIRE: Final = re.compile(r"\b(siege|mere|parent|groupe|ancien|correspondance|facturation|cedant)\b")
_TOTAL: Final = re.compile(r"^(sous |grand )?tota(l|ux)\b|^\d+ (lignes?|rows?|enregistrements?|resultats?)$")
_ENTETE_MAX, _ESSAI = 30, 50
"""Lines among which titles are looked for, and after them lines that tell what a column holds."""


class LectureDeTableau(NamedTuple):
    """``feuille``: rank of the sheet; ``entete``: line of the titles, 0 for none; ``colonnes``: role of each column, ""
    for one that is not looked at."""

    feuille: int
    entete: int
    colonnes: tuple[str, ...]

    @property
    def cherche(self) -> bool:
        """Whether companies can be looked for."""
        return not {*NUMEROS, "nom", "enseigne"}.isdisjoint(self.colonnes)


def proposer(feuilles: Sequence[FeuilleDeTableau]) -> LectureDeTableau:
    """The reading of the sheet that looks most like a table of companies."""
    lectures = [proposer_une(feuille, rang) for rang, feuille in enumerate(feuilles)]
    return max(lectures, key=lambda x: (x.cherche and not feuilles[x.feuille].cachee, x.cherche, len({*x.colonnes})))


def proposer_une(feuille: FeuilleDeTableau, rang: int, entete: int | None = None) -> LectureDeTableau:
    """The reading of a sheet. ``entete``: the line of its titles, when an agent says which."""
    entete = _entete(feuille) if entete is None else entete
    titres, roles = [plier(titre) for titre in feuille.ligne(entete)], [""] * feuille.largeur
    for n in sorted(range(len(titres)), key=lambda n: bool(_SECONDAIRE.search(titres[n]))):
        role = _du_titre(titres[n])
        roles[n] = "" if role in roles else role
    essais: list[list[str]] = [[] for _ in roles]
    for _, cellules in [x for x in feuille.rangees[: _ENTETE_MAX + _ESSAI] if x[0] > entete][:_ESSAI]:
        for n, cellule in enumerate(cellules):
            essais[n] += [cellule] if cellule else []
    _completer(roles, essais, seuls=not titres)
    return LectureDeTableau(rang, entete, tuple(roles))


def _entete(feuille: FeuilleDeTableau) -> int:
    """The line that holds the most known titles, and no number of a company; 0 when there is none."""
    meilleure, connus, largeur = 0, 0, feuille.largeur
    for rang, cellules in feuille.rangees[: _ENTETE_MAX if largeur > 1 else 1]:
        trouves = len({_du_titre(plier(cellule)) for cellule in cellules} - {""})
        seule = largeur > sum(map(bool, cellules)) == 1
        if trouves > connus and not seule and not any(lire_numero(cellule).numero for cellule in cellules):
            meilleure, connus = rang, trouves
    return meilleure


def _du_titre(titre: str) -> str:
    if not titre or _AUTRE.search(titre):
        return ""
    return next((role for role, motif in _TITRES.items() if motif.search(titre)), "")


def _completer(roles: list[str], essais: Sequence[Sequence[str]], *, seuls: bool) -> None:
    """Give the roles that no title gives. ``seuls``: there are no titles, so that the cells alone tell."""

    def prendre(role: str, dires: Sequence[Sequence[object]], part: float) -> None:
        for n, dire in enumerate(dires):
            if not roles[n] and role not in roles and sum(map(bool, dire)) >= part * max(1, len(dire)):
                roles[n] = role

    if NUMEROS.isdisjoint(roles):
        essayes = [[lire_numero(cellule).numero for cellule in essai] for essai in essais]
        courts = all(est_siren(n) for numeros in essayes for n in numeros if n)
        prendre("siren" if courts else "siret", essayes, 0.5)
    if seuls:
        prendre("code_postal", [[c.zfill(5) in codes_postaux() for c in essai] for essai in essais], 0.8)
        if len(roles) > 1:
            prendre("commune", [[est_un_nom_de_lieu(c) for c in essai[:20]] for essai in essais], 0.6)
        prendre("nom", [[re.search(r"[^\W\d_]", c) for c in essai] for essai in essais], 0.5)


class LignesDeFeuille(NamedTuple):
    """``ignorees``: (line, beginning) of what asks for no company: totals, titles again, neither name nor number."""

    lignes: list[LigneARapprocher]
    ignorees: list[tuple[int, str]]


def lire_lignes(feuille: FeuilleDeTableau, lecture: LectureDeTableau) -> LignesDeFeuille:
    """The rows to look for, by the columns of a reading."""
    triees, vues = LignesDeFeuille([], []), dict[object, int]()
    places = {role: [n for n, dit in enumerate(lecture.colonnes) if dit == role] for role in ROLES}
    titres = " ".join(feuille.ligne(lecture.entete)).casefold()

    def contenu(cellules: Sequence[str], *roles: str) -> str:
        textes = (cellules[n] for role in roles for n in places[role] if n < len(cellules))
        return next((texte for cellule in textes if (texte := lire_cellule(cellule))), "")

    for rang, cellules in feuille.rangees:
        if rang <= lecture.entete:
            continue
        ecrit, nom = contenu(cellules, "siret", "siren"), contenu(cellules, "nom", "enseigne")
        if (nic := contenu(cellules, "nic")) and lire_numero(entier := ecrit + nic.zfill(5)).numero:
            ecrit = entier
        lieu, numero = (contenu(cellules, "code_postal"), contenu(cellules, "commune")), lire_numero(ecrit).numero
        total = not (numero or lieu[0]) and _TOTAL.search(plier(next(filter(None, cellules))))
        if not any(map(str.isalnum, nom + ecrit)) or total or " ".join(cellules).casefold() == titres:
            triees.ignorees.append((rang, lire_cellule(" ".join(cellules))[:40]))
            continue
        # Two rows of one key are answered alike.
        cle = numero or ecrit or (plier(nom), *map(plier, lieu))
        premiere = vues.setdefault(cle, rang)
        doublon = premiere if premiere < rang else 0
        triees.lignes.append(LigneARapprocher(nom, ecrit, *lieu, contenu(cellules, "naf"), rang=rang, doublon=doublon))
    return triees
