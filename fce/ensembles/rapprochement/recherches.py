"""Candidates of the rows of a table, asked of the search engine step by step, and the decision on each row.

A row asks the next, looser step only while nothing is decided. All the rows of a lot go through a step together, so
that what their hits display is read at once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

from msgspec.structs import replace

from fce.ensembles.rapprochement.contenu import Candidat, Issue, LigneARapprocher, ReponseDeLigne
from fce.ensembles.rapprochement.decision import SEUIL, CandidatJuge, decider, noter
from fce.ensembles.rapprochement.lieux import Concordance, LieuCherche, lire_lieu
from fce.ensembles.rapprochement.noms import FORME_COLLEE, FORMES_COURANTES, abreger_la_forme, corps
from fce.recherche.engines import classement
from fce.recherche.engines.analyse import cle, mots_de_requete, noyau
from fce.recherche.engines.champs import SUFFIXE_ENSEIGNE
from fce.recherche.engines.port import (
    LES_ETATS,
    CodeCherche,
    EtapeDeRecherche,
    Genre,
    Moteur,
    Question,
    ReponseDuMoteur,
)
from fce.recherche.question import fautes
from fce.recherche.question.correspondances import en_vigueur
from fce.recherche.question.filtre import Critere
from fce.referentiels import activites
from fce.socle.texte.pliage import normaliser_requete, plier

HITS: Final = 10
"""Hits read per question: the engine puts whole names first, so that rivals of the best one are among them."""
LOT: Final = 100
"""Rows that go through the steps together."""


class LecteurDeCandidats(Protocol):
    """Reads what hits display, as masked now. Leaves out masked units and rows since removed."""

    def __call__(self, reponses: Iterable[ReponseDuMoteur]) -> Mapping[tuple[str, str], Candidat]: ...


def rapprocher(moteur: Moteur, voir: LecteurDeCandidats, lignes: Sequence[LigneARapprocher]) -> list[ReponseDeLigne]:
    """Answer each row, which holds a name. Raises IndexIndisponible."""
    return [
        reponse
        for debut in range(0, len(lignes), LOT)
        for reponse in _d_un_lot(moteur, voir, lignes[debut : debut + LOT])
    ]


def _d_un_lot(moteur: Moteur, voir: LecteurDeCandidats, lignes: Sequence[LigneARapprocher]) -> list[ReponseDeLigne]:
    reponses = [ReponseDeLigne(Issue.INCONNU, pourquoi="Le nom est vide.")] * len(lignes)
    candidats: list[dict[tuple[str, str], Candidat]] = [{} for _ in lignes]
    manifeste = moteur.manifeste() if any(ligne.naf for ligne in lignes) else None
    codes = [(x.naf, en_vigueur(manifeste, activites.normaliser(x.naf))) if x.naf else () for x in lignes]
    lignes = [replace(ligne, nom=_decoller_la_forme(moteur, ligne.nom)) for ligne in lignes]
    suites = {i: etapes(moteur, ligne) for i, ligne in enumerate(lignes)}
    while suites:
        trouves = {}
        for i, suite in [*suites.items()]:
            questions = next(suite, None)
            if questions is None:
                del suites[i]
            else:
                trouves[i] = [moteur.search(q, limite=HITS, plafond=HITS) for q in questions]
        connus = voir([r for siens in trouves.values() for r in siens])
        for i, siens in trouves.items():
            hits = ((hit.siren, hit.siret or "") for r in siens for hit in r.hits)
            candidats[i] |= {numeros: connus[numeros] for numeros in hits if numeros in connus}
            notes = noter(lignes[i], candidats[i].values(), codes[i])
            reponses[i] = decider(lignes[i], notes, _homonymes(moteur, notes))
            if _suffit(reponses[i], notes):
                suites.pop(i, None)
    return reponses


def _decoller_la_forme(moteur: Moteur, nom: str) -> str:
    """« SARLDUPONT BOIS » → « SARL DUPONT BOIS », when no document holds the word as written (« SCIERIE »)."""
    if not FORME_COLLEE.search(nom):
        return nom
    inconnus = {mot.brut for mot in fautes.inconnus(moteur, mots_de_requete(nom))}
    return FORME_COLLEE.sub(lambda m: f"{m[1]} {m[2]}" if plier(m[0]) in inconnus else m[0], nom)


def _suffit(reponse: ReponseDeLigne, notes: Sequence[CandidatJuge]) -> bool:
    """Whether looser words cannot change the answer: it is decided, or several names are this one, here."""
    if reponse.issue is not Issue.AMBIGU:
        return reponse.issue is not Issue.INCONNU
    return notes[0].score >= SEUIL and notes[0].place is not Concordance.PROCHE


def _homonymes(moteur: Moteur, notes: Sequence[CandidatJuge]) -> dict[str, int]:
    """Count the companies that bear the name of the best candidate, when it is not at the place of the row."""
    if not notes or notes[0].place is not Concordance.PROCHE or notes[0].score < SEUIL:
        return {}
    code = CodeCherche("noyau", noyau(notes[0].nom))
    nombre = moteur.nombre(Question("entreprises", etats=LES_ETATS, groupes=((code,),)))
    return {notes[0].candidat.siren: nombre}


def etapes(moteur: Moteur, ligne: LigneARapprocher) -> Iterator[list[Question]]:
    """Yield the questions of a row, step by step from strict to loose; each step is asked when the next is wanted."""
    texte = abreger_la_forme(normaliser_requete(ligne.nom))
    if not cle(texte):
        return
    lieu = lire_lieu(ligne.code_postal, ligne.commune)
    if lieu.dit:
        yield from _a_un_lieu(moteur, texte, lieu)
    else:
        yield from _partout(moteur, texte)


def _a_un_lieu(moteur: Moteur, texte: str, lieu: LieuCherche) -> Iterator[list[Question]]:
    ici, autour = (_poser(texte, "etablissements", codes) for codes in (lieu.ici, lieu.autour))
    connus = not fautes.inconnus(moteur, classement.requis(ici.mots))
    if connus and ici.mots:
        yield [ici]
    larges = fautes.avec_fautes(moteur, texte, replace(ici, etape=EtapeDeRecherche.FAUTE), ())
    yield [_noms_entiers(texte, "etablissements", lieu.ici), larges]
    if connus and ici.mots:
        yield [autour]
    yield [
        _noms_entiers(texte, "etablissements", lieu.autour),
        replace(larges, groupes=autour.groupes),
        replace(larges, etape=EtapeDeRecherche.PARTIELLE),
    ]
    yield [_noms_entiers(texte, "entreprises")]


def _partout(moteur: Moteur, texte: str) -> Iterator[list[Question]]:
    posee = _poser(texte, "entreprises")
    yield [_noms_entiers(texte, "entreprises"), _noms_entiers(texte, "etablissements", enseignes_seules=True)]
    if not posee.mots:
        return
    if not fautes.inconnus(moteur, classement.requis(posee.mots)):
        yield [posee]
    larges = fautes.avec_fautes(moteur, texte, replace(posee, etape=EtapeDeRecherche.FAUTE), ())
    yield [larges]
    if len(classement.requis(posee.mots)) > 2:
        yield [replace(larges, etape=EtapeDeRecherche.PARTIELLE)]


def _poser(texte: str, genre: Genre, lieux: tuple[Critere, ...] = ()) -> Question:
    posee = Question(genre, etats=LES_ETATS, groupes=(lieux,) if lieux else (), noms_seuls=True)
    return classement.poser_texte(posee, texte)


def _noms_entiers(
    texte: str, genre: Genre, lieux: tuple[Critere, ...] = (), *, enseignes_seules: bool = False
) -> Question:
    """Documents of which the text is a whole name, spaces, order and legal form aside."""
    nu = corps(texte)
    exactes = {cle(texte), nu, *(forme + nu for forme in FORMES_COURANTES)}
    noms = [CodeCherche("exact", exacte + SUFFIXE_ENSEIGNE) for exacte in sorted(exactes)]
    if not enseignes_seules:
        noms += [CodeCherche("exact", exacte) for exacte in sorted(exactes)]
    if genre == "entreprises":
        noms.append(CodeCherche("noyau", noyau(texte)))
    return Question(genre, etats=LES_ETATS, groupes=(tuple(noms), lieux) if lieux else (tuple(noms),))
