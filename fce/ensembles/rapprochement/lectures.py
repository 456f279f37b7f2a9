"""Reads of the pages of a reconciled table. Names are read when they are shown, masked as they are that day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from django.db.models import Count, QuerySet
from xlsxwriter.utility import xl_col_to_name

from fce.donnees.entreprises import selectors as entreprises
from fce.donnees.entreprises.colonnes_ouvertes import PROPRIETES
from fce.droits.comptes.models import Compte
from fce.ensembles.rapprochement import selectors
from fce.ensembles.rapprochement.models import IssueDeLigne, LigneRapprochee, TableauRapproche
from fce.ensembles.rapprochement.numeros import lire_numero
from fce.ensembles.rapprochement.reconnaissance import NUMEROS, ROLES, LectureDeTableau, lire_lignes, proposer
from fce.ensembles.rapprochement.services import INCONNU, feuilles_de
from fce.ensembles.rapprochement.tableaux import COLONNES_GARDEES
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.texte.formats import pluriel
from fce.socle.texte.identifiants import est_siren
from fce.socle.web import liens
from fce.socle.web.exports import Cellule

PAR_PAGE: Final = 50
_LOT_D_EXPORT: Final = 500
DONNEES: Final = ("Nom donné", "Numéro donné", "Code postal donné", "Commune donnée")


class CandidatMontre(NamedTuple):
    """A candidate of a row, as its reader sees it. ``score``: percentage."""

    numero: str
    nom: str
    lieu: str
    adresse: str
    score: int
    pourquoi: str


class LigneMontree(NamedTuple):
    """``reponse``, ``pourquoi``: as they are today, because a name answers no more once its unit is masked."""

    ligne: LigneRapprochee
    reponse: str
    pourquoi: str
    choisie: CandidatMontre | None
    candidats: Sequence[CandidatMontre]


def tableaux_de(compte: Compte) -> QuerySet[TableauRapproche]:
    """Tables of an account, latest first, without their sheets nor their rows to read."""
    return TableauRapproche.objects.filter(compte=compte).defer("lu", "entree")


def trouver(compte: Compte, numero: int) -> TableauRapproche:
    """A table of this account. Raises Introuvable, the same for another's and an unknown one."""
    sien = tableaux_de(compte).filter(pk=numero).first()
    if sien is None:
        raise Introuvable(INCONNU)
    return sien


def trouver_fini(compte: Compte, numero: int) -> TableauRapproche:
    """A table of this account of which every row is read. Raises Introuvable, ParametreInvalide."""
    sien = trouver(compte, numero)
    if not sien.fini:
        raise ParametreInvalide("Ce tableau n’est pas fini : attendez que toutes ses lignes soient lues.")
    return sien


def montrer_la_lecture(tableau: TableauRapproche, choisie: LectureDeTableau | None = None) -> dict[str, Any]:
    """The page of a reading, the proposed one by default: each column with its reason, first lines, oddities."""
    feuilles = feuilles_de(tableau)
    lecture = choisie or proposer(feuilles)
    feuille = feuilles[lecture.feuille]
    titres, a_chercher = feuille.titres(lecture.entete), lire_lignes(feuille, lecture)
    donnees = [(rang, cellules) for rang, cellules in feuille.pleines() if rang > lecture.entete]
    saisis = [(ligne, lire_numero(ligne.numero)) for ligne in a_chercher.lignes]
    colonnes = []
    for n, (titre, role) in enumerate(zip(titres, lecture.colonnes, strict=True)):
        pleines = [x[n] for _, x in donnees if x[n]]
        justes = sum(bool(lire_numero(cellule).numero) for cellule in pleines) if role in NUMEROS else None
        colonnes.append((xl_col_to_name(n), titre, role, justes, len(pleines)))
    return {
        "feuilles": feuilles,
        "feuille": feuille,
        "lecture": lecture,
        "roles": ROLES,
        "colonnes": colonnes,
        "premieres": [(rang, zip(cellules, lecture.colonnes, strict=True)) for rang, cellules in donnees[:5]],
        "donnees": len(donnees),
        "lignes": len(a_chercher.lignes),
        "ignorees": a_chercher.ignorees,
        "zeros": [ligne.rang for ligne, saisi in saisis if saisi.zero_rendu],
        "doublons": [ligne.rang for ligne, _ in saisis if ligne.doublon],
        "faux": [ligne.rang for ligne, saisi in saisis if ligne.numero and not saisi.numero],
        "sans_numero": [x.rang for x, _ in saisis if not x.numero] if NUMEROS & {*lecture.colonnes} else [],
        "autres": [titre for _, titre, role, *_ in colonnes if not role],
        "coupees": len(titres) == COLONNES_GARDEES and COLONNES_GARDEES,
    }


def bilan(tableau: TableauRapproche) -> list[tuple[str, str, int]]:
    """(code, label, number of rows) of each answer, in order."""
    comptes = dict(tableau.lignes.order_by().values_list("issue").annotate(n=Count("pk")))
    return [(code, libelle, comptes.get(code, 0)) for code, libelle in IssueDeLigne.choices]


def montrer(lignes: Sequence[LigneRapprochee]) -> list[LigneMontree]:
    """Rows with the names and places of what was decided and proposed, without what is masked since. Two round
    trips."""
    numeros = {n for ligne in lignes for n in (ligne.numero, *(c[1] or c[0] for c in ligne.candidats)) if n}
    unites = entreprises.entreprises(n[:9] for n in numeros)
    lieux = entreprises.etablissements(n for n in numeros if not est_siren(n))

    def voir(numero: str, score: float = 1.0, raisons: Sequence[str] = ()) -> CandidatMontre | None:
        vue, lieu = unites.get(numero[:9]), lieux.get(numero)
        choisi: Any = vue if est_siren(numero) else lieu
        if choisi is None:
            return None
        ou = lieu or (vue.siege if vue else None)
        place = " ".join(t for t in ((ou.code_postal, ou.commune) if ou else ()) if t)
        genre = "entreprise" if est_siren(numero) else "etablissement"
        adresse = liens.adresse(genre, numero)
        return CandidatMontre(numero, choisi.nom, place, adresse, round(100 * score), ", ".join(raisons))

    def masque(numero: str) -> bool:
        vus = [unites.get(numero[:9]), *([] if est_siren(numero) else [lieux.get(numero)])]
        return any(vu is None or vu.masque for vu in vus)

    def proposer(ligne: LigneRapprochee) -> Iterator[CandidatMontre]:
        for siren, siret, score, raisons in ligne.candidats:
            numero = siret if siret and ligne.tableau.siret_voulu else siren
            if (vu := voir(numero, score, raisons)) is not None:
                yield vu

    def repondre(ligne: LigneRapprochee) -> LigneMontree:
        ligne.oublier(masque)
        choisie = voir(ligne.numero) if ligne.numero else None
        return LigneMontree(ligne, ligne.get_issue_display(), ligne.pourquoi, choisie, [*proposer(ligne)])

    return [repondre(ligne) for ligne in lignes]


def numeros_trouves(tableau: TableauRapproche, *, fermes: bool) -> list[str]:
    """Distinct numbers found or replaced, in order, with the closed ones if asked for; without those found by the name
    of a unit masked since. Two round trips, and one."""
    issues = [IssueDeLigne.TROUVE, IssueDeLigne.REMPLACE, *([IssueDeLigne.FERME] if fermes else [])]
    # Django reads ``tableau`` of each row to link it to its table: left out, it would be one query per row.
    lignes = [*tableau.lignes.filter(issue__in=issues).only("tableau", "numero", "saisi", "corrigee")]
    masques = selectors.masques(ligne.numero for ligne in lignes if ligne.par_nom)
    return [*dict.fromkeys(x.numero for x in lignes if not (x.par_nom and x.numero in masques))]


def non_trouvees(tableau: TableauRapproche, maximum: int) -> list[str]:
    """The rows without a sure answer as their author gave them, ``maximum`` lines at most: the last one counts the
    others."""
    reconnues = [IssueDeLigne.TROUVE, IssueDeLigne.REMPLACE, IssueDeLigne.FERME]
    champs = ("nom", "saisi", "code_postal", "commune")
    lignes = [" ".join(filter(None, x)) for x in tableau.lignes.exclude(issue__in=reconnues).values_list(*champs)]
    autres = len(lignes) - maximum + 1
    return (
        lignes
        if autres <= 1
        else [*lignes[: maximum - 1], f"et {pluriel(autres, 'autre ligne', 'autres lignes')} du tableau"]
    )


def entetes(tableau: TableauRapproche) -> list[str]:
    """Titles of ``exporter``: those of the author, the answer, the twelve columns."""
    siens = next((feuille.titres(feuille.entete) for feuille in feuilles_de(tableau)), [*DONNEES])
    notres = ("Réponse", "Pourquoi", *(colonne.titre for colonne in PROPRIETES.values()))
    return [*siens, *(f"{titre} (FCE)" if titre in siens else titre for titre in notres)]


def exporter(tableau: TableauRapproche) -> Iterator[tuple[str, tuple[Cellule, ...]]]:
    """Every row, in order: the number that answers it, "" for none, and its cells: all those of the author as he gave
    them, the answer, the twelve columns. Five round trips per ``_LOT_D_EXPORT`` rows."""
    rang = 0
    donnees = dict(next((feuille.pleines() for feuille in feuilles_de(tableau)), []))
    while lot := [*tableau.lignes.filter(rang__gt=rang)[:_LOT_D_EXPORT]]:
        rang = lot[-1].rang
        valeurs = selectors.completer({ligne.numero for ligne in lot if ligne.numero}, PROPRIETES)
        masques = selectors.masques(n for ligne in lot for n in ligne.cites)
        for ligne in lot:
            ligne.oublier(masques.__contains__)
            dites = donnees.get(ligne.rang) or (ligne.nom, ligne.saisi, ligne.code_postal, ligne.commune)
            complement = valeurs.get(ligne.numero, {})
            reponse = (ligne.get_issue_display(), ligne.pourquoi)
            yield ligne.numero, (*dites, *reponse, *(complement.get(cle) for cle in PROPRIETES))
