"""Suggestions while typing: the words read as filters, companies, activities, places, people; each with its label."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from fce.donnees.entreprises import selectors as entreprises
from fce.donnees.entreprises.contenu import EntrepriseVue
from fce.recherche.engines.analyse import mots_de_requete
from fce.recherche.engines.port import LES_ETATS, Moteur, Question, ReponseDuMoteur
from fce.recherche.question import elargissement, lieu_et_activite, mots_en_filtres, numeros, strategie
from fce.recherche.question.filtres import DIRIGEANT, LIEUX, SIRENE
from fce.recherche.question.filtres_en_phrases import FiltreCompris
from fce.recherche.question.lieu_et_activite import ACTIVITE
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import alertes, page, personnes, raisons, selectors
from fce.recherche.reponse.lignes import LignesDeResultats
from fce.recherche.reponse.personnes import Trouvee
from fce.referentiels import activites, territoires
from fce.socle.texte.formats import INSECABLE, pluriel
from fce.socle.texte.identifiants import formater_siren, formater_siret, reconnaitre
from fce.socle.texte.pliage import normaliser_requete
from fce.socle.web import liens

LIMITE = 7
PERSONNES_MAX = 2
ENTREPRISES_MIN = 3
LONGUEUR_MIN = 2
LONGUEUR_MIN_LIBELLE = 3
"""Letters of a word from which activities and places are searched by the beginning of their name."""


@dataclass(frozen=True, slots=True)
class Proposition:
    """One line of the list: its title, its address, details."""

    titre: str
    adresse: str
    details: tuple[str, ...] = ()
    alertes: tuple[str, ...] = ()
    cessee: bool = False


@dataclass(frozen=True, slots=True)
class GroupeDePropositions:
    titre: str
    propositions: tuple[Proposition, ...]


def suggerer(texte: str, resultats: str) -> list[GroupeDePropositions]:
    """Return suggestions for a text being typed: at most ``LIMITE`` lines, without empty groups.

    ``resultats``: address of the results page. A masked person is suggested by number only. Raises
    ``IndexIndisponible``.
    """
    texte = normaliser_requete(texte)
    if len(texte) < LONGUEUR_MIN:
        return []
    if reconnaitre(texte) is not None:
        sirens = [s.siren for s in selectors.suggerer(texte, 1)]
        return _groupes([("Entreprises", _entreprises(sirens, entreprises.entreprises(sirens), {}))])
    moteur = selectors.memoire()
    if numeros.debut_de_siret(texte) and (lieux := _etablissements(moteur, texte)):
        return _groupes([("Établissements", lieux)])
    lecture = lieu_et_activite.lecture_de(texte)
    if not lecture.compris or (lecture.tournure and lecture.reste):
        lecture = lieu_et_activite.inachevee(texte)
    lecture = mots_en_filtres.en_vigueur(moteur, lecture)
    compris = [*_compris(moteur, lecture, resultats)]
    par_activite = [*_filtres(moteur, _activites(texte, lecture), resultats)]
    par_lieu = [*_filtres(moteur, _lieux(texte, lecture), resultats)]
    gens = personnes.commencant_ainsi(moteur, texte, 2 * PERSONNES_MAX)
    trouvees = selectors.suggerees(moteur, texte, LIMITE)
    vues = LignesDeResultats(moteur).entreprises_des([trouvees, *(g.reponse for g in gens)])
    visibles = [h for h in trouvees.hits if h.siren in vues and vues[h.siren].regime.listable]
    nommes = [*_personnes(gens, vues, resultats)][:PERSONNES_MAX]
    mots = mots_de_requete(texte)
    a_peu_pres = bool(nommes) and all(raisons.mots_sans_nom(mots, vues[h.siren], inacheve=True) for h in visibles)
    autres = len(compris) + len(par_activite) + len(par_lieu) + len(nommes)
    gardees = visibles[: max(ENTREPRISES_MIN, LIMITE - autres)]
    gens_nommes = ("Personnes", nommes)
    groupes = [
        ("Compris", compris),
        *([gens_nommes] if a_peu_pres else ()),  # before companies whose name is only near
        ("Entreprises", _entreprises([h.siren for h in gardees], vues, alertes.alertes(moteur, gardees), texte)),
        ("Activités", par_activite),
        ("Lieux", par_lieu),
        *(() if a_peu_pres else [gens_nommes]),
    ]
    return _groupes(groupes)


def _groupes(groupes: Sequence[tuple[str, Sequence[Proposition]]]) -> list[GroupeDePropositions]:
    reste = LIMITE
    sortie = []
    for titre, propositions in groupes:
        if gardees := tuple(propositions[:reste]):
            reste -= len(gardees)
            sortie.append(GroupeDePropositions(titre, gardees))
    return sortie


def _entreprises(
    sirens: Sequence[str],
    vues: Mapping[str, EntrepriseVue],
    signalees: Mapping[str, tuple[str, ...]],
    texte: str = "",
) -> list[Proposition]:
    mots = mots_de_requete(texte)
    siennes = [vues[siren] for siren in sirens if siren in vues]
    return [
        Proposition(
            vue.nom,
            liens.adresse("entreprise", vue.siren),
            (
                *filter(None, [raisons.motif_d_un_autre_nom(mots, vue)]),
                *_ou_et_combien(vue),
                _insecable(formater_siren(vue.siren)),
            ),
            (*signalees.get(vue.siren, ()), *alertes.du_repertoire(vue)),
            cessee=vue.etat == "C",
        )
        for vue in siennes
    ]


def _etablissements(moteur: Moteur, texte: str) -> list[Proposition]:
    """Establishments whose SIRET begins so, largest first."""
    posee = numeros.commencant_ainsi(Question("etablissements", etats=LES_ETATS), texte)
    reponse = moteur.search(posee, limite=LIMITE) if posee else ReponseDuMoteur((), 0)
    lignes = LignesDeResultats(moteur)
    vues = lignes.entreprises(reponse)
    lieux = lignes.etablissements(reponse, vues)
    return [
        Proposition(
            lieu.nom,
            liens.adresse("etablissement", lieu.siret),
            tuple(
                x for x in (lieu.commune, "siège" if lieu.siege else "", _insecable(formater_siret(lieu.siret))) if x
            ),
            cessee=lieu.etat == "F",
        )
        for hit in reponse.hits
        if (lieu := lieux.get(hit.siret or "")) and lieu.regime.listable
    ]


def _insecable(numero: str) -> str:
    return numero.replace(" ", INSECABLE)


def _ou_et_combien(vue: EntrepriseVue) -> tuple[str, ...]:
    adresse = vue.siege.adresse if vue.siege else None
    commune = adresse.commune if adresse else None
    if adresse and commune and adresse.departement:
        commune = f"{commune} ({adresse.departement.code})"
    effectif = vue.tranche_effectif.libelle if vue.tranche_effectif else None
    return tuple(x for x in (commune, effectif) if x)


def _compris(moteur: Moteur, lecture: lieu_et_activite.Lecture, resultats: str) -> Iterator[Proposition]:
    """Words read as several filters (« boulangerie lille »); without results, a sentence says where there are some."""
    if lecture.sans_nom and (len(lecture.compris) > 1 or (lecture.tournure and lecture.sure)):
        requete = replace(mots_en_filtres.avec_lecture(Requete(), lecture), saisie="")
        noms = ", ".join(SIRENE[c.filtre].libelle(c.valeur) or c.valeur for c in lecture.compris if c.filtre in SIRENE)
        titre = mots_en_filtres.dire(requete) if lecture.tournure else noms
        adresse = f"{resultats}?{page.adresse(requete, 'liste')}"
        if nombre := strategie.compter(moteur, requete):
            yield Proposition(titre, adresse, (pluriel(nombre, "entreprise", "entreprises"),))
        elif compris := elargissement.elargir(moteur, requete, 0):
            yield Proposition(titre, adresse, (compris.phrase,))


def _filtres(moteur: Moteur, compris: Sequence[FiltreCompris], resultats: str) -> Iterator[Proposition]:
    """Activities or places that some company has."""
    for un in mots_en_filtres.en_vigueur(moteur, lieu_et_activite.Lecture(tuple(compris))).compris:
        requete = Requete(filtres={un.filtre: (un.valeur,)})
        if nombre := strategie.compter(moteur, requete):
            filtre = SIRENE[un.filtre]
            detail = f"NAF {un.valeur}" if un.filtre == ACTIVITE else filtre.titre
            yield Proposition(
                filtre.libelle(un.valeur) or un.valeur,
                f"{resultats}?{page.adresse(requete, 'liste')}",
                (detail, pluriel(nombre, "entreprise", "entreprises")),
            )


def _activites(texte: str, lecture: lieu_et_activite.Lecture) -> list[FiltreCompris]:
    comprises = [c for c in (*lecture.compris, *lieu_et_activite.offres(texte)) if c.filtre == ACTIVITE]
    if comprises or not _nommable(texte):
        return comprises[:1]
    return [FiltreCompris(ACTIVITE, activite.code) for activite in activites.chercher(texte, 1)]


def _lieux(texte: str, lecture: lieu_et_activite.Lecture) -> list[FiltreCompris]:
    comprises = [c for c in (*lecture.compris, *lieu_et_activite.offres(texte)) if c.filtre in LIEUX]
    if comprises or not _nommable(texte):
        return comprises[:1]
    return [FiltreCompris(lieu.genre, lieu.code) for lieu in territoires.chercher_lieux(texte, 1)]


def _nommable(texte: str) -> bool:
    """Whether a word is long enough to begin few names."""
    return any(len(mot) >= LONGUEUR_MIN_LIBELLE and not mot.isdigit() for mot in texte.split())


def _personnes(gens: Sequence[Trouvee], vues: Mapping[str, EntrepriseVue], resultats: str) -> Iterator[Proposition]:
    """People, each once: their company, or the list of their companies."""
    par_nom: dict[str, list[Trouvee]] = {}
    for trouvee in gens:
        vue = vues.get(trouvee.siren)
        if vue is not None and not vue.masque:  # masked since the index was built
            par_nom.setdefault(trouvee.nom, []).append(trouvee)
    for nom, siennes in par_nom.items():
        vue = vues[siennes[0].siren]
        if len(siennes) == 1:
            details = tuple(x for x in (siennes[0].qualite, vue.nom, *_ou_et_combien(vue)[:1]) if x)
            yield Proposition(nom, liens.adresse("entreprise", vue.siren), details)
        else:
            requete = Requete(filtres={DIRIGEANT: (nom,)})
            noms = tuple(dict.fromkeys(vues[t.siren].nom for t in siennes))[:2]
            details = ("plusieurs entreprises", *noms)
            yield Proposition(nom, f"{resultats}?{page.adresse(requete, 'liste')}", details)
