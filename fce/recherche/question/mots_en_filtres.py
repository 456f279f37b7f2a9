"""Decides, by asking the index, how the words of a query are taken: as filters, as offers beside the results, or
literally.

``lieu_et_activite`` reads the words. Here, the exact name of a company, and a reading that would find nothing, are left
as typed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from fce.recherche.engines.analyse import cle
from fce.recherche.engines.champs import SUFFIXE_ENSEIGNE
from fce.recherche.engines.port import LES_ETATS, Moteur, Question
from fce.recherche.question import filtres, lieu_et_activite, numeros, strategie
from fce.recherche.question.correspondances import correspondants, en_vigueur as code_en_vigueur
from fce.recherche.question.etiquettes import etiqueter
from fce.recherche.question.filtres import LIEUX
from fce.recherche.question.filtres_en_phrases import FiltreCompris
from fce.recherche.question.lieu_et_activite import ACTIVITE, Lecture
from fce.recherche.question.lieux_du_lecteur import Lieux, lieux_demandes
from fce.recherche.question.requete import Requete
from fce.socle.texte.identifiants import chiffres_seuls, reconnaitre


@dataclass(frozen=True, slots=True)
class Offre:
    """Another way to take the words typed: its label, its query, its number of results."""

    libelle: str
    requete: Requete
    nombre: int


def comprendre(moteur: Moteur, requete: Requete) -> Requete:
    """Return a query just typed, with filters in place of the words that name one; unchanged when no word does.

    The beginning of a SIRET asks for establishments, open or not. Unchanged for any other number and for the exact name
    of a company; also when the filters would find nothing while the words find something. Filters with no result stay
    when the words as typed find nothing either, provided that the name typed beside them exists somewhere: the page
    then shows what is near (``elargissement``), whereas looser words would answer another question.
    """
    if numeros.debut_de_siret(requete.q):
        return replace(requete, vue="etablissements", etat="tous")
    if numeros.commencant_ainsi(Question("entreprises"), requete.q) and not strategie.compter(moteur, requete):
        # The number typed may be that of a closed company.
        fermees = replace(requete, etat="tous")
        return fermees if strategie.compter(moteur, fermees) else requete
    lecture = lieu_et_activite.lecture_de(requete.q)
    if not lecture.sure or reconnaitre(requete.q):
        return requete
    if (lecture.tournure or not lecture.sans_nom) and nomme(moteur, requete.q):
        return requete
    comprise = avec_lecture(requete, en_vigueur(moteur, lecture))
    if strategie.compter(moteur, comprise):
        return comprise
    if lecture.sans_nom:
        return requete if strategie.compter(moteur, requete) else comprise
    tels_quels = strategie.tels_quels(moteur, requete)
    return comprise if not tels_quels and strategie.ailleurs_tels_quels(moteur, comprise) else requete


def sur_son_territoire(moteur: Moteur, requete: Requete, lieux: Lieux) -> Requete:
    """Return a query just typed, restricted to the user's territory when it names no place.

    Unchanged for a number, for the exact name of a company, and when nothing would be found there.
    """
    if not lieux or lieux_demandes(requete) or reconnaitre(requete.q) or chiffres_seuls(requete.q):
        return requete
    if requete.q and nomme(moteur, requete.q):
        return requete
    locale = avec_lecture(requete, Lecture(reste=requete.q), lieux)
    return locale if strategie.compter(moteur, locale) else requete


def ailleurs(moteur: Moteur, requete: Requete, lieux: Lieux, ici: int) -> Offre | None:
    """Offer the same query without its place filters, when it is restricted to the user's territory, where it has
    ``ici`` results."""
    if not lieux or lieux_demandes(requete) != lieux:
        return None
    partout = replace(requete, filtres={n: v for n, v in requete.filtres.items() if n not in LIEUX}, page=1)
    hors = strategie.compter(moteur, partout) - ici
    return Offre("Ailleurs, hors de votre territoire", partout, hors) if hors > 0 else None


def nomme(moteur: Moteur, texte: str) -> bool:
    """Whether a text is the whole name, or the trade name (enseigne), of some company."""
    exacte = cle(texte)
    if not exacte:
        return False
    posee = Question("entreprises", etats=LES_ETATS)
    return bool(moteur.connus(posee, "exact", (exacte, exacte + SUFFIXE_ENSEIGNE)))


def offres(moteur: Moteur, requete: Requete) -> list[Offre]:
    """Offer the activity and the place that words taken as a name may also be, with the number of results of each."""
    if requete.filtres or not requete.q or reconnaitre(requete.q):
        return []
    comprises = en_vigueur(moteur, Lecture(lieu_et_activite.offres(requete.q))).compris
    return [*_ensemble(moteur, requete), *_offres(moteur, replace(requete, q="", page=1), comprises)]


def en_vigueur(moteur: Moteur, lecture: Lecture) -> Lecture:
    """Return a reading, made in the NAF rév. 2, with its activity in the nomenclature that companies bear."""
    traduits = (
        replace(c, valeur=code_en_vigueur(moteur.manifeste(), c.valeur)) if c.filtre == ACTIVITE else c
        for c in lecture.compris
    )
    return replace(lecture, compris=tuple(traduits))


def litterale(moteur: Moteur, requete: Requete) -> Offre | None:
    """Offer the search for the words themselves in place of their reading; None when no name nor address holds them."""
    if not requete.saisie:
        return None
    lecture = lieu_et_activite.lecture_de(requete.saisie)
    gardes = {nom: valeurs for nom, valeurs in requete.filtres.items() if nom not in lecture.filtres()}
    etat = "actif" if lecture.etat else requete.etat
    tapee = replace(requete, q=requete.saisie, saisie="", filtres=gardes, etat=etat, page=1)
    nombre = strategie.compter(moteur, tapee)
    return Offre("Chercher plutôt ces mots dans les noms et les adresses", tapee, nombre) if nombre else None


def dans_l_autre_nomenclature(moteur: Moteur, requete: Requete) -> Offre | None:
    """Offer the search for the code of the other NAF that most units of the current code have, with their share."""
    codes = requete.filtres.get(ACTIVITE, ())
    manifeste = moteur.manifeste()
    if len(codes) != 1 or manifeste is None:
        return None
    for autre in correspondants(manifeste.extra.get("naf", ()), codes[0])[:1]:
        avec = replace(requete, filtres={**requete.filtres, ACTIVITE: (autre.code,)}, saisie="", page=1)
        if nombre := strategie.compter(moteur, avec):
            return Offre(autre.phrase, avec, nombre)
    return None


def ecrire(compris: FiltreCompris) -> str:
    """« Activité : Boulangerie et boulangerie-pâtisserie »."""
    filtre = filtres.SIRENE[compris.filtre]
    return f"{filtre.titre} : {filtre.libelle(compris.valeur) or filtre.en_clair(compris.valeur)}"


def _ensemble(moteur: Moteur, requete: Requete) -> Iterator[Offre]:
    """The filters of a phrase that is also the exact name of a company."""
    lecture = lieu_et_activite.lecture_de(requete.q)
    if lecture.tournure and lecture.sure and lecture.sans_nom:
        offerte = replace(avec_lecture(requete, en_vigueur(moteur, lecture)), page=1)
        if nombre := strategie.compter(moteur, offerte):
            yield Offre(f"Plutôt : {dire(offerte)}", offerte, nombre)


def dire(requete: Requete) -> str:
    """« Lille (59), 50 salariés et plus, par tranches de l’Insee »: the filters of a query."""
    return ", ".join(etiquette.libelle for etiquette in etiqueter(requete.filtres))


def _offres(moteur: Moteur, requete: Requete, compris: tuple[FiltreCompris, ...]) -> Iterator[Offre]:
    for un in compris:
        offerte = avec_lecture(requete, Lecture((un,)))
        if nombre := strategie.compter(moteur, offerte):
            yield Offre(ecrire(un), offerte, nombre)


def avec_lecture(requete: Requete, lecture: Lecture, lieux: Lieux | None = None) -> Requete:
    """Return a query with the filters of a reading, and the words that the reading left."""
    filtres_: Mapping[str, tuple[str, ...]] = {**requete.filtres, **lecture.filtres(), **(lieux or {})}
    ordonnes = {nom: filtres_[nom] for nom in filtres.tous() if nom in filtres_}
    saisie = requete.q if lecture.sure else requete.saisie
    return replace(requete, q=lecture.reste, filtres=ordonnes, saisie=saisie, etat=lecture.etat or requete.etat)
