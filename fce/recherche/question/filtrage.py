"""From the filters of a query to a question to the engine, and the counts that need both kinds of documents."""

from collections.abc import Collection

from msgspec.structs import replace

from fce.recherche.engines.champs import Etat
from fce.recherche.engines.port import LES_ETATS, PERSONNE, CodeCherche, Genre, Moteur, Question
from fce.recherche.question import fautes, filtres
from fce.recherche.question.alimentations import OUI, QUELCONQUE
from fce.recherche.question.filtre import Composant, Critere
from fce.recherche.question.filtres import BORNES_CREATION, FILTRE_SIEGE, LIEUX
from fce.recherche.question.requete import Requete
from fce.recherche.question.saisies import hors_de_la_liste

OUVERT_OU_SIEGE: tuple[Critere, ...] = (CodeCherche("codes", "etat:A"), CodeCherche("codes", "siege:oui"))
"""An establishment that holds the place and the activity of its company."""
_ETATS: dict[str, tuple[Etat, ...]] = {"actif": ("actif",), "cesse": ("cesse",), "tous": ("actif", "cesse")}

ENSEMBLE_MAX = 50_000
ENSEMBLE_EXPORT = 2_000_000
"""Documents read to find which companies have one establishment that satisfies several filters: for a page, where the
total is capped at 10 000, and for an export, which must be complete."""
CROISES_MAX = 10_000
"""Establishments, or companies, above which counts that need both are estimates."""


def verifier_les_valeurs(moteur: Moteur, requete: Requete) -> None:
    """Raise ``ParametreInvalide`` for a value that the official list of its filter does not have and that no unit
    bears: a program would read 0 as an answer. Raises ``IndexIndisponible``."""
    for nom, valeurs in requete.filtres.items():
        filtre = filtres.tous()[nom]
        for valeur in valeurs:
            groupe = filtre.criteres((valeur,))
            posees = (Question(genre, etats=LES_ETATS, groupes=(groupe,)) for genre in filtre.porteurs)
            if not filtre.officielle(valeur) and not any(map(moteur.nombre, posees)):
                raise hors_de_la_liste(nom, valeur, filtre.admises)


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
        groupes=(*groupes, *requete.exigences),
        seulement=() if requete.parmi is None else requete.parmi or PERSONNE,
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
    permis = None if requete.parmi is None else frozenset(requete.parmi)
    gardes = tuple(siren for siren, _ in sirens if permis is None or siren in permis)
    return replace(posee, seulement=gardes or PERSONNE, partielle=vus > ensemble)


def ailleurs(requete: Requete, vue: str, noms: Collection[str]) -> Question:
    """Return the question that these filters ask of documents of the other kind.

    An establishment holds the place and the activity of a company while it is open, or when it is the siège.
    """
    demandes = {nom: valeurs for nom, valeurs in requete.filtres.items() if nom in noms}
    etat = "actif" if vue == "etablissements" and requete.etat == "actif" else "tous"
    posee = question(replace(requete, q="", vue=vue, filtres=demandes, etat=etat, exigences=(), parmi=None))
    if vue == "etablissements" and etat == "tous":
        posee = replace(posee, groupes=(*posee.groupes, OUVERT_OU_SIEGE))
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
            if genre == "etablissements" or siege is None or not isinstance(simple, CodeCherche):
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
