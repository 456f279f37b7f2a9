"""Live blocs of the sheet: their place on the page, then what the producer answers, asked for by each place on its own.

A sheet never waits for a live source. Rights are those of every other surface: ``droits.can``, with the purpose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from fce.droits.acteurs import GenreActeur
from fce.droits.finalites import FINALITES, Finalite
from fce.droits.politique import Classe, Permis, RefusAcces
from fce.entreprises import lieux, requetes
from fce.entreprises.construction import regime_de, regime_etablissement_de
from fce.entreprises.diffusion import MARQUE_INSEE, Regime
from fce.fiche import assemblage, formes
from fce.fiche.blocs import Versions, provenance, ranger, reserve
from fce.fiche.consignation import Sortie, ecrire, noter_refus
from fce.fiche.contenu import Bloc, EtatBloc, Rubrique, SerieLue, TableauLu, ValeursLues
from fce.fiche.finalites import GESTES
from fce.fiche.formes.commun import Contexte
from fce.fiche.lecteur import LecteurDeFiche
from fce.fiche.perimetre import ENTREPRISE, ETABLISSEMENT, SIEGE, Perimetre, dire
from fce.fiche.plan import Plan, Regimes
from fce.fiche.plans import planifier
from fce.fiche.typage import typer
from fce.imports.directes import client, services
from fce.imports.directes.erreurs import ErreurDirecte, NonConfiguree, Sature
from fce.imports.directes.services import Appelant, ReponseDirecteLue
from fce.socle.branches import lire as lire_branches
from fce.socle.erreurs import Introuvable, JournalIndisponible, SourceIndisponible, VolumeDepasse
from fce.socle.formats import jour, pluriel
from fce.sources import presentation, registre
from fce.sources.declaration import Source
from fce.sources.direct import direct_de

ESSAIS: Final = 4
CLE_ATTENTE: Final = "direct"
GENRES: Final[dict[type, str]] = {TableauLu: "tableau", ValeursLues: "valeurs", SerieLue: "serie"}
_SIEGE_INCONNU: Final = "le siège de l'entreprise n'est pas connu"


@dataclass(frozen=True, slots=True)
class Attente:
    """The place of a bloc to come. Its height (``taille``) never changes, so that nothing moves when it arrives."""

    source: Source
    taille: str


@dataclass(frozen=True, slots=True)
class BlocDirect:
    """A live bloc, in one of the four states. ``message``: sentence of the three without data.

    ``obtenue_le``: when the producer answered; ``age``: minutes since, for an answer kept, None for a fresh one.
    ``perimetre``: what the answer is about. ``note``: what could not be read. ``sature``: asked again in a moment, it
    may well answer.
    """

    source: Source
    etat: EtatBloc
    perimetre: Perimetre
    contenu: TableauLu | ValeursLues | SerieLue | None = None
    message: str = ""
    obtenue_le: datetime | None = None
    age: int | None = None
    note: str = ""
    sature: bool = False
    geste: str = ""

    @property
    def mention(self) -> str:
        """What must be said of its scope: some sources answer about the siège of a company alone."""
        return dire(self.perimetre, None)

    @property
    def genre(self) -> str:
        """Which of the three forms the content has: "tableau", "valeurs" or "serie", "" without content."""
        return GENRES.get(type(self.contenu), "")


def sources_directes(numero: str) -> list[Source]:
    """Sources that can be asked about a SIREN (its siège included) or a SIRET."""
    return [s for s in registre.toutes() if s.direct and s.rubrique and _numero_possible(s, numero)]


def avec_attentes(
    rubriques: Iterable[Rubrique], numero: str, lecteur: LecteurDeFiche, *, masquee: bool
) -> tuple[Rubrique, ...]:
    """The rubriques of a sheet with the places of its live blocs. ``masquee``: identity or address is masked.

    A reserved source stays the line that says so; a file never imported leaves its place to the live bloc. Nothing is
    asked here, and nothing read.
    """
    blocs = [(rubrique.cle, bloc) for rubrique in rubriques for bloc in rubrique.blocs]
    lus = {bloc.cle: bloc for _, bloc in blocs}
    aucune = Versions({}, lecteur.aujourd_hui)
    for source in sources_directes(numero):
        if direct_de(source).diffusion_partielle and not masquee:
            continue
        en_place = lus.get(source.nom)
        if en_place is None and not source.importable:
            # Territory is asked for again when the bloc is: without it, no more than its existence shows.
            plan = planifier(source, numero, lecteur, {})
            refus = "" if plan.lisibles else lecteur.refus(source, numero, frozenset())
            if refus:
                blocs.append((source.rubrique, reserve(source, aucune, refus, _perimetre(source, numero))))
                continue
        elif en_place is None or en_place.etat is EtatBloc.RESERVEE:
            continue
        elif en_place.etat is EtatBloc.INDISPONIBLE and not any(p.date_import for p in en_place.provenances):
            blocs = [(cle, bloc) for cle, bloc in blocs if bloc is not en_place]
        blocs.append((source.rubrique, _place(source, aucune, _perimetre(source, numero))))
    return ranger(blocs)


def lire(numero: str, nom: str, lecteur: LecteurDeFiche) -> BlocDirect:
    """What a live source says of a unit, for this reader. Two round trips, four when the answer is kept.

    Raises ``Introuvable`` (source, or unit that Sirene does not know: no stranger's number is sent to a producer).
    """
    source = next((s for s in sources_directes(numero) if s.nom == nom), None)
    if source is None:
        raise Introuvable("Cette fiche n'a pas de source directe de ce nom. Revenez à la fiche.")
    unite = _situer(numero, lecteur)
    if direct_de(source).diffusion_partielle and not unite.masquee:
        raise Introuvable("Cette unité est diffusible : tout ce qu'en dit l'Insee est déjà sur sa fiche.")
    perimetre, lieu = _perimetre(source, numero), unite.lieu(source, numero)
    permis = lecteur.decider(source, numero, lieu)
    if isinstance(permis, RefusAcces):
        noter_refus(lecteur, source, numero, lieu)
        bloc = reserve(source, Versions({}, lecteur.aujourd_hui), permis.phrase, perimetre)
        return BlocDirect(source, EtatBloc.RESERVEE, perimetre, message=bloc.message, geste=GESTES.get(bloc.raison, ""))
    try:
        reponse = remettre(permis, source, _numero_demande(source, numero, unite.siege), lecteur)
    except (JournalIndisponible, VolumeDepasse) as erreur:
        return BlocDirect(source, EtatBloc.INDISPONIBLE, perimetre, message=f"{source.titre} : {erreur.message}")
    except ErreurDirecte as erreur:
        message = f"{source.titre} : {erreur.message} ({_origine(source)})."
        return BlocDirect(source, EtatBloc.INDISPONIBLE, perimetre, message=message, sature=isinstance(erreur, Sature))
    return _composer(_plan(source, numero, lecteur, unite), reponse, lecteur)


def remettre(permis: Permis, source: Source, numero: str, lecteur: LecteurDeFiche) -> ReponseDirecteLue:
    """The one way by which a live answer, fresh or kept, reaches a reader.

    ``permis`` says under which class, purpose and habilitations: a consultation that must be recorded is recorded here,
    before the answer is returned. Raises an ``ErreurDirecte``.
    """
    reponse = services.consulter(source, numero, _demande(permis, source, numero, lecteur), lecteur.maintenant)
    if permis.classe is not Classe.PUBLIC and lecteur.acteur.genre is not GenreActeur.ANONYME:
        ecrire(
            lecteur,
            [(Sortie(Plan(source, numero, {}, _perimetre(source, numero)), len(reponse.lignes), permis), [permis])],
        )
    return reponse


@dataclass(frozen=True, slots=True)
class _Unite:
    """What must be known of a unit before a source is asked. ``siege``: its SIRET, "" when unknown.

    ``departements``: where the unit is, ``departements_siege``: where its siège is.
    """

    regimes: Regimes
    departements: frozenset[str]
    departements_siege: frozenset[str]
    siege: str
    masquee: bool

    def lieu(self, source: Source, numero: str) -> frozenset[str]:
        """Where the fact takes place: that of a siège is a fact about an establishment."""
        return self.departements_siege if _perimetre(source, numero) is SIEGE else self.departements


def _situer(numero: str, lecteur: LecteurDeFiche) -> _Unite:
    siren = numero[:9]
    branches = [requetes.unite_legale(siren), lieux.masques(siren), lieux.departements(siren)]
    branches.append(requetes.etablissement(numero) if len(numero) == 14 else requetes.siege(siren))
    lues = lire_branches(branches, marque=MARQUE_INSEE)
    if lues["unite_legale"] is None:
        raise SourceIndisponible("Les données de Sirene ne peuvent pas être lues pour le moment. Réessayez.")
    brute = next(iter(lues["unite_legale"]), None)
    if len(numero) == 9:
        # A company missing from its file still has a sheet when establishments of it are there.
        if brute is None and not (lues["masques"] or lues["departements"]):
            raise Introuvable("Aucune unité ne porte ce numéro dans le répertoire Sirene.")
        regimes = assemblage.regimes(regime_de(brute), brute, lues)
        siege = f"{siren}{brute['nic_siege']}" if brute and brute.get("nic_siege") else ""
        masquee = regimes.de(siege or None) is not Regime.OUVERT
        ou_siege = _departement(next(iter(lues["siege"] or ()), None))
        return _Unite(regimes, assemblage.departements(assemblage.parc(lues)), ou_siege, siege, masquee)
    lieu = next(iter(lues["etablissement"] or ()), None)
    if lieu is None:
        raise Introuvable("Aucun établissement ne porte ce numéro dans le répertoire Sirene.")
    regime = regime_etablissement_de(lieu, brute)
    ou = _departement(lieu)
    return _Unite(Regimes(regime), ou, ou, numero, regime is not Regime.OUVERT)


def _departement(lieu: Mapping[str, Any] | None) -> frozenset[str]:
    return lieux.departement_de(lieu.get("code_commune") if lieu else None)


def _perimetre(source: Source, numero: str) -> Perimetre:
    """What the source answers about."""
    if len(numero) == 14:
        return ETABLISSEMENT
    return ENTREPRISE if direct_de(source).interroge("siren") else SIEGE


def _plan(source: Source, numero: str, lecteur: LecteurDeFiche, unite: _Unite) -> Plan:
    """The plan that forms need, with the fields that this reader may see of this very unit."""
    plan = planifier(source, numero, lecteur, {})
    lieu = unite.lieu(source, numero)
    lisibles = {a: c for a, c in plan.lisibles.items() if lecteur.decider(source, numero, lieu, a)}
    return replace(plan, lisibles=lisibles, regimes=unite.regimes, perimetre=_perimetre(source, numero))


def _composer(plan: Plan, reponse: ReponseDirecteLue, lecteur: LecteurDeFiche) -> BlocDirect:
    source = plan.source
    age = int((lecteur.maintenant - reponse.obtenue_le).total_seconds() // 60) if reponse.conservee else None
    commun: dict[str, Any] = {"obtenue_le": reponse.obtenue_le, "age": age}
    regimes = plan.regimes or Regimes(Regime.PHYSIQUE)
    lignes = typer(plan, reponse.lignes, regimes)
    if source.selection is not None:
        lignes = [dict(ligne) for ligne in source.selection(lignes, lecteur.aujourd_hui)]
    if not lignes:
        local = timezone.localtime(reponse.obtenue_le)
        quand = f"interrogé le {jour(local.date())} à {local:%H:%M}"
        return BlocDirect(
            source,
            EtatBloc.AUCUNE,
            plan.perimetre,
            message=f"{source.absence}{plan.perimetre.suffixe} ({_origine(source)} — {quand}).",
            **commun,
        )
    contenu = formes.composer(plan, lignes, Contexte(lecteur.aujourd_hui, complet=False))
    illisibles = reponse.illisibles
    note = f"{pluriel(illisibles, 'valeur illisible', 'valeurs illisibles')} dans la réponse." if illisibles else ""
    return BlocDirect(source, EtatBloc.DONNEES, plan.perimetre, contenu, note=note, **commun)


def _place(source: Source, aucune: Versions, perimetre: Perimetre) -> Bloc:
    if not client.configuree():
        phrase = NonConfiguree.phrase
        message = f"{source.titre}, en direct : {phrase} ({_origine(source)})."
        return Bloc(
            CLE_ATTENTE,
            source.titre,
            EtatBloc.INDISPONIBLE,
            (provenance(source, aucune),),
            perimetre,
            None,
            message,
            raison=phrase,
        )
    attente = Attente(source, _taille(source))
    return Bloc(CLE_ATTENTE, f"{source.titre} – en direct", EtatBloc.DONNEES, (), ENTREPRISE, attente)


def _taille(source: Source) -> str:
    """Height of the place: that of its usual content, by its form."""
    forme = source.presentation
    if isinstance(forme, presentation.Valeurs | presentation.Presence):
        return "court" if len(forme.colonnes) <= 3 else "moyen"
    return "grand" if isinstance(forme, presentation.Serie) else "moyen"


def _numero_possible(source: Source, numero: str) -> bool:
    direct = direct_de(source)
    return direct.interroge("siret") if len(numero) == 14 else direct.interroge("siren") or direct.interroge("siret")


def _numero_demande(source: Source, numero: str, siege: str) -> str:
    if len(numero) == 14 or direct_de(source).interroge("siren"):
        return numero
    if not siege:
        raise ErreurDirecte(_SIEGE_INCONNU)
    return siege


def _demande(permis: Permis, source: Source, numero: str, lecteur: LecteurDeFiche) -> Appelant:
    """For the administration of the reader; for anyone, that which runs the service: it answers for open data."""
    acteur = lecteur.acteur
    anonyme = acteur.genre is GenreActeur.ANONYME
    return Appelant(
        destinataire=settings.FCE_API_ENTREPRISE_DESTINATAIRE if anonyme else acteur.siret_administration,
        finalite=permis.finalite or "",
        contexte="Information du public" if anonyme else _contexte(permis),
        objet=f"Fiche {numero} - {source.titre}",
        public=anonyme,
    )


def _contexte(permis: Permis) -> str:
    propres: Mapping[str, Finalite] = {f.code: f for h in permis.habilitations for f in h.finalites}
    finalite = propres.get(permis.finalite or "") or FINALITES.get(permis.finalite or "")
    return f"{finalite.libelle} ({', '.join(finalite.articles)})" if finalite else "Mission de service public"


def _origine(source: Source) -> str:
    return f"{source.producteur.sigle or source.producteur.nom}, {source.systeme}, par API Entreprise"
