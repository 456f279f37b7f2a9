"""Live answers on the sheet: their placeholders on the page, and the answer of each producer, requested by its
placeholder.

When a source has both a file and a live answer, the answer replaces the content of the file's bloc (``sujets``). The
page never waits for a live source. Rights are those of the other surfaces: ``droits.habilitations.can``, with the
purpose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from fce.donnees.entreprises import requetes
from fce.donnees.entreprises.diffusion import MARQUE_INSEE
from fce.donnees.imports.directes import client, services
from fce.donnees.imports.directes.erreurs import ErreurDirecte, NonConfiguree, Sature
from fce.donnees.imports.directes.services import Appelant, ReponseTypee
from fce.droits.habilitations.acteurs import GenreActeur
from fce.droits.habilitations.finalites import FINALITES, Finalite
from fce.droits.habilitations.lecteur import LecteurDeDonnees, PartDeReponse
from fce.droits.habilitations.politique import Classe, Permis, RefusAcces
from fce.fiche import formes
from fce.fiche.assemblage.blocs import Versions, dans_l_onglet, ranger, reserve
from fce.fiche.formes.commun import Contexte
from fce.fiche.formes.contenu import Bloc, EnSerie, EnTableau, EnValeurs, EtatBloc, Fiche, Rubrique
from fce.fiche.lecture.consignation import ecrire, noter_refus
from fce.fiche.lecture.finalites import GESTES
from fce.fiche.lecture.plan import Plan
from fce.fiche.lecture.plans import prevoir
from fce.fiche.lecture.typage import typer
from fce.fiche.unite.perimetre import ENTREPRISE, SIEGE, Perimetre, dire
from fce.fiche.unite.unite_visee import Unite, a_lire
from fce.socle.base.branches import lignes_de
from fce.socle.erreurs import Introuvable, JournalIndisponible, SourceIndisponible, VolumeDepasse
from fce.socle.texte.formats import jour, pluriel
from fce.sources import presentation, registre
from fce.sources.declaration import Source
from fce.sources.direct import direct_de

ESSAIS: Final = 4
CLE_ATTENTE: Final = "direct"
LIGNES: Final = 5
"""Rows of a table shown in the sheet; its own page has all of them."""
GENRES: Final[dict[type, str]] = {EnTableau: "tableau", EnValeurs: "valeurs", EnSerie: "serie"}
_SIEGE_INCONNU: Final = "le siège de l'entreprise n'est pas connu"


@dataclass(frozen=True, slots=True)
class Attente:
    """Placeholder of a live answer, when the file of the source has nothing to show."""

    source: Source


@dataclass(frozen=True, slots=True)
class BlocDirect:
    """A live bloc, in one of the four states. ``message``: sentence of the three states without data.

    ``obtenue_le``: when the producer answered; ``age``: age in minutes of a cached answer, None for a fresh one.
    ``lignes``: rows of the content, as ``plan`` allows this reader. ``perimetre``: scope of the answer. ``note``: what
    could not be read. ``sature``: too many requests now; a retry may succeed.
    """

    source: Source
    etat: EtatBloc
    perimetre: Perimetre
    contenu: EnTableau | EnValeurs | EnSerie | None = None
    message: str = ""
    obtenue_le: datetime | None = None
    age: int | None = None
    note: str = ""
    sature: bool = False
    geste: str = ""
    plan: Plan | None = None
    lignes: tuple[dict[str, Any], ...] = ()

    @property
    def mention(self) -> str:
        """Sentence about its scope: some sources only answer about the siège of a company."""
        return dire(self.perimetre, None)

    @property
    def genre(self) -> str:
        """Form of the content: "tableau", "valeurs" or "serie"; "" without content."""
        return GENRES.get(type(self.contenu), "")


def sources_directes(unite: Unite) -> list[Source]:
    """Sources that can be asked about a company (its siège included) or an establishment."""
    return [s for s in registre.toutes() if s.direct and s.rubrique and _numero_possible(s, unite)]


def avec_attentes(fiche: Fiche, lecteur: LecteurDeDonnees) -> tuple[Rubrique, ...]:
    """The rubriques of a sheet with the placeholders of its live blocs.

    A reserved source keeps its line; a file with data keeps its bloc, where the answer will come; a file that is added
    up after the page keeps its place, for an answer about one number would say less; any other bloc is replaced by the
    placeholder. Nothing is asked or read here.
    """
    unite = fiche.unite
    blocs = [(rubrique.cle, bloc) for rubrique in fiche.rubriques for bloc in rubrique.blocs]
    par_cle = {bloc.cle: bloc for _, bloc in blocs}
    aucune = Versions({}, lecteur.aujourd_hui)
    for source in sources_directes(unite):
        if direct_de(source).diffusion_partielle and not fiche.masquee:
            continue
        en_place, perimetre = par_cle.get(source.nom), _perimetre(source, unite)
        if en_place is None and not source.importable:
            # Territory is checked when the bloc is requested; without rights there, only the existence of the source is
            # shown.
            plan = prevoir(source, unite, lecteur, {})
            refus = "" if plan.lisibles else lecteur.refus(lecteur.decider(source, unite.siren, unite.departements))
            if refus:
                blocs.append((source.rubrique, reserve(source, aucune, refus, perimetre)))
                continue
        elif en_place is None or en_place.etat is EtatBloc.RESERVEE or _suffit(source, en_place):
            continue
        elif en_place.etat is EtatBloc.DONNEES and client.configuree():
            blocs = [(cle, bloc._replace(direct=True) if bloc is en_place else bloc) for cle, bloc in blocs]
            continue
        elif _cede(en_place):
            blocs = [(cle, bloc) for cle, bloc in blocs if bloc is not en_place]
        blocs.append((source.rubrique, _place(source, aucune, perimetre)))
    return dans_l_onglet(ranger(blocs), fiche.onglet)


def a_interroger(source: Source, unite: Unite) -> bool:
    """Whether a source may still answer about a unit after its file was read: until then, it is never said empty."""
    direct = source.direct
    return direct is not None and not direct.secours and client.configuree() and _numero_possible(source, unite)


def absence(source: Source, unite: Unite, autres: str = "") -> str:
    """Sentence for a file with nothing on a unit, without its full stop. ``autres``: what the rows left out by the
    source's rule are."""
    if a_interroger(source, unite):
        dite = f"{source.titre} : rien dans le fichier{source.horizon_dit}, non interrogé en direct"
    else:
        dite = source.absence
    return f"{dite} ; {autres}" if autres else dite


def _suffit(source: Source, en_place: Bloc) -> bool:
    """Whether the file in place answers alone: its producer is then not asked."""
    return en_place.differe or (direct_de(source).secours and any(p.date_import for p in en_place.provenances))


def _cede(en_place: Bloc) -> bool:
    """Whether the placeholder replaces a bloc without data: never imported, or empty."""
    if en_place.etat is EtatBloc.AUCUNE:
        return client.configuree()
    return en_place.etat is EtatBloc.INDISPONIBLE and not any(p.date_import for p in en_place.provenances)


def bloc_direct(numero: str, nom: str, lecteur: LecteurDeDonnees, *, entier: bool = False) -> BlocDirect:
    """Answer of a live source about a unit, for this reader. Two round trips, four when the answer is cached.

    ``entier``: every row, for a page of its own; otherwise the first ones. Raises ``Introuvable`` for an unknown
    source, or a unit that Sirene does not know: no arbitrary number is sent to a producer.
    """
    unite = Unite(numero)
    source = next((s for s in sources_directes(unite) if s.nom == nom), None)
    if source is None:
        raise Introuvable("Cette fiche n'a pas de source directe de ce nom. Revenez à la fiche.")
    unite = _situer(unite)
    if direct_de(source).diffusion_partielle and not unite.masquee:
        raise Introuvable("Cette unité est diffusible : tout ce qu'en dit l'Insee est déjà sur sa fiche.")
    perimetre = _perimetre(source, unite)
    if perimetre is SIEGE:
        unite = unite.au_siege()
    permis = lecteur.decider(source, unite.siren, unite.departements)
    if isinstance(permis, RefusAcces):
        noter_refus(lecteur, source, unite, permis)
        bloc = reserve(source, Versions({}, lecteur.aujourd_hui), permis.phrase, perimetre)
        return BlocDirect(source, EtatBloc.RESERVEE, perimetre, message=bloc.message, geste=GESTES.get(bloc.raison, ""))
    try:
        reponse = remettre(permis, source, _demandee(source, unite), lecteur)
    except (JournalIndisponible, VolumeDepasse) as erreur:
        return BlocDirect(source, EtatBloc.INDISPONIBLE, perimetre, message=f"{source.titre} : {erreur.message}")
    except ErreurDirecte as erreur:
        message = f"{source.titre} : {erreur.message} ({_origine(source)})."
        return BlocDirect(source, EtatBloc.INDISPONIBLE, perimetre, message=message, sature=isinstance(erreur, Sature))
    return _composer(_plan(source, unite, lecteur), reponse, lecteur, entier=entier)


def remettre(permis: Permis, source: Source, unite: Unite, lecteur: LecteurDeDonnees) -> ReponseTypee:
    """The only way for a live answer, fresh or cached, to reach a reader.

    ``permis``: class, purpose and habilitations under which it is read. A reserved reading is journalled here, before
    the answer is returned. Raises an ``ErreurDirecte``.
    """
    reponse = services.consulter(source, unite.numero, _demande(permis, source, unite, lecteur), lecteur.maintenant)
    if permis.classe is not Classe.PUBLIC and lecteur.acteur.genre is not GenreActeur.ANONYME:
        ecrire(lecteur, [PartDeReponse(source.nom, unite.numero, len(reponse.lignes), [permis])])
    return reponse


def _situer(unite: Unite) -> Unite:
    """The unit with its places, siège included. Raises ``Introuvable``, ``SourceIndisponible``."""
    branches = a_lire(unite, territoire=True)
    if unite.entreprise:
        branches.append(requetes.siege(unite.siren))
    lignes = lignes_de(branches, marque=MARQUE_INSEE)
    if lignes["unite_legale"] is None:
        raise SourceIndisponible("Les données de Sirene ne peuvent pas être lues pour le moment. Réessayez.")
    if unite.entreprise:
        # A company missing from its file still has a sheet when some of its establishments are there.
        if not (lignes["unite_legale"] or lignes["masques"] or lignes["departements"]):
            raise Introuvable("Aucune unité ne porte ce numéro dans le répertoire Sirene.")
    elif not lignes["etablissement"]:
        raise Introuvable("Aucun établissement ne porte ce numéro dans le répertoire Sirene.")
    return unite.situee(lignes)


def _perimetre(source: Source, unite: Unite) -> Perimetre:
    return SIEGE if unite.entreprise and not direct_de(source).interroge("siren") else unite.perimetre


def _plan(source: Source, unite: Unite, lecteur: LecteurDeDonnees) -> Plan:
    """Plan of the live source, with the fields that this reader may see of this unit."""
    plan = prevoir(source, unite, lecteur, {})
    ou = unite.siren, unite.departements
    lisibles = {a: c for a, c in plan.lisibles.items() if lecteur.decider(source, *ou, champ=a)}
    return plan._replace(lisibles=lisibles, perimetre=_perimetre(source, unite))


def _composer(plan: Plan, reponse: ReponseTypee, lecteur: LecteurDeDonnees, *, entier: bool) -> BlocDirect:
    source, forme = plan.source, plan.source.presentation
    age = int((lecteur.maintenant - reponse.obtenue_le).total_seconds() // 60) if reponse.conservee else None
    commun: dict[str, Any] = {"obtenue_le": reponse.obtenue_le, "age": age}
    lignes = typer(plan, reponse.lignes)
    if source.selection is not None:
        lignes = [dict(ligne) for ligne in source.selection(lignes, lecteur.aujourd_hui)]
    if not lignes:
        local = timezone.localtime(reponse.obtenue_le)
        quand = f"interrogé le {jour(local)} à {local:%H:%M}"
        return BlocDirect(
            source,
            EtatBloc.AUCUNE,
            plan.perimetre,
            message=f"{source.absence}{plan.perimetre.suffixe} ({_origine(source)} — {quand}).",
            **commun,
        )
    tableau = isinstance(forme, presentation.Tableau)
    cellules = LIGNES * len(getattr(forme, "colonnes", ()) or source.champs) if tableau else 200
    contenu = formes.composer(
        plan, lignes, Contexte(lecteur.aujourd_hui, complet=entier and tableau, cellules=cellules)
    )
    illisibles = reponse.illisibles
    note = f"{pluriel(illisibles, 'valeur illisible', 'valeurs illisibles')} dans la réponse." if illisibles else ""
    visibles = tuple({a: v for a, v in ligne.items() if a in plan.lisibles} for ligne in lignes)
    return BlocDirect(
        source, EtatBloc.DONNEES, plan.perimetre, contenu, note=note, plan=plan, lignes=visibles, **commun
    )


def _place(source: Source, aucune: Versions, perimetre: Perimetre) -> Bloc:
    if not client.configuree():
        phrase = NonConfiguree.phrase
        message = f"{source.titre}, en direct : {phrase} ({_origine(source)})."
        return Bloc(
            CLE_ATTENTE,
            source.titre,
            EtatBloc.INDISPONIBLE,
            (aucune.provenance(source),),
            perimetre,
            None,
            message,
            raison=phrase,
        )
    return Bloc(CLE_ATTENTE, source.titre, EtatBloc.DONNEES, (), ENTREPRISE, Attente(source))


def _numero_possible(source: Source, unite: Unite) -> bool:
    direct = direct_de(source)
    return direct.interroge("siret") or (unite.entreprise and direct.interroge("siren"))


def _demandee(source: Source, unite: Unite) -> Unite:
    """The unit whose number is sent: itself, or its siège. Raises an ``ErreurDirecte`` when the siège is unknown."""
    if _perimetre(source, unite) is not SIEGE:
        return unite
    if not unite.siege:
        raise ErreurDirecte(_SIEGE_INCONNU)
    return Unite(unite.siege)


def _demande(permis: Permis, source: Source, unite: Unite, lecteur: LecteurDeDonnees) -> Appelant:
    """The caller named to the producer: the reader's administration; for an anonymous reader (open data), the one that
    runs the service."""
    acteur = lecteur.acteur
    anonyme = acteur.genre is GenreActeur.ANONYME
    return Appelant(
        destinataire=settings.FCE_API_ENTREPRISE_DESTINATAIRE if anonyme else acteur.siret_administration,
        finalite=permis.finalite or "",
        contexte="Information du public" if anonyme else _contexte(permis),
        objet=f"Fiche {unite.numero} - {source.titre}",
        public=anonyme,
        adresse=lecteur.adresse_ip if anonyme and lecteur.adresse_ip not in ("127.0.0.1", "::1") else "",
    )


def _contexte(permis: Permis) -> str:
    propres: Mapping[str, Finalite] = {f.code: f for h in permis.habilitations for f in h.finalites}
    finalite = propres.get(permis.finalite or "") or FINALITES.get(permis.finalite or "")
    return f"{finalite.libelle} ({', '.join(finalite.articles)})" if finalite else "Mission de service public"


def _origine(source: Source) -> str:
    return f"{source.producteur.sigle or source.producteur.nom}, {source.systeme}, par API Entreprise"
