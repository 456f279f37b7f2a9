"""Which candidate a row names, if one can be told from the others: pure functions.

A decision needs a score and a margin over the best candidate of any other company. Whatever is plausible but not
decided is ambiguous, with its candidates.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from fce.ensembles.rapprochement.contenu import Candidat, CandidatNote, Issue, LigneARapprocher, ReponseDeLigne
from fce.ensembles.rapprochement.lieux import Concordance, LieuCherche, concordance, lire_lieu
from fce.ensembles.rapprochement.noms import lire_nom, ressemblance
from fce.recherche.engines.analyse import cle
from fce.referentiels import activites
from fce.socle.texte.formats import pluriel
from fce.socle.texte.pliage import plier

SEUIL: Final = 0.85
"""Score from which a candidate may be decided."""
PLAUSIBLE: Final = 0.50
"""Score from which a candidate is worth showing to somebody."""
MARGE: Final = 0.08
"""Between the best candidate and the best of another company; nobody checks a row that is decided."""
MARGE_D_UN_LIEU: Final = 0.04
"""Between two establishments of one company."""
MEME_ACTIVITE: Final = 0.10
MEME_DIVISION: Final = 0.05
"""Added when the row says the activity of the candidate, or its division."""
LONGUEUR_SANS_LIEU: Final = 7
"""Letters of a name below which a place is needed: « J.M.H. » is the name of many, known or not."""
CANDIDATS_MAX: Final = 5


class CandidatJuge(NamedTuple):
    """A candidate and its score. ``nom``: the one of its names that is nearest."""

    candidat: Candidat
    score: float
    place: Concordance
    pourquoi: tuple[str, ...]
    nom: str = ""


def noter(ligne: LigneARapprocher, candidats: Iterable[Candidat], codes: Sequence[str] = ()) -> list[CandidatJuge]:
    """Score the candidates of a row, best first. ``codes``: its activity, in the nomenclatures that candidates bear."""
    lieu = lire_lieu(ligne.code_postal, ligne.commune)
    notes = [_noter(ligne, lieu, candidat, codes) for candidat in candidats]
    return sorted(notes, key=_ordre)


def _ordre(note: CandidatJuge) -> tuple[object, ...]:
    c = note.candidat
    return (-note.score, not c.actif, not c.siege, c.siren, c.siret)


def _noter(ligne: LigneARapprocher, lieu: LieuCherche, candidat: Candidat, codes: Sequence[str]) -> CandidatJuge:
    place = concordance(lieu, candidat)
    nom, ecrit = max(
        ((_note_du_nom(ligne.nom, ecrit, candidat), ecrit) for ecrit in (*candidat.enseignes, *candidat.noms)),
        key=lambda x: x[0],
    )
    raisons = ["nom approchant" if nom < 1 else "même nom", place.raison]
    score = nom * place.facteur
    if activite := _activite(codes, candidat.activites):
        score += activite
        raisons.append("même activité")
    if not candidat.actif:
        raisons.append("fermé" if candidat.siret else "cessée")
    return CandidatJuge(candidat, round(score, 4), place, tuple(filter(None, raisons)), ecrit)


def _note_du_nom(saisi: str, ecrit: str, candidat: Candidat) -> float:
    """Likeness of the name, with or without the commune that people add after it."""
    decoupe = lire_nom(ecrit)
    note = ressemblance(lire_nom(saisi), decoupe, candidat.formes)
    if note < SEUIL and (court := _sans_commune(saisi, candidat.commune)):
        note = max(note, ressemblance(lire_nom(court), decoupe, candidat.formes) - 0.01)
    return note


def _sans_commune(saisi: str, commune: str) -> str:
    plie, fin = plier(saisi), plier(commune)
    return plie[: -len(fin)].strip() if fin and plie.endswith(" " + fin) else ""


def _activite(demandes: Iterable[str], portes: Iterable[str]) -> float:
    communs = activites.niveaux_communs(demandes, portes)
    return MEME_ACTIVITE if communs == activites.NIVEAUX else MEME_DIVISION if communs >= 2 else 0.0


def decider(
    ligne: LigneARapprocher, notes: Sequence[CandidatJuge], homonymes: Mapping[str, int] | None = None
) -> ReponseDeLigne:
    """Decide a row from its candidates, best first. ``homonymes``: how many companies of the whole register bear the
    name of a candidate (by SIREN), for those that are not at the place of the row."""
    plausibles = [note for note in notes if note.score >= PLAUSIBLE]
    if not plausibles:
        return ReponseDeLigne(Issue.INCONNU, pourquoi="Aucune entreprise de ce nom.")
    meilleure = plausibles[0]
    candidats = tuple(_montrer(note) for note in _un_par_numero(plausibles))
    if raison := _doute(meilleure, plausibles, homonymes or {}):
        return ReponseDeLigne(Issue.AMBIGU, pourquoi=raison, candidats=candidats)
    if not ligne.siret_voulu:
        return _decide(meilleure, meilleure.candidat.siren, candidats, actif=meilleure.candidat.entreprise_active)
    siennes = [n for n in plausibles if n.candidat.siren == meilleure.candidat.siren and n.candidat.siret]
    choisie, raison = _etablissement(siennes)
    if choisie is None:
        return ReponseDeLigne(Issue.AMBIGU, pourquoi=raison, candidats=candidats)
    return _decide(choisie, choisie.candidat.siret, candidats, actif=choisie.candidat.actif)


def _doute(meilleure: CandidatJuge, plausibles: Sequence[CandidatJuge], homonymes: Mapping[str, int]) -> str:
    """Why the best candidate cannot be decided, or ""."""
    if meilleure.score < SEUIL:
        if meilleure.place is Concordance.AILLEURS:
            return "Le nom existe, mais pas dans ce département."
        return "Aucun nom n’est assez proche."
    autres = [n for n in plausibles if n.candidat.siren != meilleure.candidat.siren]
    if autres and autres[0].score > meilleure.score - MARGE:
        rivales = len({n.candidat.siren for n in autres if n.score > meilleure.score - MARGE}) + 1
        return f"{pluriel(rivales, 'entreprise')} répondent aussi bien."
    if meilleure.place is Concordance.SANS_LIEU and len(cle(meilleure.nom)) < LONGUEUR_SANS_LIEU:
        return "Nom trop court pour être reconnu sans code postal ni commune."
    if meilleure.place is Concordance.PROCHE and meilleure.nom not in meilleure.candidat.noms:
        # A trade name is that of a place: in the next commune, it is often another shop of the same network.
        return "Cette enseigne existe, mais pas à ce lieu."
    if meilleure.place is Concordance.PROCHE and homonymes.get(meilleure.candidat.siren, 0) > 1:
        return "Plusieurs entreprises portent ce nom, dont aucune à ce lieu."
    return ""


def _etablissement(siennes: Sequence[CandidatJuge]) -> tuple[CandidatJuge | None, str]:
    """Choose among the establishments of the company decided: an open one rather than those closed."""
    if not siennes:
        return None, "L’entreprise est connue, mais aucun de ses établissements à ce lieu."
    egales = [n for n in siennes if n.score > siennes[0].score - MARGE_D_UN_LIEU]
    ouvertes = [n for n in egales if n.candidat.actif] or egales
    # One that has a trade name of its own, which is not the text, is not the one named.
    ouvertes = [n for n in ouvertes if not n.candidat.enseignes or n.nom in n.candidat.enseignes] or ouvertes
    if len(ouvertes) > 1 and siennes[0].place is Concordance.SANS_LIEU:
        ouvertes = [n for n in ouvertes if n.candidat.siege] or ouvertes
    if len(ouvertes) > 1:
        return None, f"{pluriel(len(ouvertes), 'établissement')} de cette entreprise répondent aussi bien."
    return ouvertes[0], ""


def _decide(note: CandidatJuge, numero: str, candidats: tuple[CandidatNote, ...], *, actif: bool) -> ReponseDeLigne:
    issue = Issue.TROUVE if actif else Issue.FERME
    return ReponseDeLigne(
        issue, numero, note.candidat.nom, _ou(note.candidat), ", ".join(note.pourquoi), candidats=candidats
    )


def _un_par_numero(notes: Iterable[CandidatJuge]) -> list[CandidatJuge]:
    return [*{(n.candidat.siren, n.candidat.siret): n for n in reversed([*notes])}.values()][::-1][:CANDIDATS_MAX]


def _montrer(note: CandidatJuge) -> CandidatNote:
    c = note.candidat
    return CandidatNote(c.siren, c.siret, c.nom, _ou(c), c.actif, min(1.0, note.score), note.pourquoi)


def _ou(candidat: Candidat) -> str:
    return f"{candidat.code_postal} {candidat.commune}".strip()
