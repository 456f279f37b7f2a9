"""Wider searches around an activity and a place without results: the same filters, one widened at a time.

First the place (commune, département, région, France), then the activity (classe, groupe, division, section). Each has
its query and exact number of results, the same on the page, in the API and in suggestions. Words are never loosened
instead.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from msgspec.structs import replace

from fce.recherche.engines.analyse import racines
from fce.recherche.engines.port import Moteur
from fce.recherche.question import lieu_et_activite, mots_en_filtres, strategie
from fce.recherche.question.correspondances import correspondants
from fce.recherche.question.filtres import LIEUX, SIRENE
from fce.recherche.question.lieu_et_activite import ACTIVITE
from fce.recherche.question.requete import ETATS, Requete
from fce.referentiels import activites, naf, territoires
from fce.referentiels.naf import NomDeMetier
from fce.referentiels.territoires.decoupage import Genre, departements_du_lieu, region_du_departement
from fce.socle.texte.formats import nombre as ecrire_nombre, pluriel

LIEUX_NOMMES = 3
"""Places named in a sentence; beyond, only their number."""
CORRESPONDANTS_MAX = 3
"""Codes of the other NAF offered, most frequent first."""
_TOUS_LES_LIEUX = "en France"
_GENRES = {"commune": "communes", "departement": "départements", "region": "régions"}
Lieux = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Elargissement:
    """A wider query. ``porte_sur``: widened filter (nomenclature, lieu, activite, etat, vue); ``libelle``: as it reads
    after a number (« dans le Nord »); ``nombre``: results."""

    porte_sur: str
    libelle: str
    requete: Requete
    nombre: int


@dataclass(frozen=True, slots=True)
class Compris:
    """What a query asks, in words, its number of results, and its widenings. ``nom``: noun for what is searched;
    ``ou``: places, "" for none."""

    requete: Requete
    nombre: int
    nom: NomDeMetier
    ou: str
    lieux: tuple[Elargissement, ...] = ()
    nomenclatures: tuple[Elargissement, ...] = ()
    activites: tuple[Elargissement, ...] = ()
    autres: tuple[Elargissement, ...] = ()

    @property
    def titre(self) -> str:
        """« Aucune boulangerie à Lille », « 2 boulangeries à Lille »."""
        return " ".join(x for x in (self.compter(self.nombre), self._precision, self.ou) if x)

    @property
    def phrase(self) -> str:
        """« Aucune boulangerie à Lille ; 3 dans le Nord »: up to the first place, or activity, with results."""
        morceaux = [self.titre]
        for un in () if self.nombre else (*self.nomenclatures, *self.lieux, *self.activites):
            morceaux.append(f"{ecrire_nombre(un.nombre) if un.nombre else self._aucun.lower()} {un.libelle}")
            if un.nombre:
                break
        return " ; ".join(morceaux)

    @property
    def elargissements(self) -> tuple[Elargissement, ...]:
        """All the widenings: other NAF, place, activity, state, view."""
        return (*self.nomenclatures, *self.lieux, *self.activites, *self.autres)

    def compter(self, n: int) -> str:
        """« Aucune boulangerie », « 1 boulangerie », « 3 boulangeries »."""
        return pluriel(n, self.nom.singulier, self.nom.pluriel) if n else f"{self._aucun} {self.nom.singulier}"

    @property
    def _aucun(self) -> str:
        return "Aucune" if self.nom.feminin else "Aucun"

    @property
    def _precision(self) -> str:
        """State, and whether other filters are set."""
        etat = {"actif": "en activité", "cesse": f"({ETATS['cesse'].lower()})", "tous": ""}[self.requete.etat]
        autres = self.requete.filtres.keys() - {*LIEUX, ACTIVITE}
        dits = etat if self.requete.etat == "cesse" or any(e.porte_sur == "etat" for e in self.autres) else ""
        return " ".join(x for x in (dits, "avec ces filtres" if autres else "") if x)


def elargir(moteur: Moteur, requete: Requete, trouves: int) -> Compris | None:
    """Return the activity and place asked, with their widenings; None without either.

    Words that name both are read this way whatever they find (``trouves`` results); filters already set, only without
    results. About ten counts at most.
    """
    if requete.q:
        lecture = lieu_et_activite.lecture_de(requete.q)
        if requete.lieux_inconnus or not (lecture.sure and lecture.sans_nom):
            return None if trouves else _un_nom_ailleurs(moteur, requete)
        if requete.filtres:
            return None
        requete = mots_en_filtres.avec_lecture(requete, mots_en_filtres.en_vigueur(moteur, lecture))
        trouves = strategie.compter(moteur, requete)
        return _compris(moteur, requete, trouves)
    if trouves or not requete.filtres.keys() & {*LIEUX, ACTIVITE}:
        return None
    return _compris(moteur, requete, trouves)


def _un_nom_ailleurs(moteur: Moteur, requete: Requete) -> Compris | None:
    """Widen the place around a name that it does not hold; None when no wider place holds it."""
    if not requete.lieux() or not strategie.ailleurs_tels_quels(moteur, requete):
        return None
    compris = _compris(moteur, requete, 0)
    return compris if any(e.nombre for e in compris.elargissements) else None


def _compris(moteur: Moteur, requete: Requete, trouves: int) -> Compris:
    requete = replace(requete, page=1)
    construire = partial(Compris, requete, trouves, _nom(requete), _ou(requete.lieux()))
    if trouves:
        return construire()
    return construire(
        lieux=tuple(_par_le_lieu(moteur, requete)),
        nomenclatures=tuple(_par_la_nomenclature(moteur, requete)),
        activites=tuple(_par_l_activite(moteur, requete)),
        autres=tuple(_autrement(moteur, requete)),
    )


def _par_le_lieu(moteur: Moteur, requete: Requete) -> Iterator[Elargissement]:
    """Widen the place, level by level, up to the country."""
    if not (demandes := requete.lieux()):
        return
    dits = {_ou(demandes)}
    for lieux in (_en_departements(demandes), _en_regions(demandes), {}):
        libelle = _ou(lieux) or _TOUS_LES_LIEUX
        if libelle not in dits:
            dits.add(libelle)
            large = _avec(requete, {nom: lieux.get(nom, ()) for nom in LIEUX})
            trouvaille = strategie.interroger(moteur, replace(large, taille=1)) if large.q else None
            if trouvaille and trouvaille.approchants:
                libelle = f"{libelle}, noms approchants compris"
            trouves = trouvaille.reponse.total if trouvaille else strategie.compter(moteur, large)
            yield Elargissement("lieu", libelle, large, trouves)


def _par_la_nomenclature(moteur: Moteur, requete: Requete) -> Iterator[Elargissement]:
    """Search the codes of the other NAF that the same units have."""
    codes, manifeste = requete.filtres.get(ACTIVITE, ()), moteur.manifeste()
    if len(codes) != 1 or manifeste is None:
        return
    for autre in correspondants(manifeste.extra.get("naf", ()), codes[0])[:CORRESPONDANTS_MAX]:
        avec = _avec(requete, {ACTIVITE: (autre.code,)})
        if trouves := strategie.compter(moteur, avec):
            yield Elargissement("nomenclature", f"en {autre.phrase}", avec, trouves)


def _par_l_activite(moteur: Moteur, requete: Requete) -> Iterator[Elargissement]:
    """Widen one activity up to its division, or its section when the division is empty. Skips levels that add
    nothing."""
    codes = requete.filtres.get(ACTIVITE, ())
    if len(codes) != 1:
        return
    avant = 0
    for code in reversed(activites.ancetres(codes[0])[:-1]):
        if avant and activites.est_une_section(code):
            return
        large = _avec(requete, {ACTIVITE: (code,)})
        if (trouves := strategie.compter(moteur, large)) > avant:
            avant = trouves
            yield Elargissement("activite", f"pour l’activité {activites.en_clair(code)}", large, trouves)


def _autrement(moteur: Moteur, requete: Requete) -> Iterator[Elargissement]:
    """Include closed units, then establishments whose company has another activity."""
    if requete.etat != "tous":
        toutes = _avec(replace(requete, etat="tous"), {})
        if trouves := strategie.compter(moteur, toutes):
            yield Elargissement("etat", "en comptant aussi ce qui est cessé ou fermé", toutes, trouves)
    if requete.vue == "entreprises" and not requete.q:
        lieux = _avec(replace(requete, vue="etablissements"), {})
        if trouves := strategie.compter(moteur, lieux):
            yield Elargissement("vue", "parmi les établissements d’entreprises d’une autre activité", lieux, trouves)


def _avec(requete: Requete, changes: Lieux) -> Requete:
    """The query with some filters changed and its typed text forgotten."""
    gardes = {**requete.filtres, **changes}
    ordonnes = {nom: gardes[nom] for nom in SIRENE if gardes.get(nom)}
    return replace(requete, filtres={**ordonnes, **{n: v for n, v in gardes.items() if n not in SIRENE}}, saisie="")


def _en_departements(lieux: Lieux) -> Lieux:
    """Replace places smaller than a département by their département."""
    siens = [*lieux.get("departement", ())]
    genres: tuple[Genre, ...] = ("commune", "code_postal", "epci")
    for nom in genres:
        siens += [d for code in lieux.get(nom, ()) for d in sorted(departements_du_lieu(code, nom))]
    larges = {"region": lieux.get("region", ()), "departement": tuple(dict.fromkeys(siens))}
    return {nom: codes for nom, codes in larges.items() if codes}


def _en_regions(lieux: Lieux) -> Lieux:
    siens = [r.code for d in _en_departements(lieux).get("departement", ()) if (r := region_du_departement(d))]
    return {"region": tuple(dict.fromkeys((*lieux.get("region", ()), *siens)))}


def _ou(lieux: Lieux) -> str:
    """« à Lille », « à Lille ou à Roubaix », « dans 12 départements », "" without place."""
    nommes = [(genre, code) for genre, codes in lieux.items() for code in codes]
    if len(nommes) > LIEUX_NOMMES:
        genres = {_GENRES.get(genre, "lieux") for genre, _ in nommes}
        return f"dans {len(nommes)} {genres.pop() if len(genres) == 1 else 'lieux'}"
    return " ou ".join(territoires.dans(genre, code) for genre, code in nommes)


def _nom(requete: Requete) -> NomDeMetier:
    """The noun typed for the activity, else its usual noun, else « entreprise » and the official label; then the name
    searched."""
    nom = _nom_de_l_activite(requete)
    if not requete.q:
        return nom
    return NomDeMetier(f"{nom.singulier} « {requete.q} »", f"{nom.pluriel} « {requete.q} »", feminin=nom.feminin)


def _nom_de_l_activite(requete: Requete) -> NomDeMetier:
    codes = requete.filtres.get(ACTIVITE, ())
    unite = "établissement" if requete.vue == "etablissements" else "entreprise"
    if not codes:
        return NomDeMetier(unite, f"{unite}s", feminin=unite == "entreprise")
    tapes = {*racines(requete.saisie)}
    noms = naf.noms_de_metier()
    if requete.saisie:
        compris = [c.valeur for c in lieu_et_activite.lecture_de(requete.saisie).compris if c.filtre == ACTIVITE]
        dits = [nom for code in compris for nom in noms.get(code, ()) if tapes.issuperset(racines(nom.singulier))]
        if dits:
            return dits[0]
    if len(codes) == 1 and codes[0] in noms:
        return noms[codes[0]][0]
    suite = f"« {activites.en_clair(codes[0])} »" if len(codes) == 1 else "de ces activités"
    return NomDeMetier(f"{unite} {suite}", f"{unite}s {suite}", feminin=unite == "entreprise")
