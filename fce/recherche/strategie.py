"""From a user's query to questions to the engine: filters, then search steps from strict to loose.

A looser step is tried only when fewer than ``classement.ASSEZ`` documents were found. The last question gives the whole
answer (page, total, facets, export).
"""

from collections.abc import Collection
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from fce.recherche import classement, comprehension, fautes, filtres, numeros
from fce.recherche.alimentations import OUI, QUELCONQUE
from fce.recherche.analyse import Mot, mots_de_requete
from fce.recherche.champs import Etat
from fce.recherche.filtre import Composant, Critere
from fce.recherche.filtres import BORNES_CREATION, DIRIGEANT, FILTRE_SIEGE, LIEUX
from fce.recherche.port import (
    LES_ETATS,
    PERSONNE,
    CodeCherche,
    EtapeDeRecherche,
    Genre,
    Moteur,
    Question,
    Quidam,
    ReponseDuMoteur,
)
from fce.recherche.requete import Requete

_ETATS: dict[str, tuple[Etat, ...]] = {"actif": ("actif",), "cesse": ("cesse",), "tous": ("actif", "cesse")}

ENSEMBLE_MAX = 50_000
ENSEMBLE_EXPORT = 2_000_000
"""Documents read to find which companies have one establishment that satisfies several filters: for a page, where the
total is capped at 10 000, and for an export, which must be complete."""
CROISES_MAX = 10_000
"""Establishments, or companies, above which counts that need both are estimates."""


class Trouvaille(msgspec.Struct, frozen=True):
    """The last question asked, its answer, and whether it is looser than the words typed.

    ``siren``: the company whose number was typed.
    """

    question: Question
    reponse: ReponseDuMoteur
    approchants: bool
    siren: str | None = None


def question(requete: Requete, sauf: str | None = None) -> Question:
    """Filters of a query as a question without words. ``sauf``: a filter to leave out (for a place, all of them).

    For companies, it does not require filters on establishments to hold on the same one: see ``poser``.
    """
    genre: Genre = "etablissements" if requete.vue == "etablissements" else "entreprises"
    groupes = [g for nom, g in _groupes(requete, genre) if nom != sauf]
    minimum, maximum = (requete.jour(nom) if nom != sauf else None for nom in BORNES_CREATION)
    return Question(
        genre,
        etats=_ETATS[requete.etat],
        groupes=tuple(groupes),
        creation=(minimum.toordinal() if minimum else None, maximum.toordinal() if maximum else None),
        tri=requete.tri,
        inverse=requete.inverse,
    )


def poser(moteur: Moteur, requete: Requete, sauf: str | None = None, ensemble: int = ENSEMBLE_MAX) -> Question:
    """Return the question of a query, restricted by what only documents of the other kind hold.

    Companies: several filters on establishments (place and siège count as one) must hold on the same one.
    Establishments: people are those of their company.
    """
    posee = question(requete, sauf)
    autre: Genre
    if posee.genre == "etablissements":
        autre, noms = "entreprises", [n for n in _ailleurs_seulement(requete) if n != sauf]
    else:
        autre, noms = "etablissements", _portent_ensemble(requete, sauf)
    if not noms:
        return posee
    demandee = ailleurs(requete, autre, noms)
    sirens, vus = moteur.sirens(demandee, ensemble)
    if not sirens and (large := fautes.gens_proches_des_filtres(moteur, demandee)):
        sirens, vus = moteur.sirens(large, ensemble)
    return replace(posee, seulement=tuple(siren for siren, _ in sirens) or PERSONNE, partielle=vus > ensemble)


def ailleurs(requete: Requete, vue: str, noms: Collection[str]) -> Question:
    """Return the question that these filters ask of documents of the other kind.

    An establishment holds the place and the activity of a company while it is open, or when it is the siège.
    """
    demandes = {nom: valeurs for nom, valeurs in requete.filtres.items() if nom in noms}
    etat = "actif" if vue == "etablissements" and requete.etat == "actif" else "tous"
    posee = question(replace(requete, q="", vue=vue, filtres=demandes, etat=etat))
    if vue == "etablissements" and etat == "tous":
        posee = replace(
            posee, groupes=(*posee.groupes, (CodeCherche("codes", "etat:A"), CodeCherche("codes", "siege:oui")))
        )
    return posee


def compagnons(requete: Requete, nom: str) -> list[str]:
    """Filters that must hold on the same establishment as a value of ``nom`` (``lieu`` for places), if it were added.

    Empty when the codes of the company are enough to count the companies that would remain.
    """
    tous = filtres.tous()
    if requete.vue == "etablissements" or not (nom == "lieu" or tous[nom].sur_un_etablissement):
        return []
    lieu = [n for n in (*LIEUX, FILTRE_SIEGE) if n in requete.filtres and not (nom == "lieu" and n != FILTRE_SIEGE)]
    autres = [n for n in requete.filtres if n != nom and tous[n].sur_un_etablissement]
    if nom == "lieu":
        return [*lieu, *autres] if autres else []
    return [*lieu, *autres]


def croiser(
    moteur: Moteur, requete: Requete, libre: Question, avec: Collection[str], portant: Collection[str] = ()
) -> dict[str, int] | None:
    """Count the companies of ``libre`` by the codes of their establishments that satisfy the filters ``avec``.

    ``portant``: only establishments with a value for one of these filters; empty: all. ``None`` when both
    establishments and companies exceed ``CROISES_MAX``.
    """
    demandee = ailleurs(requete, "etablissements", avec)
    if portant:
        porteurs = tuple(CodeCherche("faits", f"{nom}:{valeur}") for nom in portant for valeur in (QUELCONQUE, OUI))
        demandee = replace(demandee, groupes=(*demandee.groupes, porteurs))
    if moteur.nombre(demandee) <= CROISES_MAX:
        sirens, _ = moteur.sirens(demandee, CROISES_MAX)
        permis = frozenset(libre.seulement)
        vus = tuple(siren for siren, _ in sirens if not permis or siren in permis)
        libre = replace(libre, seulement=vus or PERSONNE)
    elif moteur.nombre(libre) > CROISES_MAX:
        return None
    gardes, _ = moteur.sirens(libre, CROISES_MAX)
    demandee = replace(demandee, seulement=tuple(siren for siren, _ in gardes) or PERSONNE)
    return None if moteur.nombre(demandee) > CROISES_MAX else moteur.entreprises_par_code(demandee)


def lieux_du_siege(moteur: Moteur, requete: Requete, libre: Question) -> dict[str, int]:
    """Count the companies by place of their siège, or of their other establishments, as the query asks."""
    tous = moteur.facettes(libre)
    if not requete.oui_non(FILTRE_SIEGE):
        return {cle[1:]: n for cle, n in tous.items() if cle.startswith(("nr:", "nd:"))}
    # A company without another establishment has the place of its siège.
    seule = moteur.facettes(replace(libre, groupes=(*libre.groupes, (CodeCherche("codes", "siege:non", absent=True),))))
    comptes = {cle: n for cle, n in seule.items() if cle.startswith(("r:", "d:"))}
    for cle, n in tous.items():
        if cle.startswith(("sr:", "sd:")):
            comptes[cle[1:]] = comptes.get(cle[1:], 0) + n
    return comptes


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
    base = poser(moteur, requete, ensemble=ensemble)
    if not requete.q:
        return _sans_mots(moteur, requete, base)
    lus = _lire_tels_quels(moteur, requete, base, plafond)
    posee, reponse = lus.question, lus.reponse
    if not posee.mots:
        return Trouvaille(posee, reponse, approchants=False)
    strict = reponse.total
    if strict < classement.ASSEZ and not (
        _tels_quels_seulement(moteur, requete, posee, strict)
        or _est_ce_qui_est_nomme(moteur, requete.q, posee, reponse)
    ):
        posee, reponse = _elargir(moteur, requete, posee, reponse, lus.inconnus, lus.gens)
    if not reponse.total and (debut := numeros.commencant_ainsi(base, requete.q)):
        posee, reponse = debut, _page(moteur, requete, debut)
    return Trouvaille(posee, reponse, approchants=reponse.total > strict)


def tels_quels(moteur: Moteur, requete: Requete) -> int:
    """Count what holds the words exactly as typed."""
    return _lire_tels_quels(moteur, requete, poser(moteur, requete)).reponse.total


def ailleurs_tels_quels(moteur: Moteur, requete: Requete) -> int:
    """Count what holds the words exactly as typed, whatever the filters; 0 for an address, which is meant in its town
    only."""
    if classement.ressemble_a_une_adresse(mots_de_requete(requete.q)):
        return 0
    return tels_quels(moteur, replace(requete, filtres={}, etat="tous", page=1, taille=1))


class _TelsQuels(NamedTuple):
    """The words searched as typed. ``inconnus``: required words that no document holds; ``gens``: people who may be
    meant, with typos."""

    question: Question
    reponse: ReponseDuMoteur
    inconnus: frozenset[Mot] = frozenset()
    gens: tuple[Quidam, ...] = ()


def _lire_tels_quels(moteur: Moteur, requete: Requete, base: Question, plafond: int | None = None) -> _TelsQuels:
    posee = classement.poser_texte(base, requete.q)
    if not posee.mots:
        return _TelsQuels(posee, ReponseDuMoteur((), 0))
    gens = classement.quidams(posee.mots) if posee.genre == "entreprises" else ()
    codes = moteur.connus(replace(posee, etats=LES_ETATS), "personnes", [code for q in gens for code in q.codes])
    connus = tuple(q for q in gens if codes.issuperset(q.codes))
    # Required words that no document holds: the words as typed find nothing.
    inconnus = fautes.inconnus(moteur, classement.requis(posee.mots))
    if inconnus:
        reponse = ReponseDuMoteur((), 0)
    else:
        posee, reponse = _interroger_tel_quel(moteur, requete, posee, connus, plafond)
    return _TelsQuels(posee, reponse, inconnus, () if connus else gens)


def _tels_quels_seulement(moteur: Moteur, requete: Requete, posee: Question, strict: int) -> bool:
    """Whether looser words would answer another question: a whole reading is well spelt (an activity, a place, a
    phrase), and so are words that filters alone leave without a result."""
    lus = comprehension.lire(requete.q)
    if lus.sure and lus.sans_nom:
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
) -> tuple[Question, ReponseDuMoteur]:
    """Match the words more and more loosely while too little is found. ``gens``: people who may be meant, with
    typos."""
    prochaine = posee
    for etape in (EtapeDeRecherche.PREFIXE, EtapeDeRecherche.FAUTE, EtapeDeRecherche.PARTIELLE):
        corrige = etape is EtapeDeRecherche.PARTIELLE and reponse.total and _nom_corrige(posee)
        # A whole name with other words: checked in the dictionaries, before counting.
        nomme = etape is EtapeDeRecherche.FAUTE and reponse.total and moteur.porte_ce_nom(posee)
        if corrige or nomme or not _peu(moteur, posee, reponse):
            break
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
    return posee, reponse


def _est_ce_qui_est_nomme(moteur: Moteur, q: str, posee: Question, reponse: ReponseDuMoteur) -> bool:
    """Whether the words are the whole name of what was found: a company (perhaps with a place), a person, an address.
    Names that begin with the words, or nearly spelt so, are then not wanted."""
    if not reponse.total:
        return False
    if classement.ressemble_a_une_adresse(posee.mots):
        return posee.genre == "etablissements" or bool(posee.sirens)
    if posee.nommement:
        return True
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
    fermes = reponse.hits
    if requete.decalage and reponse.total:
        fermes = moteur.search(posee, limite=classement.ASSEZ).hits
    epingles = tuple(h.siret or h.siren for h in fermes[: classement.ASSEZ])
    large = replace(posee, etape=etape, epingles=epingles)
    return large, _page(moteur, requete, large)


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
    posee = question(replace(requete, vue="etablissements", filtres=territoire, tri="pertinence"))
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


def _groupes(requete: Requete, genre: Genre) -> list[tuple[str, tuple[Critere, ...]]]:
    """Filters as groups of codes, each with the name by which to leave it out (``lieu`` for all the places)."""
    groupes = []
    if lieux := _codes_des_lieux(requete, genre):
        groupes.append(("lieu", lieux))
    elif genre == "entreprises" and requete.oui_non(FILTRE_SIEGE) is False:
        groupes.append((FILTRE_SIEGE, filtres.SIRENE[FILTRE_SIEGE].criteres(requete.filtres[FILTRE_SIEGE])))
    tous = filtres.tous()
    for nom, valeurs in requete.filtres.items():
        filtre = tous[nom]
        # Bounds are not codes, and ``poser`` handles what only documents of the other kind hold.
        if filtre.composant not in (Composant.LIEU, Composant.DATE) and genre in filtre.porteurs:
            groupes.append((nom, filtre.criteres(valeurs)))
    if requete.etat == "cesse":
        # This part of the index also holds the units of unknown state.
        groupes.append(("etat", (CodeCherche("codes", "etat:C"),)))
    return groupes


def _codes_des_lieux(requete: Requete, genre: Genre) -> tuple[Critere, ...]:
    """Codes of the places. In a company, one code combines place and « siège »: both must hold on one establishment."""
    siege = requete.oui_non(FILTRE_SIEGE)
    codes: list[Critere] = []
    for nom, valeurs in requete.lieux().items():
        for simple in filtres.SIRENE[nom].criteres(valeurs):
            if genre == "etablissements" or siege is None or isinstance(simple, Quidam):
                codes.append(simple)
            elif siege:
                codes += (replace(simple, sauf="siege:non"), replace(simple, valeur="s" + simple.valeur))
            else:
                codes.append(replace(simple, valeur="n" + simple.valeur))
    return tuple(codes)


def _portent_ensemble(requete: Requete, sauf: str | None) -> list[str]:
    """Filters that must hold on the same establishment, when there are several."""
    lieu = [nom for nom in (*LIEUX, FILTRE_SIEGE) if nom in requete.filtres and sauf not in ("lieu", nom)]
    tous = filtres.tous()
    autres = [n for n in requete.filtres if n != sauf and tous[n].sur_un_etablissement]
    return [*lieu, *autres] if autres and len(autres) + bool(lieu) > 1 else []


def _ailleurs_seulement(requete: Requete) -> list[str]:
    """Filters that establishments do not hold: they are asked of their company."""
    tous = filtres.tous()
    return [n for n in requete.filtres if "etablissements" not in tous[n].porteurs]
