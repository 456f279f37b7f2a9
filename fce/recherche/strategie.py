"""From what a user asks to what the engine is asked: filters, then steps from strict to loose.

A looser step is tried only when fewer than ``classement.ASSEZ`` documents came; the last question asked gives the whole
answer (page, total, facets, export).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from fce.recherche import alimentations, classement
from fce.recherche.alimentations import DIRIGEANT, NON, OUI, QUELCONQUE, FiltreDeclare
from fce.recherche.analyse import mots_de_requete
from fce.recherche.champs import Etat
from fce.recherche.codes import sous_classes
from fce.recherche.port import LES_ETATS, Code, Etape, Genre, Moteur, Question, Quidam, Reponse
from fce.recherche.requete import FILTRES_LIEU, Requete
from fce.referentiels import categories_juridiques

_COMPTES = {"region": "r:", "departement": "d:", "categorie": "g:", "tranche_effectif": "t:"}
_LONGS = {"epci": "e:", "commune": "c:", "code_postal": "p:"}
_ETATS: dict[str, tuple[Etat, ...]] = {"actif": ("actif",), "cesse": ("cesse",), "tous": ("actif", "cesse")}


ENSEMBLE_MAX = 50_000
ENSEMBLE_EXPORT = 2_000_000
"""Documents looked at to tell which companies have an establishment on which several filters hold: for a page, where
no total beyond 10 000 is told, and for a file, which must hold them all."""
CROISES_MAX = 10_000
"""Establishments, or companies, beyond which counts that need both are estimates."""
PERSONNE = ("0",)
"""A restriction that nothing meets."""


@dataclass(frozen=True, slots=True)
class Trouvaille:
    """The question that was finally asked, and whether it is looser than what was typed.

    ``siren``: that of the one company it is about, when its number was typed.
    """

    question: Question
    reponse: Reponse
    approchants: bool
    siren: str | None = None


def question(requete: Requete, sauf: str | None = None) -> Question:
    """Filters of a query as a question without words; ``sauf`` leaves one filter out (a place leaves them all).

    In companies, it does not say that filters on establishments hold on a same one: see ``poser``.
    """
    genre: Genre = "etablissements" if requete.vue == "etablissements" else "entreprises"
    groupes = [g for nom, g in _groupes(requete, genre) if nom != sauf]
    minimum, maximum = (requete.jour(nom) if nom != sauf else None for nom in ("creation_min", "creation_max"))
    return Question(
        genre,
        etats=_ETATS[requete.etat],
        groupes=tuple(groupes),
        creation=(minimum.toordinal() if minimum else None, maximum.toordinal() if maximum else None),
        tri=requete.tri,
        inverse=requete.inverse,
    )


def poser(moteur: Moteur, requete: Requete, sauf: str | None = None, ensemble: int = ENSEMBLE_MAX) -> Question:
    """Return the same, restricted to what only the other kind of documents can tell.

    Companies: several filters on establishments (the place and the siège count for one) must hold on a same one.
    Establishments: the people are those of their company.
    """
    posee = question(requete, sauf)
    if posee.genre == "etablissements":
        noms = [DIRIGEANT] if sauf != DIRIGEANT and DIRIGEANT in requete.filtres else []
    else:
        noms = _portent_ensemble(requete, sauf)
    if not noms:
        return posee
    autre = "entreprises" if posee.genre == "etablissements" else "etablissements"
    demandee = ailleurs(requete, autre, noms)
    sirens, vus = moteur.sirens(demandee, ensemble)
    if not sirens and DIRIGEANT in noms:
        sirens, vus = moteur.sirens(replace(demandee, etape=Etape.FAUTE), ensemble)
    return replace(posee, seulement=tuple(siren for siren, _ in sirens) or PERSONNE, partielle=vus > ensemble)


def ailleurs(requete: Requete, vue: str, noms: Collection[str]) -> Question:
    """Return what these filters ask of the other kind of documents.

    An establishment says where its company is, and what it does there, as long as it is open, or the siège.
    """
    filtres = {nom: valeurs for nom, valeurs in requete.filtres.items() if nom in noms}
    etat = "actif" if vue == "etablissements" and requete.etat == "actif" else "tous"
    posee = question(replace(requete, q="", vue=vue, filtres=filtres, etat=etat))
    if vue == "etablissements" and etat == "tous":
        posee = replace(posee, groupes=(*posee.groupes, (Code("codes", "etat:A"), Code("codes", "siege:oui"))))
    return posee


def compagnons(requete: Requete, nom: str) -> list[str]:
    """Filters that a value of ``nom`` (``lieu`` for places), if it were added, must hold with on one establishment.

    None: the codes of the company are enough to tell which companies that value would leave.
    """
    declares = alimentations.filtres()
    if requete.vue == "etablissements" or not (nom == "lieu" or (nom in declares and declares[nom].etablissement)):
        return []
    lieu = [n for n in (*FILTRES_LIEU, "siege") if n in requete.filtres and not (nom == "lieu" and n != "siege")]
    autres = [n for n in requete.filtres if n != nom and n in declares and declares[n].etablissement]
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
        porteurs = tuple(Code("faits", f"{nom}:{valeur}") for nom in portant for valeur in (QUELCONQUE, OUI))
        demandee = replace(demandee, groupes=(*demandee.groupes, porteurs))
    if _nombre(moteur, demandee) <= CROISES_MAX:
        sirens, _ = moteur.sirens(demandee, CROISES_MAX)
        permis = frozenset(libre.seulement)
        vus = tuple(siren for siren, _ in sirens if not permis or siren in permis)
        libre = replace(libre, seulement=vus or PERSONNE)
    elif _nombre(moteur, libre) > CROISES_MAX:
        return None
    gardes, _ = moteur.sirens(libre, CROISES_MAX)
    demandee = replace(demandee, seulement=tuple(siren for siren, _ in gardes) or PERSONNE)
    return None if _nombre(moteur, demandee) > CROISES_MAX else moteur.entreprises_par_code(demandee)


def lieux_du_siege(moteur: Moteur, requete: Requete, libre: Question) -> dict[str, int]:
    """Count the companies by place of their siège, or of their other establishments, as the query asks."""
    tous = moteur.facettes(libre)
    if not requete.oui_non("siege"):
        return {cle[1:]: n for cle, n in tous.items() if cle.startswith(("nr:", "nd:"))}
    # The siège of a company that has nothing else is where the company is.
    seule = moteur.facettes(replace(libre, groupes=(*libre.groupes, (Code("codes", "siege:non", absent=True),))))
    comptes = {cle: n for cle, n in seule.items() if cle.startswith(("r:", "d:"))}
    for cle, n in tous.items():
        if cle.startswith(("sr:", "sd:")):
            comptes[cle[1:]] = comptes.get(cle[1:], 0) + n
    return comptes


def _nombre(moteur: Moteur, posee: Question) -> int:
    return moteur.search(replace(posee, tri="numero"), limite=1).total


def trouver(moteur: Moteur, requete: Requete, ensemble: int = ENSEMBLE_MAX) -> Trouvaille:
    """Ask, more and more loosely. Raises ``IndexIndisponible``."""
    base = poser(moteur, requete, ensemble=ensemble)
    decalage, limite = requete.decalage, requete.taille
    if not requete.q:
        reponse = moteur.search(base, decalage=decalage, limite=limite)
        if not reponse.total and any(isinstance(c, Quidam) for groupe in base.groupes for c in groupe):
            large = replace(base, etape=Etape.FAUTE)
            if (reponse_large := moteur.search(large, decalage=decalage, limite=limite)).total:
                return Trouvaille(large, reponse_large, approchants=True)
        return Trouvaille(base, reponse, approchants=False)
    posee = classement.textuelle(base, requete.q)
    if not posee.mots:
        return Trouvaille(posee, Reponse((), 0), approchants=False)
    gens = classement.quidams(posee.mots) if posee.genre == "entreprises" else ()
    connus = tuple(q for q in gens if moteur.connait(replace(posee, etats=LES_ETATS), "personnes", q.codes))
    seul = len(classement.requis(posee.mots)) == 1
    if not seul:
        posee = replace(posee, quidams=connus)
    reponse = moteur.search(posee, decalage=decalage, limite=limite)
    if seul and connus and _peu(moteur, posee, reponse):
        # A lone name is searched among people when hardly any company bears it.
        posee = replace(posee, quidams=connus)
        reponse = moteur.search(posee, decalage=decalage, limite=limite)
    if posee.genre == "entreprises" and (
        classement.ressemble_a_une_adresse(posee.mots) or _peu(moteur, posee, reponse)
    ):
        sirens = _par_etablissement(moteur, requete)
        if not _deja(sirens, posee, reponse):
            posee = replace(posee, sirens=tuple(sirens))
            reponse = moteur.search(posee, decalage=decalage, limite=limite)
    strict = reponse.total
    for etape in Etape:
        if not _peu(moteur, posee, reponse):
            break
        if etape is Etape.FAUTE:
            if reponse.total and moteur.porte_ce_nom(posee):
                break  # a whole name, found: its neighbours are not what was meant
            douteux = classement.douteux(posee.mots, moteur.frequences(posee), moteur.documents())
            if not connus and len(posee.mots) <= classement.MOTS_D_UN_NOM:
                posee = replace(posee, quidams=tuple(replace(q, faute=True) for q in gens))
            posee = replace(posee, douteux=douteux)
        if utile(etape, posee, reponse.total):
            # What a stricter step found stays first, in its order.
            fermes = moteur.search(posee, limite=classement.ASSEZ).hits if decalage and reponse.total else reponse.hits
            epingles = tuple(h.siret or h.siren for h in fermes[: classement.ASSEZ])
            large = replace(posee, etape=etape, epingles=epingles)
            reponse_large = moteur.search(large, decalage=decalage, limite=limite)
            if reponse_large.total > reponse.total:
                posee, reponse = large, reponse_large
    return Trouvaille(posee, reponse, approchants=reponse.total > strict)


def _peu(moteur: Moteur, posee: Question, reponse: Reponse) -> bool:
    """Tell whether the words, as they are taken, find too little: nothing here, or hardly anything without the filters.

    Words that many documents bear are well typed: when filters leave one of them, it is the one. So a filter that is
    added never makes the search wider, and counts beside the filters are those of the pages that they lead to.
    """
    if reponse.total >= classement.ASSEZ:
        return False
    if not reponse.total:
        return True
    libre = replace(posee, groupes=(), creation=(None, None), seulement=(), etats=LES_ETATS, epingles=(), tri="numero")
    return moteur.search(libre, limite=1).total < classement.ASSEZ


def utile(etape: Etape, posee: Question, trouves: int = 0) -> bool:
    """Tell whether a step can find anything that the steps before, which found ``trouves`` documents, did not."""
    requis = classement.requis(posee.mots)
    match etape:
        case Etape.STRICTE:
            return False
        case Etape.PREFIXE:
            return len(posee.mots[-1].brut) >= classement.LONGUEUR_MIN_PREFIXE
        case Etape.FAUTE:
            return bool(posee.douteux) or any(q.faute for q in posee.quidams)
        case Etape.PARTIELLE:
            # One word out of two says little: only rather than nothing.
            return classement.minimum(len(requis)) < len(requis) and (len(requis) > 2 or not trouves)


def _par_etablissement(moteur: Moteur, requete: Requete) -> list[tuple[str, float]]:
    """Companies with an establishment (in the places asked) whose own words match; scores below those of a name."""
    territoire = {nom: v for nom, v in requete.filtres.items() if nom in (*FILTRES_LIEU, "siege")}
    posee = question(replace(requete, vue="etablissements", filtres=territoire, tri="pertinence"))
    hits, _ = moteur.sirens(classement.textuelle(posee, requete.q), classement.ETABLISSEMENTS_VUS)
    if not hits:
        return []
    meilleur = hits[0][1] or 1.0
    return [(siren, classement.TROUVE_PAR_ETABLISSEMENT * (0.2 + 0.8 * score / meilleur)) for siren, score in hits]


def _deja(sirens: list[tuple[str, float]], posee: Question, reponse: Reponse) -> bool:
    """Tell whether these companies were all found by their own words: asking again would give the same ones."""
    if posee.quidams or len(reponse.hits) < reponse.total:
        return not sirens
    return {siren for siren, _ in sirens} <= {h.siren for h in reponse.hits}


def _groupes(requete: Requete, genre: Genre) -> list[tuple[str, tuple[Code | Quidam, ...]]]:
    """Filters as groups of codes, each with the name under which it is left out (``lieu`` for all the places)."""
    groupes: list[tuple[str, tuple[Code | Quidam, ...]]] = []
    siege = requete.oui_non("siege")
    lieux = requete.lieux()
    declares = alimentations.filtres()
    # In a company, the place and "siège" must hold on one establishment: they are one code there.
    if lieux:
        codes: list[Code] = []
        for nom, valeurs in lieux.items():
            for v in valeurs:
                simple = Code("codes" if nom in _COMPTES else "filtres", {**_COMPTES, **_LONGS}[nom] + v)
                if genre == "etablissements" or siege is None:
                    codes.append(simple)
                elif siege:
                    codes += (replace(simple, sauf="siege:non"), replace(simple, valeur="s" + simple.valeur))
                else:
                    codes.append(replace(simple, valeur="n" + simple.valeur))
        groupes.append(("lieu", tuple(codes)))
    if siege is not None and (genre == "etablissements" or (not siege and not lieux)):
        groupes.append(("siege", (Code("codes", "siege:oui" if siege else "siege:non"),)))
    for nom, valeurs in requete.filtres.items():
        if nom in ("tranche_effectif", "categorie"):
            groupes.append((nom, tuple(Code("codes", _COMPTES[nom] + v) for v in valeurs)))
        elif nom == "naf":
            groupes.append((nom, tuple(_naf(v) for valeur in valeurs for v in _niveau(valeur))))
        elif nom == "categorie_juridique":
            groupes.append((nom, tuple(_juridique(v) for valeur in valeurs for v in _categories(valeur))))
        elif nom in ("employeur", "ess", "societe_mission"):
            groupes.append((nom, (Code("codes", f"{nom}:{valeurs[0]}"),)))
        elif nom == DIRIGEANT:
            # People are those of the company: an establishment is told by ``poser``.
            if genre == "entreprises":
                groupes.append((nom, tuple(_personne(v) for v in valeurs)))
        elif nom in declares:
            groupes.append((nom, tuple(_declare(declares[nom], v) for v in valeurs)))
    if requete.etat == "cesse":
        # That part of the index also holds the units whose state is not known.
        groupes.append(("etat", (Code("codes", "etat:C"),)))
    return groupes


def _portent_ensemble(requete: Requete, sauf: str | None) -> list[str]:
    """Filters that must hold on one same establishment, when there are several."""
    lieu = [nom for nom in (*FILTRES_LIEU, "siege") if nom in requete.filtres and sauf not in ("lieu", nom)]
    declares = alimentations.filtres()
    autres = [n for n in requete.filtres if n != sauf and n in declares and declares[n].etablissement]
    return [*lieu, *autres] if autres and len(autres) + bool(lieu) > 1 else []


def _declare(filtre: FiltreDeclare, valeur: str) -> Code:
    if valeur in (OUI, NON):
        return Code("faits", f"{filtre.nom}:{OUI if filtre.simple else QUELCONQUE}", absent=valeur == NON)
    return Code("faits", f"{filtre.nom}:{valeur}")


def _personne(valeur: str) -> Quidam:
    """One person bears all the words."""
    return Quidam(classement.codes_de_personne(classement.requis(mots_de_requete(valeur))) or PERSONNE, faute=True)


def _niveau(naf: str) -> tuple[str, ...]:
    return (naf,) if len(naf) == 1 else sous_classes(naf)


def _naf(code: str) -> Code:
    return Code("codes" if len(code) == 1 else "filtres", "n:" + code)


def _categories(juridique: str) -> tuple[str, ...]:
    if len(juridique) > 1:
        return (juridique,)
    return tuple(c.code for c in categories_juridiques.liste(2) if c.code.startswith(juridique)) or (juridique,)


def _juridique(code: str) -> Code:
    return Code("codes" if len(code) == 2 else "filtres", "j:" + code)
