"""The four cards of the Synthèse: who, how many, in the reader's territory, contacts of services.

No source is named here: each declares what it brings (``sources.synthese``). Rows are those of this reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from fce.donnees.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.formes.contenu import Fiche, FicheEntreprise, FicheEtablissement, ReleveDeSource, TuileVue
from fce.fiche.page import en_france, metier, qui
from fce.fiche.page.chiffres import Courbe, EffectifVu, comptes, courbe, effectif, entier, tendance
from fce.fiche.page.contacts import (
    ContactSitue,
    Occupe,
    UniteAAppeler,
    a_appeler,
    contact_declare,
    contacts,
    occupe,
    services,
)
from fce.fiche.page.etablissements import FiltreEtablissements, adresse_de_la_liste
from fce.fiche.page.origines import Paire, origines
from fce.fiche.unite.perimetre import Perimetre, nommer
from fce.referentiels.territoires.decoupage import plus_proche
from fce.socle.texte.formats import jour, mois, mot, nombre, pluriel
from fce.sources.rubriques import TITRES

LIGNES: Final = 2
PLUSIEURS: Final = 3
"""Open places from which a reader without a territory is told where they are."""


@dataclass(frozen=True, slots=True)
class CarteCombien:
    """A head-count with its scope and latest months, then figures."""

    cle: str
    unite: str
    perimetre: str
    courbe: Courbe | None
    tendance: str
    paires: tuple[Paire, ...]
    source: str


@dataclass(frozen=True, slots=True)
class ChezVous:
    """What the reader's territory has of the unit. ``absente``: why it has nothing; ``marque``: for an establishment,
    whether it is in the territory; ``ailleurs``: (code, name, number) of the other départements. ``regions``: for a
    reader of the whole country, in place of figures. ``lien``: address of these establishments in their tab, on
    ``lieux`` ("12 établissements sur 124"), else on ``cle``."""

    titre: str
    cle: str
    unite: str
    precision: str
    paires: tuple[Paire, ...]
    unites: tuple[UniteAAppeler, ...]
    nombre_unites: int
    ailleurs: tuple[tuple[str, str, int], ...]
    source: str
    absente: str = ""
    marque: str = ""
    regions: tuple[en_france.LigneRegion, ...] = ()
    lieux: str = ""
    lien: str = ""


@dataclass(frozen=True, slots=True)
class Cartes:
    """The four cards. ``metier``: that of the reader's trade, shown in place of ``combien``. ``occupe``: None when the
    reader may know of no contact; ``sien``: latest contact of his own service, shown first; ``vus``: every one read.

    ``ici``: départements of the third card; ``chez_lui``: those of the reader's habilitations, empty for the public and
    for a national reader: only these are called "chez vous".
    """

    qui: qui.CarteQui
    combien: CarteCombien
    metier: metier.CarteDuMetier | None
    chez_vous: ChezVous | None
    occupe: Occupe | None
    sien: ContactSitue | None
    ici: frozenset[str]
    chez_lui: frozenset[str]
    vus: tuple[ContactSitue, ...]

    @property
    def contacts(self) -> tuple[ContactSitue, ...]:
        """The latest contacts, besides ``sien``."""
        if self.occupe is None or self.sien is None:
            return self.occupe.contacts if self.occupe else ()
        montres = self.occupe.contacts
        return tuple(c for c in montres if c != self.sien)[: len(montres) - 1]


def cartes(fiche: Fiche, lecteur: LecteurDeDonnees, demande: str = "") -> Cartes:
    """``demande``: département chosen by a national reader."""
    ici = territoire(fiche, lecteur, demande)
    vus = contacts(fiche, ici)
    effectifs = effectif(fiche.apercu.releves)
    if isinstance(fiche, FicheEntreprise):
        ou = _chez_vous(fiche, lecteur, ici, effectifs, vus) if lecteur.situe else _ou(fiche)
    else:
        ou = _sur_place(fiche, lecteur, vus) if lecteur.situe else None
    return Cartes(
        qui.carte(fiche),
        _combien(fiche, effectifs, lecteur, ou),
        metier.carte(fiche, lecteur, effectifs),
        ou,
        occupe(fiche, vus),
        _sien(fiche, vus, lecteur),
        ici,
        lecteur.territoire,
        tuple(vus),
    )


def _sien(fiche: Fiche, vus: Sequence[ContactSitue], lecteur: LecteurDeDonnees) -> ContactSitue | None:
    """The latest contact of the reader's own service: told by it, or in a file of his inspection body, in his
    territory."""
    corps = {p.corps for p in lecteur.profils if p.corps}
    # The contacts of an establishment's own sheet do not repeat where they are.
    sur_place = _departement(fiche.etablissement) if isinstance(fiche, FicheEtablissement) else frozenset[str]()

    def sien(contact: ContactSitue) -> bool:
        if not contact.source:
            return contact.sien
        return contact.corps in corps and (
            lecteur.national or bool({contact.departement, *sur_place} & lecteur.territoire)
        )

    return next((c for c in vus if sien(c)), None)


def territoire(fiche: Fiche, lecteur: LecteurDeDonnees, demande: str = "") -> frozenset[str]:
    """Départements of the third card: those of the reader's habilitations; for a national reader, the one chosen, else
    that of the siège. For an establishment, its own."""
    if isinstance(fiche, FicheEtablissement):
        return _departement(fiche.etablissement)
    if lecteur.territoire:
        return lecteur.territoire
    if lecteur.acteur.habilitations and demande in fiche.apercu.ouverts:
        return frozenset({demande})
    return _departement(fiche.vue.siege)


def _titre(fiche: FicheEntreprise, lecteur: LecteurDeDonnees, ici: frozenset[str]) -> str:
    """A national reader has no "chez vous": the title says which département is shown, and why."""
    if lecteur.territoire:
        return f"Chez vous – {nommer(ici)}"
    return f"{'Au siège' if ici == _departement(fiche.vue.siege) else 'Département choisi'} – {nommer(ici)}"


def _departement(lieu: EtablissementVu | None) -> frozenset[str]:
    departement = lieu.adresse.departement if lieu else None
    return frozenset({departement.code} if departement else ())


def _combien(
    fiche: Fiche, effectifs: EffectifVu | None, lecteur: LecteurDeDonnees, ou: ChezVous | None
) -> CarteCombien:
    """``ou``: the third card, which tells the number of establishments to a reader without a territory. He also reads
    here a source of public contracts and one of aids. Who is not an agent reads no recent event of a masked unit."""
    discret = fiche.masquee and not lecteur.acteur.identifiant
    ouvertes = () if lecteur.situe or discret else ("marches-publics", "aides")
    vue = fiche.vue
    chiffres = comptes(fiche.apercu.releves)
    paires = [Paire(*ligne) for ligne in chiffres.lignes] if chiffres else []
    if isinstance(vue, EntrepriseVue):
        if ou is None or lecteur.situe:
            fermes = vue.nombre_etablissements - vue.nombre_etablissements_ouverts
            combien = pluriel(vue.nombre_etablissements_ouverts, "ouvert")
            paires.append(Paire("Établissements", combien, f", {pluriel(fermes, 'fermé')}" if fermes else ""))
        if vue.categorie:
            paires.append(
                Paire("Catégorie", vue.categorie, f" en {vue.annee_categorie}" if vue.annee_categorie else "")
            )
    comptables = [chiffres.releve] if chiffres else []
    dits = {r.source.rubrique: r for r in fiche.apercu.releves if r.compte and r.source.rubrique in ouvertes}
    for rubrique, releve in dits.items():
        quand = f", dernière date : {jour(releve.dernier)}" if releve.dernier else ""
        paires.append(Paire(TITRES[rubrique], releve.dit, quand))
        comptables.append(releve)
    if effectifs is None:
        tranche = vue.tranche_effectif
        cle, an = (
            (tranche.libelle or tranche.code, f", en {vue.annee_effectif}" if vue.annee_effectif else "")
            if tranche
            else ("Effectif non connu", "")
        )
        return CarteCombien(
            cle,
            "",
            f"{fiche.unite.perimetre.phrase}{an}, tranche Insee",
            None,
            "",
            tuple(paires),
            origines(fiche, "identite", comptables),
        )
    dernier, valeur = effectifs.serie[-1]
    return CarteCombien(
        entier(valeur),
        effectifs.unite(valeur),
        f"{effectifs.perimetre.phrase}, {mois(dernier)}",
        None if discret else courbe(effectifs.serie, effectifs.unites),
        "" if discret else effectifs.tendance,
        tuple(paires),
        origines(fiche, "identite", [effectifs.releve, *comptables]),
    )


def _ou(fiche: FicheEntreprise) -> ChezVous | None:
    """For a reader without a territory: the regions. None for fewer than three open places or for one département,
    which the address of the first card says."""
    ouverts = [n for n in fiche.apercu.ouverts.values() if n]
    if len(ouverts) < 2 or sum(ouverts) < PLUSIEURS:
        return None
    return replace(_en_france(fiche, en_france.regions(fiche), frozenset()), titre="Où", ailleurs=())


def _chez_vous(
    fiche: FicheEntreprise,
    lecteur: LecteurDeDonnees,
    ici: frozenset[str],
    effectifs: EffectifVu | None,
    vus: Sequence[ContactSitue],
) -> ChezVous | None:
    """For a company: what is in the territory. None when no territory is known."""
    if lecteur.national and ici == _departement(fiche.vue.siege) and (regions := en_france.regions(fiche)):
        return _en_france(fiche, regions, ici)
    if not ici:
        return None
    ouverts, total = fiche.apercu.ouverts, fiche.entreprise.nombre_etablissements_ouverts
    nombre_ici = sum(n for d, n in ouverts.items() if d in ici)
    titre = _titre(fiche, lecteur, ici)
    autres = _autres(ouverts, ici)
    sur = f"{pluriel(nombre_ici, 'établissement')} sur {nombre(total)}" if nombre_ici != total else _tous(total)
    if not nombre_ici:
        absente = f"Aucun établissement ouvert : {nommer(ici)}"
        if total and not ouverts:
            absente = "Lieux non diffusés" if fiche.masquee else "Lieux non connus"
        paires = _controles(fiche, ici, vus)
        la = frozenset({plus_proche(ouverts, ici)} - {""})
        if la:
            combien = pluriel(sum(ouverts[d] for d in la), "établissement")
            paires.insert(0, Paire("Au plus près", nommer(la), f", {combien}", _liste(fiche, la)))
        voisins, source = services(fiche, la), origines(fiche, "etablissements", []) if la else ""
        return ChezVous(titre, "", "", "", tuple(paires), a_appeler(voisins), len(voisins), autres, source, absente)
    serie = _de_la_partie(effectifs, ici)
    paires = [Paire("Tendance", dite)] if serie and (dite := tendance(serie)) else []
    paires += [*_chiffres(fiche, lecteur), *_controles(fiche, ici, vus), *_jamais(fiche, ici, nombre_ici, vus)]
    a_joindre = services(fiche, ici)
    if serie:
        cle, unite = entier(serie[-1][1]), effectifs.unite(serie[-1][1]) if effectifs else ""
        precision = f", {mois(serie[-1][0])}"
    else:
        cle, unite, precision = (
            nombre(nombre_ici),
            "établissements" if nombre_ici > 1 else "établissement",
            f"sur {nombre(total)} ouvert{'s' if total > 1 else ''}",
        )
    sources = [effectifs.releve] if serie and effectifs else []
    return ChezVous(
        titre, cle, unite, precision, tuple(paires), a_appeler(a_joindre), len(a_joindre), autres,
        origines(fiche, "etablissements", [*sources, *_racontants(fiche, lecteur, vus)]),
        lieux=sur if serie else "", lien=_liste(fiche, ici),
    )  # fmt: skip


def _en_france(fiche: FicheEntreprise, regions: tuple[en_france.LigneRegion, ...], siege: frozenset[str]) -> ChezVous:
    """For a reader of the whole country: the regions, and whom to call at the siège."""
    vue, a_joindre = fiche.entreprise, services(fiche, siege)
    ouverts, fermes = vue.nombre_etablissements_ouverts, vue.nombre_etablissements - vue.nombre_etablissements_ouverts
    ferme = f" ; {pluriel(fermes, 'fermé')}" if fermes else ""
    return ChezVous(
        f"En France – {pluriel(en_france.nombre_de_regions(regions), 'région')}", nombre(ouverts),
        mot(ouverts, "établissement"),
        f"{mot(ouverts, 'ouvert')}, toute l'entreprise{ferme}",
        (), a_appeler(a_joindre), len(a_joindre), _autres(fiche.apercu.ouverts, siege),
        origines(fiche, "etablissements", []), regions=regions,
    )  # fmt: skip


def _liste(fiche: FicheEntreprise, ici: frozenset[str], *, sans_contact: bool = False) -> str:
    """Address of the open establishments of these départements."""
    filtre = FiltreEtablissements(etat="ouvert", departements=tuple(sorted(ici)), sans_contact=sans_contact)
    return adresse_de_la_liste(fiche.unite.adresse, filtre)


def _sur_place(fiche: FicheEtablissement, lecteur: LecteurDeDonnees, vus: Sequence[ContactSitue]) -> ChezVous:
    """For an establishment: what is known there, and whom to call."""
    vu = fiche.etablissement
    a_joindre = services(fiche, frozenset())
    lieu = vu.adresse.commune or ""
    ou = _departement(vu)
    chez_lui = lecteur.territoire
    return ChezVous(
        f"Sur place – {nommer(ou)}" if ou else "Sur place", lieu, "",
        "Siège" if vu.siege else "Établissement secondaire",
        (*_chiffres(fiche, lecteur), *_controles(fiche, ou, vus)), a_appeler(a_joindre), len(a_joindre), (),
        origines(fiche, "identite", _racontants(fiche, lecteur, vus)),
        "" if lieu else "Adresse non diffusible" if vu.masque else "Adresse non connue",
        marque=("chez vous" if ou <= chez_lui else "ailleurs") if ou and chez_lui else "",
    )  # fmt: skip


def _tous(total: int) -> str:
    return f"les {pluriel(total, 'établissement')}" if total > 1 else "le seul établissement"


def _de_la_partie(effectifs: EffectifVu | None, ici: frozenset[str]) -> list[tuple[date, Any]]:
    """The head-count of this territory, when the reader's rights give it; empty otherwise."""
    if effectifs is None or effectifs.propre.territoire != ici:
        return []
    return effectifs.partie or effectifs.serie


def _autres(ouverts: Any, ici: frozenset[str]) -> tuple[tuple[str, str, int], ...]:
    """(code, name, number) of the other départements, by decreasing number of establishments."""
    rangs = sorted((-n, d) for d, n in ouverts.items() if n and d not in ici)
    return tuple((d, nommer(frozenset({d})), -n) for n, d in rangs)


def _tuiles(fiche: Fiche, lecteur: LecteurDeDonnees) -> list[TuileVue]:
    """Tiles of the reader's first trades."""
    premieres = [r for o in lecteur.onglets[:3] for r in o.rubriques if r not in ("effectifs", "finances", "controles")]
    siennes = (t for t in fiche.tuiles if t.rubrique in premieres)
    return sorted(siennes, key=lambda t: premieres.index(t.rubrique))[:LIGNES]


def _chiffres(fiche: Fiche, lecteur: LecteurDeDonnees) -> list[Paire]:
    """The figures of these tiles: of the territory when they have one."""
    return [
        Paire(t.titre, t.partie.partition(" : ")[2] or t.valeur, "" if t.partie else _portee(t.perimetre))
        for t in _tuiles(fiche, lecteur)
    ]


def _racontants(fiche: Fiche, lecteur: LecteurDeDonnees, vus: Sequence[ContactSitue]) -> list[ReleveDeSource]:
    """Sources of the third card's other figures, to date them."""
    noms = {t.source for t in _tuiles(fiche, lecteur)} | {c.source for c in (_dernier(vus),) if c}
    return [r for r in fiche.apercu.releves if r.source.nom in noms]


def _portee(perimetre: Perimetre) -> str:
    return "" if not perimetre.entier else f", {perimetre.phrase}"


def _controles(fiche: Fiche, ici: frozenset[str], vus: Sequence[ContactSitue]) -> list[Paire]:
    """The latest contact in the territory; the fourth card has those of elsewhere. Without one, that there is none is
    said only when every contact was read."""
    contact = _dernier(vus)
    if contact is None:
        return [Paire("Dernier contact", "aucun connu ici")] if vus and _tous_connus(fiche, ici, vus) else []
    ou = ", ".join(filter(None, (contact.lieu, contact.service)))
    return [Paire("Dernier contact", jour(contact.jour), f", {ou}")]


def _dernier(vus: Sequence[ContactSitue]) -> ContactSitue | None:
    return next((c for c in vus if c.ici), None)


def _tous_connus(fiche: Fiche, ici: frozenset[str], vus: Sequence[ContactSitue]) -> bool:
    """Whether every contact and its place are known, so that none in the territory can be missing."""
    releves = [r for r in fiche.apercu.releves if contact_declare(r.source)]
    if not releves or fiche.apercu.echanges.tronques or any(r.differe or r.total > len(r.lignes) for r in releves):
        return False
    if any(c.siret and (not c.departement or c.siret not in fiche.apercu.lieux) for c in vus):
        return False
    limites = [t for r in releves if (t := r.perimetre.territoire) is not None]
    toute = fiche.apercu.echanges.permis or len(limites) < len(releves)
    return bool(toute) or ici <= frozenset().union(*limites)


def _jamais(fiche: FicheEntreprise, ici: frozenset[str], ouverts: int, vus: Sequence[ContactSitue]) -> list[Paire]:
    """Establishments of the territory without a known visit, provided that every contact was read: as many as their
    list has."""
    if not _tous_connus(fiche, ici, vus):
        return []
    vistes = {c.siret for c in vus if c.ici and c.siret}
    ouvertes = {s for s in vistes if fiche.apercu.lieux[s].etat == "A"}
    reste = ouverts - len(ouvertes)
    lien = _liste(fiche, ici, sans_contact=True)
    return [Paire("Sans contact connu", pluriel(reste, "établissement"), lien=lien)] if reste > 0 else []
