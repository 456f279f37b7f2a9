"""The tab of officers and group: who runs the company, who owns it, what it took over. Its group: ``fiche.groupe``.

A fact that its source does not date says "en exercice au", with the date of the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fce.donnees.entreprises.contenu import EtablissementVu
from fce.donnees.entreprises.libelles import jour as en_date
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.assemblage.blocs import dates
from fce.fiche.assemblage.directes import Attente
from fce.fiche.formes.contenu import (
    Bloc,
    EnTableau,
    EtatBloc,
    Fiche,
    FicheEntreprise,
    FicheEtablissement,
    Provenance,
    Rubrique,
)
from fce.fiche.formes.officiers import AutresMandats, DirectionVue, trait_de
from fce.fiche.page import absences, chapitres, qui
from fce.fiche.page.chapitres import Chapitre
from fce.fiche.unite.unite_visee import Unite
from fce.socle.texte.formats import jour, nombre, pluriel
from fce.socle.texte.identifiants import formater_siren, formater_siret
from fce.socle.texte.typographie import personne
from fce.sources.declaration import Source
from fce.sources.synthese import Detention, Direction


@dataclass(frozen=True, slots=True)
class UniteLiee:
    """A unit: name, number as printed, address of its sheet ("" without one); ``ici``: in the reader's territory."""

    nom: str
    numero: str = ""
    adresse: str = ""
    precision: str = ""
    ici: bool = False


@dataclass(frozen=True, slots=True)
class Officier:
    """``date``: "depuis le …", or "en exercice au …" without a day; ``rang``: of the capacity, the head of the company
    first; ``autres``: other offices, None when they are not told to this reader; ``rapproche``: False when the officer
    could not be matched."""

    qui: UniteLiee
    date: str
    qualite: str
    rang: int
    societe: bool = False
    autres: AutresMandats | None = None
    rapproche: bool = True

    @property
    def reste(self) -> int:
        return self.autres.total - len(self.autres.mandats) if self.autres else 0


@dataclass(frozen=True, slots=True)
class Succession:
    """``apres`` None: this company."""

    avant: UniteLiee
    date: str
    lien: str
    apres: UniteLiee


@dataclass(frozen=True, slots=True)
class Fermee:
    """A source closed to the reader: never whether it has data. ``geste``: see ``finalites.GESTES``."""

    titre: str
    motif: str
    geste: str
    source: str


@dataclass(frozen=True, slots=True)
class PageDirigeants:
    """``compte``: what the tab holds, in one line; ``reponse``: one sentence, as (text, strong) pieces; ``mere``: for
    an establishment, the tab of its company. ``detention``: sources read, then ``closes``. ``reste``: the other
    rubriques of the tab."""

    compte: str
    reponse: tuple[tuple[str, bool], ...]
    provenance: Provenance
    nom: str
    mere: UniteLiee | None = None
    officiers: tuple[Officier, ...] = ()
    compte_officiers: str = ""
    rapprochement: bool = False
    absence: str = ""
    detention: tuple[Chapitre, ...] = ()
    closes: tuple[Fermee, ...] = ()
    successions: tuple[Succession, ...] = ()
    compte_successions: str = ""
    des_successions: tuple[Provenance, ...] = ()
    liens: tuple[Any, ...] = ()
    reste: tuple[Rubrique, ...] = ()

    @property
    def provenances(self) -> tuple[Provenance, ...]:
        return (self.provenance,)


def composer(fiche: Fiche, rubriques: Sequence[Rubrique], lecteur: LecteurDeDonnees) -> PageDirigeants | None:
    """The tab; None when no source tells officers. ``rubriques``: with the placeholders of live blocs."""
    direction = fiche.apercu.direction
    if direction is None:
        return None
    siens = [b for r in rubriques for b in r.blocs if (s := _source(b)) and (trait_de(s) or _detention(s))]
    propre = next((b for b in siens if b.source and trait_de(b.source)), None)
    detention = [b for b in siens if b is not propre]
    reste = tuple(replace(r, blocs=tuple(b for b in r.blocs if b not in siens)) for r in rubriques)
    officiers = _officiers(direction)
    page = PageDirigeants(
        "",
        _reponse(officiers),
        direction.provenance,
        direction.source.nom,
        reste=tuple(r for r in reste if r.blocs),
    )
    if isinstance(fiche, FicheEtablissement):
        return replace(page, mere=_mere(fiche), liens=fiche.successions)
    successions = _successions(fiche, direction, lecteur.territoire)
    return replace(
        page,
        compte=", ".join(filter(None, (_compte(officiers), _groupe(fiche)))),
        officiers=officiers,
        compte_officiers=_personnes_et_societes(officiers),
        rapprochement=direction.autres is not None,
        absence=propre.message if propre and propre.etat is not EtatBloc.DONNEES else "",
        detention=tuple(c for b in detention if b.etat is not EtatBloc.RESERVEE for c in _chapitres(b, fiche)),
        closes=tuple(_fermee(b) for b in detention if b.etat is EtatBloc.RESERVEE),
        successions=successions,
        compte_successions=_combien(successions),
        des_successions=direction.des_liens,
    )


def _mere(fiche: FicheEtablissement) -> UniteLiee:
    mere = Unite(fiche.unite.siren)
    nom = fiche.entreprise.nom if fiche.entreprise else mere.affichee
    return UniteLiee(nom, formater_siren(mere.siren), f"{mere.adresse}/{fiche.onglet.cle}")


def _compte(officiers: Sequence[Officier]) -> str:
    return pluriel(len(officiers), "dirigeant ou mandataire", "dirigeants et mandataires") if officiers else ""


def _groupe(fiche: Fiche) -> str:
    nom = next((p.valeur for p in qui.groupe(fiche.synthese or fiche)[0]), "")
    return f"Groupe {nom}" if nom and not nom.lower().startswith("groupe") else nom


def _personnes_et_societes(officiers: Sequence[Officier]) -> str:
    morales = sum(o.societe for o in officiers)
    comptes = ((len(officiers) - morales, "personne"), (morales, "société"))
    return ", ".join(pluriel(n, mot) for n, mot in comptes if n)


def _combien(successions: Sequence[Succession]) -> str:
    ici = sum(s.avant.ici or s.apres.ici for s in successions)
    return f"{nombre(len(successions))}{f', dont {nombre(ici)} chez vous' if ici else ''}"


def _source(bloc: Bloc) -> Source | None:
    return bloc.contenu.source if isinstance(bloc.contenu, Attente) else bloc.source


def _detention(source: Source) -> Detention | None:
    return next((t for t in source.synthese if isinstance(t, Detention)), None)


def _chapitres(bloc: Bloc, fiche: Fiche) -> list[Chapitre]:
    contenu = detenteurs(bloc.source, bloc.contenu)
    if isinstance(contenu, EnTableau) and not contenu.lignes:
        message = f"{bloc.titre} : aucun actionnaire déclaré, {dates(bloc.provenances)}."
        bloc = bloc._replace(etat=EtatBloc.AUCUNE, message=message)
    return chapitres.chapitres([Rubrique("detention", "", (bloc._replace(contenu=contenu),))], fiche.unite.adresse)


def detenteurs(source: Source | None, contenu: object) -> object:
    """Capital links without what the company owns, which is told with what it runs; any other content as it is."""
    trait = source and _detention(source)
    if not trait or not trait.societe or not isinstance(contenu, EnTableau):
        return contenu
    attribut, valeur = trait.filiale
    rang = [colonne.attribut for colonne in contenu.colonnes].index(attribut)
    lignes = tuple(x for x in contenu.lignes if x[rang].valeur != valeur)
    # Who owns it comes first: when something else is shown, all of them are.
    total = contenu.total if len(lignes) == len(contenu.lignes) else len(lignes)
    return replace(contenu, lignes=lignes, total=total, suite=contenu.suite and total > len(lignes))


def _fermee(bloc: Bloc) -> Fermee:
    (close,) = absences.fermees([Rubrique("detention", "", (bloc,))])
    trait = bloc.source and _detention(bloc.source)
    motif = close.tete or (bloc.source.acces.libelle if bloc.source else close.motif)
    return Fermee(trait.titre if trait else bloc.titre, f"{motif[:1].lower()}{motif[1:]}", close.geste, bloc.cle)


def _en_exercice(provenance: Provenance) -> str:
    return f"en exercice au {jour(provenance.date_metier)}" if provenance.date_metier else "en exercice, sans date"


def _depuis(debut: date | None, provenance: Provenance) -> str:
    return f"depuis le {jour(debut)}" if debut else _en_exercice(provenance)


def _officiers(direction: DirectionVue) -> tuple[Officier, ...]:
    """Persons, then companies, each by rank; those whose name is hidden are left out."""
    trait, officiers = direction.trait, []
    for place, ligne in enumerate(direction.lignes):
        if (lien := _qui(direction, ligne)) is None:
            continue
        autres = direction.autres.get(place) if direction.autres is not None else None
        qualite = direction.source.champs[trait.qualite].typographie(ligne.get(trait.qualite) or "Dirigeant")
        officiers.append(
            Officier(
                lien, _depuis(ligne.get(trait.depuis), direction.provenance), qualite, _rang(trait, ligne),
                _est_societe(trait, ligne), autres, direction.autres is None or place in direction.autres,
            )
        )  # fmt: skip
    return tuple(sorted(officiers, key=lambda o: (o.societe, o.rang)))


def _rang(trait: Direction, ligne: Mapping[str, Any]) -> int:
    roles = list(trait.verbes)
    return roles.index(ligne[trait.role]) if ligne.get(trait.role) in trait.verbes else len(roles)


def _est_societe(trait: Direction, ligne: Mapping[str, Any]) -> bool:
    return not (ligne.get(trait.nom) or ligne.get(trait.usage))


def _qui(direction: DirectionVue, ligne: Mapping[str, Any]) -> UniteLiee | None:
    """The person or the company of a row; None when its name is hidden."""
    trait = direction.trait
    if _est_societe(trait, ligne):
        siren, nom = ligne.get(trait.societe) or "", ligne.get(trait.denomination) or ""
        numero = formater_siren(siren) if siren else ""
        return (
            UniteLiee(nom or f"Société {numero}", numero, Unite(siren).adresse if siren else "")
            if siren or nom
            else None
        )
    de_naissance, usage, prenoms = (ligne.get(a) or "" for a in (trait.nom, trait.usage, trait.prenoms))
    mois = "/".join(reversed(str(ligne.get(trait.naissance) or "").split("-")))
    autre = de_naissance if usage and de_naissance != usage else ""
    sous = (f"nom de naissance : {autre}" if autre else "", f"naissance : {mois}" if mois else "")
    return UniteLiee(personne(prenoms, usage or de_naissance), precision=", ".join(filter(None, sous)))


def _par_rang(officiers: Sequence[Officier]) -> list[Officier]:
    return sorted(officiers, key=lambda o: o.rang)


def _reponse(officiers: Sequence[Officier]) -> tuple[tuple[str, bool], ...]:
    """ "Président : **Jean LUSTRIZAC**, en exercice au 28/11/2026." """
    if not (tetes := _par_rang(officiers)):
        return ()
    return (f"{tetes[0].qualite} : ", False), (tetes[0].qui.nom, True), (f", {tetes[0].date}.", False)


def _successions(fiche: FicheEntreprise, direction: DirectionVue, ici: frozenset[str]) -> tuple[Succession, ...]:
    """Links between establishments, newest first, then the old numbers of the company, which nothing dates."""
    elle = fiche.entreprise
    liens = tuple(
        Succession(
            _etablissement(x["siret_predecesseur"], direction.lieux, ici),
            jour(en_date(x["date_lien_succession"])),
            "siège transféré à" if x["transfert_siege"] else "repris par",
            _etablissement(x["siret_successeur"], direction.lieux, ici),
        )
        for x in direction.liens
    )
    anciens = tuple(
        Succession(
            UniteLiee("Ancien numéro", formater_siren(siren)),
            "",
            "remplacé par",
            UniteLiee("cette entreprise", formater_siren(elle.siren)),
        )
        for siren in fiche.anciens
    )
    return (*liens, *anciens)


def _etablissement(siret: str, lieux: Mapping[str, EtablissementVu], ici: frozenset[str]) -> UniteLiee:
    vu, numero = lieux.get(siret), formater_siret(siret)
    if vu is None:
        return UniteLiee(numero, adresse=Unite(siret).adresse)
    nom = f"{vu.nom}, {vu.commune}" if vu.commune else vu.nom
    departement = vu.adresse.departement.code if vu.adresse.departement else ""
    ferme = "fermé" if vu.etat == "F" else ""
    return UniteLiee(nom, numero, Unite(siret).adresse, ferme, departement in ici)
