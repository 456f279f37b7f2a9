"""The tabs in the reader's groups, each with a line on its content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.assemblage.directes import Attente
from fce.fiche.formes.contenu import Bloc, EtatBloc, Fiche, FicheEntreprise, ReleveDeSource, Rubrique
from fce.fiche.page.synthese import Cartes
from fce.socle.texte.formats import jour, nombre, pluriel
from fce.sources.onglets import GROUPES_D_ONGLETS, SYNTHESE, TOUT, GroupeOnglets, Onglet, groupes

NOMMES = 2


@dataclass(frozen=True, slots=True)
class OngletAffiche:
    """``ligne``: its content, "" when unknown here."""

    titre: str
    adresse: str
    cle: str
    ligne: str = ""
    courant: bool = False


@dataclass(frozen=True, slots=True)
class BandeOnglets:
    """``onglets``: tabs with content; ``ordre``: the reader's groups; ``vides``: titles of those where everything was
    read and nothing found; ``vides_en_partie``: titles of the empty ones that the reader's rights limit; ``courant``:
    title of the current one."""

    onglets: tuple[OngletAffiche, ...]
    courant: str
    ordre: tuple[GroupeOnglets, ...] = GROUPES_D_ONGLETS
    vides: tuple[str, ...] = ()
    vides_en_partie: tuple[str, ...] = ()

    @property
    def groupes(self) -> list[tuple[str, list[OngletAffiche]]]:
        """(title, tabs) of the groups that have some, each in the reader's order."""
        ranges = [(g.titre, [o for o in self.onglets if o.cle in g.onglets]) for g in self.ordre]
        return [(titre, siens) for titre, siens in ranges if siens]


def avec_courant(bande: BandeOnglets, courant: Onglet, adresse: str) -> BandeOnglets:
    """The tabs with the current one marked. An empty tab is shown while it is open."""
    marques = tuple(replace(o, courant=o.cle == courant.cle) for o in bande.onglets)
    if not any(o.courant for o in marques):
        absent = OngletAffiche(courant.court, f"{adresse}/{courant.cle}", courant.cle, courant=True)
        marques = (*marques[:-1], absent, *marques[-1:])
    return replace(bande, onglets=marques, courant=courant.titre)


def bande(
    fiche: Fiche,
    rubriques: Sequence[Rubrique],
    lecteur: LecteurDeDonnees,
    cartes: Cartes,
) -> BandeOnglets:
    """The tabs with their content, from the Synthèse. ``rubriques``: with the placeholders of live blocs."""
    adresse = fiche.unite.adresse
    affiches: list[OngletAffiche] = []
    vides: dict[bool, list[str]] = {True: [], False: []}
    for onglet in lecteur.onglets:
        blocs = [b for r in rubriques if r.cle in onglet.rubriques for b in r.blocs]
        ligne = _ligne(onglet, fiche, blocs, cartes)
        if ligne:
            affiches.append(OngletAffiche(onglet.court, f"{adresse}/{onglet.cle}", onglet.cle, ligne))
        # What was not read (closed, not imported) is not said to be empty.
        elif regardes := [b for b in blocs if b.etat is EtatBloc.AUCUNE and not b.a_demander]:
            entier = len(regardes) == len(blocs) and all(b.perimetre.entier for b in regardes)
            vides[entier].append(f"{onglet.titre}{_horizons(regardes)}")
    tout = OngletAffiche(TOUT.titre, f"{adresse}/{TOUT.cle}", TOUT.cle, "toutes les rubriques sur une page")
    ordre = groupes(lecteur.onglets[0], (profil.code for profil in lecteur.profils))
    return BandeOnglets((*affiches, tout), SYNTHESE.titre, ordre, tuple(vides[True]), tuple(vides[False]))


def _horizons(blocs: Sequence[Bloc]) -> str:
    """Periods covered by the empty sources, and other rows of their files: " (Dons sur 24 mois)"."""
    dits = [f"{b.titre}{b.horizon}{f', {b.autres}' if b.autres else ''}" for b in blocs if b.horizon or b.autres]
    return f" ({' ; '.join(dits)})" if dits else ""


def _ligne(onglet: Onglet, fiche: Fiche, blocs: Sequence[Bloc], cartes: Cartes) -> str:
    """Line on the content of a tab; "" when it is empty."""
    if not any(b.etat is EtatBloc.DONNEES or b.differe for b in blocs):
        return "source indisponible" if any(_en_panne(b) for b in blocs) else ""
    # Of a tab of several rubriques, its line tells the one that it is named after.
    dites = {onglet.cle} & {*onglet.rubriques} or onglet.rubriques
    siens = [r for r in fiche.apercu.releves if r.source.rubrique in dites]
    propre = {
        "etablissements": _etablissements,
        "effectifs": _effectifs,
        "finances": _finances,
        "controles": _controles,
        "historique": _historique,
    }.get(onglet.cle)
    dite = propre(fiche, cartes) if propre else ""
    return (
        dite
        or _comptes(siens)
        or ("réponse en direct" if any(isinstance(b.contenu, Attente) for b in blocs) else "identité, siège")
    )


def _en_panne(bloc: Bloc) -> bool:
    return bloc.etat is EtatBloc.INDISPONIBLE and bool(bloc.raison or any(p.date_import for p in bloc.provenances))


def _comptes(releves: Sequence[ReleveDeSource]) -> str:
    """ "6 aides de l'ADEME, 128 contrats d'apprentissage – toute l'entreprise": two sources at most, those with a count
    first, and zero counts last. The scope is given once when it is the same."""
    nommes = [r for r in releves if r.compte] + [r for r in releves if r.compte is None]
    nommes += [r for r in releves if r.compte == 0]
    dits = [(r.dit or r.source.titre, r.portee) for r in nommes[:NOMMES]]
    if len({portee for _, portee in dits}) == 1 and dits[0][1]:
        return f"{', '.join(texte for texte, _ in dits)} – {dits[0][1]}"
    return ", ".join(f"{texte} ({portee})" if portee else texte for texte, portee in dits)


def _etablissements(fiche: Fiche, cartes: Cartes) -> str:
    if not isinstance(fiche, FicheEntreprise):
        return ""
    ouverts = fiche.entreprise.nombre_etablissements_ouverts
    fermes = fiche.entreprise.nombre_etablissements - ouverts
    dits = [f"{nombre(ouverts)} ouvert{'s' if ouverts > 1 else ''}"]
    dits += [f"{nombre(fermes)} fermé{'s' if fermes > 1 else ''}"] if fermes else []
    ici = sum(n for d, n in fiche.apercu.ouverts.items() if d in cartes.chez_lui)
    return ", ".join(dits) + (f", dont {nombre(ici)} chez vous" if 0 < ici < ouverts else "")


def _effectifs(fiche: Fiche, cartes: Cartes) -> str:
    combien = cartes.combien
    return f"{combien.cle} {combien.unite}, {combien.perimetre}" if combien.unite else ""


def _finances(fiche: Fiche, cartes: Cartes) -> str:
    return ", ".join(
        f"{p.titre} : {p.valeur}" for p in cartes.combien.paires if p.titre.startswith(("CA ", "Résultat "))
    )


def _controles(fiche: Fiche, cartes: Cartes) -> str:
    if cartes.occupe is None or not cartes.occupe.contacts:
        return ""
    dernier, total = cartes.occupe.contacts[0], cartes.occupe.total
    ou = f" ({dernier.lieu})" if dernier.lieu else ""
    return f"{pluriel(total, 'contact')}, le dernier le {jour(dernier.jour)}{ou}"


def _historique(fiche: Fiche, cartes: Cartes) -> str:
    apercu = fiche.apercu
    combien = sum(len(j.evenements) for j in fiche.chronologie) + len(apercu.dates) + apercu.jalons
    dates = [*(j.date for j in fiche.chronologie if j.date), *apercu.dates, *filter(None, [apercu.premier_jalon])]
    return f"{pluriel(combien, 'événement')} depuis {min(dates).year}" if dates else ""
