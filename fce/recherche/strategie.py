"""From what a user asks to what the engine is asked: filters, then steps from strict to loose.

A looser step is tried only when fewer than ``classement.ASSEZ`` documents came; the last question asked gives the whole
answer (page, total, facets, export).
"""

from collections.abc import Collection

import msgspec
from msgspec.structs import replace

from fce.recherche import classement, comprehension, fautes, filtres, numeros
from fce.recherche.alimentations import OUI, QUELCONQUE
from fce.recherche.analyse import Mot
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
"""Documents looked at to tell which companies have an establishment on which several filters hold: for a page, where
no total beyond 10 000 is told, and for a file, which must hold them all."""
CROISES_MAX = 10_000
"""Establishments, or companies, beyond which counts that need both are estimates."""


class Trouvaille(msgspec.Struct, frozen=True):
    """The question that was finally asked, and whether it is looser than what was typed.

    ``siren``: that of the one company it is about, when its number was typed.
    """

    question: Question
    reponse: ReponseDuMoteur
    approchants: bool
    siren: str | None = None


def question(requete: Requete, sauf: str | None = None) -> Question:
    """Filters of a query as a question without words; ``sauf`` leaves one filter out (a place leaves them all).

    In companies, it does not say that filters on establishments hold on a same one: see ``poser``.
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
    """Return the question of a query, restricted to what only the other kind of documents can tell.

    Companies: several filters on establishments (the place and the siège count for one) must hold on a same one.
    Establishments: the people are those of their company.
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
    """Return what these filters ask of the other kind of documents.

    An establishment says where its company is, and what it does there, as long as it is open, or the siège.
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
    """Filters that a value of ``nom`` (``lieu`` for places), if it were added, must hold with on one establishment.

    None: the codes of the company are enough to tell which companies that value would leave.
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
    """Count the companies of ``libre`` by what the establishments on which the filters ``avec`` hold bear.

    ``portant``: only establishments that bear some value of one of these filters; no name, all of them. ``None`` when
    both the establishments and the companies are more than ``CROISES_MAX``.
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
    # The siège of a company that has nothing else is where the company is.
    seule = moteur.facettes(replace(libre, groupes=(*libre.groupes, (CodeCherche("codes", "siege:non", absent=True),))))
    comptes = {cle: n for cle, n in seule.items() if cle.startswith(("r:", "d:"))}
    for cle, n in tous.items():
        if cle.startswith(("sr:", "sd:")):
            comptes[cle[1:]] = comptes.get(cle[1:], 0) + n
    return comptes


def compter(moteur: Moteur, requete: Requete) -> int:
    """Count the results of a query."""
    # Without words, only the names of people are taken more loosely.
    if not requete.q and ((nombre := moteur.nombre(poser(moteur, requete))) or DIRIGEANT not in requete.filtres):
        return nombre
    return interroger(moteur, replace(requete, page=1, taille=1)).reponse.total


def interroger(
    moteur: Moteur, requete: Requete, ensemble: int = ENSEMBLE_MAX, plafond: int | None = None
) -> Trouvaille:
    """Ask, more and more loosely. ``plafond``: the total need not be exact beyond. Raises ``IndexIndisponible``."""
    base = poser(moteur, requete, ensemble=ensemble)
    if not requete.q:
        return _sans_mots(moteur, requete, base)
    posee = classement.poser_texte(base, requete.q)
    if not posee.mots:
        return Trouvaille(posee, ReponseDuMoteur((), 0), approchants=False)
    gens = classement.quidams(posee.mots) if posee.genre == "entreprises" else ()
    codes = moteur.connus(replace(posee, etats=LES_ETATS), "personnes", [code for q in gens for code in q.codes])
    connus = tuple(q for q in gens if codes.issuperset(q.codes))
    # Words that must be found and that no document holds: as they are typed, nothing answers.
    inconnus = fautes.inconnus(moteur, classement.requis(posee.mots))
    if inconnus:
        reponse = ReponseDuMoteur((), 0)
    else:
        posee, reponse = _interroger_tel_quel(moteur, requete, posee, connus, plafond)
    strict = reponse.total
    # An activity and a place are well written: looser words would be other activities, or other places.
    lus = comprehension.lire(requete.q)
    litteral = lus.sure and lus.sans_nom
    if not litteral and strict < classement.ASSEZ and not _est_ce_qui_est_nomme(moteur, requete.q, posee, reponse):
        posee, reponse = _elargir(moteur, requete, posee, reponse, inconnus, () if connus else gens)
    if not reponse.total and (debut := numeros.commencant_ainsi(base, requete.q)):
        posee, reponse = debut, _page(moteur, requete, debut)
    return Trouvaille(posee, reponse, approchants=reponse.total > strict)


def _elargir(
    moteur: Moteur,
    requete: Requete,
    posee: Question,
    reponse: ReponseDuMoteur,
    inconnus: frozenset[Mot],
    gens: tuple[Quidam, ...],
) -> tuple[Question, ReponseDuMoteur]:
    """Take the words more and more loosely as long as too little is found. ``gens``: who is meant if they are typos."""
    prochaine = posee
    for etape in (EtapeDeRecherche.PREFIXE, EtapeDeRecherche.FAUTE, EtapeDeRecherche.PARTIELLE):
        corrige = etape is EtapeDeRecherche.PARTIELLE and reponse.total and _nom_corrige(posee)
        # A whole name, with something else: looked up in the dictionaries, before what is counted.
        nomme = etape is EtapeDeRecherche.FAUTE and reponse.total and moteur.porte_ce_nom(posee)
        if corrige or nomme or not _peu(moteur, posee, reponse):
            break
        if etape is EtapeDeRecherche.PREFIXE:
            if inconnus - {posee.mots[-1]}:
                continue  # another word than the last is unknown: nothing can begin as it is typed
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
    """Tell whether what was found is named whole by the words: the name of a company (with a place, perhaps), somebody,
    an address. What begins like it, or is written nearly so, is not what was meant."""
    if not reponse.total:
        return False
    if classement.ressemble_a_une_adresse(posee.mots):
        return posee.genre == "etablissements" or bool(posee.sirens)
    if posee.nommement:
        return True
    noms = classement.noms_avec_un_lieu(q)
    return moteur.porte_ce_nom(replace(posee, noyaux=tuple((nom, 0.0) for nom in noms)))


def _page(moteur: Moteur, requete: Requete, posee: Question, plafond: int | None = None) -> ReponseDuMoteur:
    """Return the page asked of the answer to a question."""
    return moteur.search(posee, decalage=requete.decalage, limite=requete.taille, plafond=plafond)


def _sans_mots(moteur: Moteur, requete: Requete, base: Question) -> Trouvaille:
    """Return what the filters keep; the names of people are taken with a typo rather than give nothing."""
    reponse = _page(moteur, requete, base)
    if not reponse.total and (large := fautes.gens_proches_des_filtres(moteur, base)):
        reponse_large = _page(moteur, requete, large)
        if reponse_large.total:
            return Trouvaille(large, reponse_large, approchants=True)
    return Trouvaille(base, reponse, approchants=False)


def _nom_corrige(posee: Question) -> bool:
    """Tell whether the words, with their typos mended, are the whole name of a company."""
    return bool(posee.proches) or any(poids == classement.NOYAU_FAUTE for _, poids in posee.noyaux)


def _interroger_tel_quel(
    moteur: Moteur, requete: Requete, posee: Question, connus: tuple[Quidam, ...], plafond: int | None
) -> tuple[Question, ReponseDuMoteur]:
    """Ask the words as they are typed: of names, of people that the index knows, of an establishment."""
    seul = len(classement.requis(posee.mots)) == 1
    if not seul:
        posee = replace(posee, quidams=connus, nommement=classement.nomment(posee.mots, connus))
    if posee.genre == "entreprises" and classement.ressemble_a_une_adresse(posee.mots):
        posee = replace(posee, sirens=tuple(_par_etablissement(moteur, requete)))
        return posee, _page(moteur, requete, posee)
    reponse = _page(moteur, requete, posee, plafond)
    if seul and connus and _peu(moteur, posee, reponse):
        # A lone name is searched among people when hardly any company bears it.
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
    """Ask at a looser step. What a stricter step found (``reponse``) stays first, in its order."""
    fermes = reponse.hits
    if requete.decalage and reponse.total:
        fermes = moteur.search(posee, limite=classement.ASSEZ).hits
    epingles = tuple(h.siret or h.siren for h in fermes[: classement.ASSEZ])
    large = replace(posee, etape=etape, epingles=epingles)
    return large, _page(moteur, requete, large)


def _peu(moteur: Moteur, posee: Question, reponse: ReponseDuMoteur) -> bool:
    """Tell whether the words, as they are taken, find too little: nothing here, or hardly anything without the filters.

    Words that many documents bear are well typed: when filters leave one of them, it is the one. So a filter that is
    added never makes the search wider, and counts beside the filters are those of the pages that they lead to.
    """
    if reponse.total >= classement.ASSEZ:
        return False
    if not reponse.total:
        return True
    libre = replace(posee, groupes=(), creation=(None, None), seulement=(), epingles=(), tri="numero")
    if libre == replace(posee, epingles=(), tri="numero"):
        # Without filters, what was found is all that there is in these states.
        autres = tuple(etat for etat in LES_ETATS if etat not in posee.etats)
        if not autres:
            return True
        return reponse.total + moteur.nombre(replace(libre, etats=autres)) < classement.ASSEZ
    return moteur.nombre(replace(libre, etats=LES_ETATS)) < classement.ASSEZ


def utile(etape: EtapeDeRecherche, posee: Question, trouves: int = 0) -> bool:
    """Tell whether a step can find anything that the steps before, which found ``trouves`` documents, did not."""
    requis = classement.requis(posee.mots)
    match etape:
        case EtapeDeRecherche.STRICTE:
            return False
        case EtapeDeRecherche.PREFIXE:
            return len(posee.mots[-1].brut) >= classement.LONGUEUR_MIN_PREFIXE
        case EtapeDeRecherche.FAUTE:
            return bool(posee.fautes)
        case EtapeDeRecherche.PARTIELLE:
            # One word out of two says little: only rather than nothing.
            return classement.minimum(len(requis)) < len(requis) and (len(requis) > 2 or not trouves)


def _par_etablissement(moteur: Moteur, requete: Requete) -> list[tuple[str, float]]:
    """Companies with an establishment (in the places asked) whose own words match; scores below those of a name."""
    territoire = {nom: v for nom, v in requete.filtres.items() if nom in (*LIEUX, FILTRE_SIEGE)}
    posee = question(replace(requete, vue="etablissements", filtres=territoire, tri="pertinence"))
    hits, _ = moteur.sirens(classement.poser_texte(posee, requete.q), classement.ETABLISSEMENTS_VUS)
    if not hits:
        return []
    meilleur = hits[0][1] or 1.0
    return [(siren, classement.TROUVE_PAR_ETABLISSEMENT * (0.2 + 0.8 * score / meilleur)) for siren, score in hits]


def _deja(sirens: list[tuple[str, float]], posee: Question, reponse: ReponseDuMoteur) -> bool:
    """Tell whether these companies were all found by their own words: asking again would give the same ones."""
    if posee.quidams or len(reponse.hits) < reponse.total:
        return not sirens
    return {siren for siren, _ in sirens} <= {h.siren for h in reponse.hits}


def _groupes(requete: Requete, genre: Genre) -> list[tuple[str, tuple[Critere, ...]]]:
    """Filters as groups of codes, each with the name under which it is left out (``lieu`` for all the places)."""
    groupes = []
    if lieux := _codes_des_lieux(requete, genre):
        groupes.append(("lieu", lieux))
    elif genre == "entreprises" and requete.oui_non(FILTRE_SIEGE) is False:
        groupes.append((FILTRE_SIEGE, filtres.SIRENE[FILTRE_SIEGE].criteres(requete.filtres[FILTRE_SIEGE])))
    tous = filtres.tous()
    for nom, valeurs in requete.filtres.items():
        filtre = tous[nom]
        # Bounds are not codes, and what the other kind of documents bears is asked of it: see ``poser``.
        if filtre.composant not in (Composant.LIEU, Composant.DATE) and genre in filtre.porteurs:
            groupes.append((nom, filtre.criteres(valeurs)))
    if requete.etat == "cesse":
        # That part of the index also holds the units whose state is not known.
        groupes.append(("etat", (CodeCherche("codes", "etat:C"),)))
    return groupes


def _codes_des_lieux(requete: Requete, genre: Genre) -> tuple[Critere, ...]:
    """Places, in a company with « siège » too: both must hold on one establishment, they are one code there."""
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
    """Filters that must hold on one same establishment, when there are several."""
    lieu = [nom for nom in (*LIEUX, FILTRE_SIEGE) if nom in requete.filtres and sauf not in ("lieu", nom)]
    tous = filtres.tous()
    autres = [n for n in requete.filtres if n != sauf and tous[n].sur_un_etablissement]
    return [*lieu, *autres] if autres and len(autres) + bool(lieu) > 1 else []


def _ailleurs_seulement(requete: Requete) -> list[str]:
    """Filters that establishments do not bear: they are asked of their company."""
    tous = filtres.tous()
    return [n for n in requete.filtres if "etablissements" not in tous[n].porteurs]
