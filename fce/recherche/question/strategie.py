"""Answers a user's query: its filters (``filtrage``), then search steps from strict to loose.

A looser step is tried only when fewer than ``classement.ASSEZ`` documents were found. The last question gives the whole
answer (page, total, facets, export).
"""

from time import perf_counter
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from fce.recherche.engines import classement
from fce.recherche.engines.analyse import Mot, mots_de_requete
from fce.recherche.engines.port import LES_ETATS, PERSONNE, EtapeDeRecherche, Moteur, Question, Quidam, ReponseDuMoteur
from fce.recherche.question import citations, coupures, fautes, lieu_et_activite, numeros
from fce.recherche.question.filtrage import ENSEMBLE_MAX, poser, question
from fce.recherche.question.filtres import DIRIGEANT, FILTRE_SIEGE, LIEUX
from fce.recherche.question.requete import Requete
from fce.socle.travaux import mesures


class Trouvaille(msgspec.Struct, frozen=True):
    """The last question asked, its answer, and whether it is looser than the words typed.

    ``siren``: the company whose number was typed; ``coupure``: the words as they were spaced instead.
    """

    question: Question
    reponse: ReponseDuMoteur
    approchants: bool
    siren: str | None = None
    coupure: str = ""


def compter(moteur: Moteur, requete: Requete) -> int:
    # Without words, only the names of people are matched more loosely.
    if not requete.q and ((nombre := moteur.nombre(poser(moteur, requete))) or DIRIGEANT not in requete.filtres):
        return nombre
    return interroger(moteur, replace(requete, page=1, taille=1)).reponse.total


def interroger(
    moteur: Moteur, requete: Requete, ensemble: int = ENSEMBLE_MAX, plafond: int | None = None
) -> Trouvaille:
    """Search, more and more loosely. ``plafond``: the total need not be exact beyond it. Raises
    ``IndexIndisponible``."""
    debut = perf_counter()
    trouvaille = _interroger(moteur, requete, ensemble, plafond)
    etape = trouvaille.question.etape.name.lower() if trouvaille.question.mots else "sans_mots"
    mesures.RECHERCHES.observer(perf_counter() - debut, etape)
    return trouvaille


def _interroger(moteur: Moteur, requete: Requete, ensemble: int, plafond: int | None) -> Trouvaille:
    base = poser(moteur, requete, ensemble=ensemble)
    if not requete.q:
        return _sans_mots(moteur, requete, base)
    if phrases := citations.citees(requete.q):
        tels_quels = replace(requete, q=citations.sans_guillemets(requete.q))
        cites = _chercher_tels_quels(moteur, tels_quels, citations.restreindre(moteur, base, phrases), plafond)
        return Trouvaille(cites.question, cites.reponse, approchants=False)
    if numeros.debut_de_siret(requete.q):
        siens = _sirets_commencant_ainsi(moteur, base, requete.q)
        return Trouvaille(siens, _page(moteur, requete, siens), approchants=True)
    stricts = _chercher_tels_quels(moteur, requete, base, plafond)
    posee, reponse = stricts.question, stricts.reponse
    if not posee.mots:
        return Trouvaille(posee, reponse, approchants=False)
    strict, coupure = reponse.total, ""
    if strict < classement.ASSEZ and not (
        _tels_quels_seulement(moteur, requete, posee, strict)
        or _est_ce_qui_est_nomme(moteur, requete.q, posee, reponse)
    ):
        posee, reponse, coupure = _elargir(moteur, requete, posee, reponse, stricts.inconnus, stricts.gens)
    if not reponse.total and (debut := numeros.commencant_ainsi(base, requete.q)):
        posee, reponse = debut, _page(moteur, requete, debut)
    return Trouvaille(posee, reponse, approchants=reponse.total > strict, coupure=coupure)


def mots_laisses(moteur: Moteur, trouvaille: Trouvaille) -> tuple[str, ...]:
    """Words, folded, that nothing of an answer holds, nor with a typo; () when every result holds all the words."""
    posee = trouvaille.question
    if not classement.exigence(posee).partielle:
        return ()
    seul = replace(
        posee, etape=EtapeDeRecherche.FAUTE, cle="", noyaux=(), proches=(), sirens=(), quidams=(), epingles=()
    )
    return tuple(m.brut for m in classement.requis(posee.mots) if not moteur.nombre(replace(seul, mots=(m,))))


def _sirets_commencant_ainsi(moteur: Moteur, base: Question, chiffres: str) -> Question:
    """Establishments whose SIRET begins so, or their company."""
    if debut := numeros.commencant_ainsi(base, chiffres):
        return debut
    siens = numeros.commencant_ainsi(Question("etablissements", etats=LES_ETATS), chiffres)
    sirens = moteur.sirens(siens, 1)[0] if siens else []
    permis = frozenset(base.seulement)
    return replace(base, seulement=tuple(s for s, _ in sirens if not permis or s in permis) or PERSONNE)


def tels_quels(moteur: Moteur, requete: Requete) -> int:
    """Count what holds the words exactly as typed."""
    return _chercher_tels_quels(moteur, requete, poser(moteur, requete)).reponse.total


def ailleurs_tels_quels(moteur: Moteur, requete: Requete) -> int:
    """Count what holds the words exactly as typed, whatever the filters; 0 for an address, which is meant in its town
    only."""
    if classement.ressemble_a_une_adresse(mots_de_requete(requete.q)):
        return 0
    libre = replace(requete, filtres={}, etat="tous", page=1, taille=1, exigences=(), parmi=None)
    return tels_quels(moteur, libre)


class _TelsQuels(NamedTuple):
    """The words searched as typed. ``inconnus``: required words that no document holds; ``gens``: people who may be
    meant, with typos."""

    question: Question
    reponse: ReponseDuMoteur
    inconnus: frozenset[Mot] = frozenset()
    gens: tuple[Quidam, ...] = ()


def _chercher_tels_quels(moteur: Moteur, requete: Requete, base: Question, plafond: int | None = None) -> _TelsQuels:
    posee = classement.poser_texte(base, requete.q)
    if not posee.mots:
        return _TelsQuels(posee, ReponseDuMoteur((), 0))
    gens = classement.quidams(posee.mots) if posee.genre == "entreprises" else ()
    partout, codes_des_gens = replace(posee, etats=LES_ETATS), [code for q in gens for code in q.codes]
    requis = classement.requis(posee.mots)
    moteur.prevoir(
        lambda m: m.connus(partout, "personnes", codes_des_gens),
        lambda m: fautes.inconnus(m, requis),
        lambda m: _interroger_tel_quel(m, requete, posee, (), plafond),
        lambda m: _porte_ce_nom(m, requete.q, posee),
    )
    codes = moteur.connus(partout, "personnes", codes_des_gens)
    connus = tuple(q for q in gens if codes.issuperset(q.codes))
    # Required words that no document holds: the words as typed find nothing.
    inconnus = fautes.inconnus(moteur, requis)
    if inconnus:
        reponse = ReponseDuMoteur((), 0)
    else:
        posee, reponse = _interroger_tel_quel(moteur, requete, posee, connus, plafond)
    return _TelsQuels(posee, reponse, inconnus, () if connus else gens)


def _tels_quels_seulement(moteur: Moteur, requete: Requete, posee: Question, strict: int) -> bool:
    """Whether looser words would answer another question: a whole reading is well spelt (an activity, a place, a
    phrase), and so are words that filters alone leave without a result."""
    lecture = lieu_et_activite.lecture_de(requete.q)
    if lecture.sure and lecture.sans_nom:
        return True
    filtree = bool(requete.saisie or requete.lieux()) and not strict
    return filtree and bool(ailleurs_tels_quels(moteur, requete))


def _elargir(
    moteur: Moteur,
    requete: Requete,
    posee: Question,
    reponse: ReponseDuMoteur,
    inconnus: frozenset[Mot],
    gens: tuple[Quidam, ...],
) -> tuple[Question, ReponseDuMoteur, str]:
    """Match the words more and more loosely while too little is found; return also how they were spaced instead, if
    they were. ``gens``: people who may be meant, with typos."""
    prochaine = posee
    for etape in (EtapeDeRecherche.PREFIXE, EtapeDeRecherche.FAUTE, EtapeDeRecherche.PARTIELLE):
        if etape is EtapeDeRecherche.FAUTE:
            _prevoir_des_fautes(moteur, posee, reponse)
        corrige = etape is EtapeDeRecherche.PARTIELLE and reponse.total and _nom_corrige(posee)
        # A whole name with other words: checked in the dictionaries, before counting.
        nomme = etape is EtapeDeRecherche.FAUTE and reponse.total and moteur.porte_ce_nom(posee)
        if corrige or nomme or not _peu(moteur, posee, reponse):
            break
        if etape is EtapeDeRecherche.PARTIELLE and (autre := _couper_autrement(moteur, requete, posee, reponse)):
            return autre
        if etape is EtapeDeRecherche.PREFIXE:
            if inconnus - {posee.mots[-1]}:
                continue  # a word other than the last is unknown: no prefix match either
            if posee.genre == "entreprises" and not (posee.quidams or reponse.total):
                prochaine = replace(prochaine, quidams=classement.inacheve(posee.mots))
        if etape is EtapeDeRecherche.FAUTE:
            prochaine = fautes.avec_fautes(moteur, requete.q, prochaine, gens)
        if utile(etape, prochaine, reponse.total):
            large, reponse_large = _interroger_plus_large(moteur, requete, prochaine, reponse, etape)
            if reponse_large.total > reponse.total:
                posee, prochaine, reponse = large, large, reponse_large
    return posee, reponse, ""


def _couper_autrement(
    moteur: Moteur, requete: Requete, posee: Question, reponse: ReponseDuMoteur
) -> tuple[Question, ReponseDuMoteur, str] | None:
    """Search the words joined or cut otherwise: the first spacing that finds more, after what was found so far. None
    when the words as typed are a whole name, open or closed."""
    if moteur.porte_ce_nom(replace(posee, cle="", noyaux=posee.noyaux[:1], etats=LES_ETATS)):
        return None
    for texte in coupures.autres(moteur, requete.q, joints_seuls=bool(reponse.total)):
        autre = replace(posee, etape=EtapeDeRecherche.STRICTE, quidams=(), fautes=(), proches=())
        autre = replace(autre, epingles=_epingles(moteur, requete, posee, reponse))
        autre = classement.poser_texte(autre, texte)
        trouves = _page(moteur, requete, autre)
        if trouves.total > reponse.total:
            return autre, trouves, texte
    return None


def _prevoir_des_fautes(moteur: Moteur, posee: Question, reponse: ReponseDuMoteur) -> None:
    moteur.prevoir(
        lambda m: m.porte_ce_nom(posee),
        lambda m: _peu(m, posee, reponse),
        lambda m: m.frequences(posee),
        lambda m: m.documents(),
    )


def _est_ce_qui_est_nomme(moteur: Moteur, q: str, posee: Question, reponse: ReponseDuMoteur) -> bool:
    """Whether the words are the whole name of what was found: a company (perhaps with a place), a person, an address.
    Names that begin with the words, or nearly spelt so, are then not wanted."""
    if not reponse.total:
        return False
    if classement.ressemble_a_une_adresse(posee.mots):
        return posee.genre == "etablissements" or bool(posee.sirens)
    if posee.nommement or (posee.quidams and len(classement.requis(posee.mots)) == 1):
        return True  # a person, known by this very name
    return _porte_ce_nom(moteur, q, posee)


def _porte_ce_nom(moteur: Moteur, q: str, posee: Question) -> bool:
    noms = classement.noms_avec_un_lieu(q)
    return moteur.porte_ce_nom(replace(posee, noyaux=tuple((nom, 0.0) for nom in noms)))


def _page(moteur: Moteur, requete: Requete, posee: Question, plafond: int | None = None) -> ReponseDuMoteur:
    """Return the requested page of the answer to a question."""
    return moteur.search(posee, decalage=requete.decalage, limite=requete.taille, plafond=plafond)


def _sans_mots(moteur: Moteur, requete: Requete, base: Question) -> Trouvaille:
    """Return the documents of the filters. Names of people are matched with a typo when nothing is found."""
    reponse = _page(moteur, requete, base)
    if not reponse.total and (large := fautes.gens_proches_des_filtres(moteur, base)):
        reponse_large = _page(moteur, requete, large)
        if reponse_large.total:
            return Trouvaille(large, reponse_large, approchants=True)
    return Trouvaille(base, reponse, approchants=False)


def _nom_corrige(posee: Question) -> bool:
    """Whether the words, once their typos are corrected, are the whole name of a company."""
    return bool(posee.proches) or any(poids == classement.NOYAU_FAUTE for _, poids in posee.noyaux)


def _interroger_tel_quel(
    moteur: Moteur, requete: Requete, posee: Question, connus: tuple[Quidam, ...], plafond: int | None
) -> tuple[Question, ReponseDuMoteur]:
    """Search the words as typed: in names, among the people of the index, in establishments."""
    seul = len(classement.requis(posee.mots)) == 1
    if not seul:
        posee = replace(posee, quidams=connus, nommement=classement.nomment(posee.mots, connus))
    if posee.genre == "entreprises" and classement.ressemble_a_une_adresse(posee.mots):
        posee = replace(posee, sirens=tuple(_par_etablissement(moteur, requete)))
        return posee, _page(moteur, requete, posee)
    reponse = _page(moteur, requete, posee, plafond)
    if seul and connus and _peu(moteur, posee, reponse):
        # A name alone is searched among people when hardly any company bears it.
        posee = replace(posee, quidams=connus)
        reponse = _page(moteur, requete, posee)
    if (
        posee.genre == "entreprises"
        and reponse.total < classement.ASSEZ
        and not _est_ce_qui_est_nomme(moteur, requete.q, posee, reponse)
        and _peu(moteur, posee, reponse)
    ):
        sirens = _par_etablissement(moteur, requete)
        if not _deja(sirens, posee, reponse):
            posee = replace(posee, sirens=tuple(sirens))
            reponse = _page(moteur, requete, posee)
    return posee, reponse


def _interroger_plus_large(
    moteur: Moteur, requete: Requete, posee: Question, reponse: ReponseDuMoteur, etape: EtapeDeRecherche
) -> tuple[Question, ReponseDuMoteur]:
    """Search at a looser step. The hits of the stricter step (``reponse``) stay first, in order."""
    large = replace(posee, etape=etape, epingles=_epingles(moteur, requete, posee, reponse))
    return large, _page(moteur, requete, large)


def _epingles(moteur: Moteur, requete: Requete, posee: Question, reponse: ReponseDuMoteur) -> tuple[str, ...]:
    fermes = reponse.hits
    if requete.decalage and reponse.total:
        fermes = moteur.search(posee, limite=classement.ASSEZ).hits
    return tuple(h.siret or h.siren for h in fermes[: classement.ASSEZ])


def _peu(moteur: Moteur, posee: Question, reponse: ReponseDuMoteur) -> bool:
    """Whether the words find too little: nothing with the filters, or few documents without them.

    Words that many documents hold are well spelt, so adding a filter never widens the search: facet counts stay right.
    """
    if reponse.total >= classement.ASSEZ:
        return False
    if not reponse.total:
        return True
    libre = replace(posee, groupes=(), creation=(None, None), seulement=(), epingles=(), tri="numero")
    if libre == replace(posee, epingles=(), tri="numero"):
        # Without filters, these are all the matches in these states.
        autres = tuple(etat for etat in LES_ETATS if etat not in posee.etats)
        if not autres:
            return True
        return reponse.total + moteur.nombre(replace(libre, etats=autres)) < classement.ASSEZ
    return moteur.nombre(replace(libre, etats=LES_ETATS)) < classement.ASSEZ


def utile(etape: EtapeDeRecherche, posee: Question, trouves: int = 0) -> bool:
    """Whether a step may find more than the previous ones, which found ``trouves`` documents."""
    requis = classement.requis(posee.mots)
    match etape:
        case EtapeDeRecherche.STRICTE:
            return False
        case EtapeDeRecherche.PREFIXE:
            return len(posee.mots[-1].brut) >= classement.LONGUEUR_MIN_PREFIXE
        case EtapeDeRecherche.FAUTE:
            return bool(posee.fautes)
        case EtapeDeRecherche.PARTIELLE:
            # One word out of two says little: only when nothing was found.
            return classement.minimum(len(requis)) < len(requis) and (len(requis) > 2 or not trouves)


def _par_etablissement(moteur: Moteur, requete: Requete) -> list[tuple[str, float]]:
    """Companies with an establishment, in the places asked, that holds the words; they score below a match by name."""
    territoire = {nom: v for nom, v in requete.filtres.items() if nom in (*LIEUX, FILTRE_SIEGE)}
    # What a company must meet, its establishment need not: the company is asked for it.
    posee = question(replace(requete, vue="etablissements", filtres=territoire, tri="pertinence", exigences=()))
    hits, _ = moteur.sirens(classement.poser_texte(posee, requete.q), classement.ETABLISSEMENTS_VUS)
    if not hits:
        return []
    meilleur = hits[0][1] or 1.0
    return [(siren, classement.TROUVE_PAR_ETABLISSEMENT * (0.2 + 0.8 * score / meilleur)) for siren, score in hits]


def _deja(sirens: list[tuple[str, float]], posee: Question, reponse: ReponseDuMoteur) -> bool:
    """Whether all these companies were already found by their own words: asking again would change nothing."""
    if posee.quidams or len(reponse.hits) < reponse.total:
        return not sirens
    return {siren for siren, _ in sirens} <= {h.siren for h in reponse.hits}
