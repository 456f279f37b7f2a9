"""Adding to a list from a sheet, from search results, from an operation: one page, which proposes the last list."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fce.donnees.entreprises.selectors import etablissements
from fce.droits.comptes.requete import RequeteConnectee, compte_de
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.requete import lecteur_de, lecteur_de_la_page
from fce.echanges import acces as droits
from fce.echanges.finalite import demande_de_finalite
from fce.echanges.operations.acces import trouver as trouver_l_operation
from fce.echanges.operations.genre import OPERATION
from fce.echanges.unites import unite_visee
from fce.ensembles.listes import origines, services
from fce.ensembles.listes.acces import modifiables, services_d_ecriture
from fce.ensembles.listes.formulaires import FormulaireChoixDeListe
from fce.ensembles.listes.models import ListeDeTravail
from fce.ensembles.listes.objets import LISTE
from fce.ensembles.listes.origines import UniteProposee
from fce.ensembles.listes.saisies import AJOUT_MAX
from fce.fiche.groupe.selectors import lire_en_entier
from fce.fiche.groupe.table import lignes
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import selectors as recherche
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte.formats import nombre
from fce.socle.texte.identifiants import est_siret
from fce.socle.web.faits import revenir
from fce.socle.web.gestes import envoi_de, tenter
from fce.socle.web.liens import adresse_de
from fce.socle.web.routes import Qui, Surface, acces

TOUT: Final = "tout"
MONTRES: Final = 50
"""Companies of a group to tick one by one."""


def adresse_depuis_la_fiche(request: HttpRequest, numero: str) -> str | None:
    """Address to add a company or establishment; None when the reader may keep no list."""
    if not peut_garder(request):
        return None
    return adresse_de("listes:depuis-etablissement" if est_siret(numero) else "listes:depuis-entreprise", numero)


def adresse_depuis_la_recherche(request: HttpRequest) -> str | None:
    """Address to add search results; None when the reader may keep no list."""
    return adresse_de("listes:depuis-recherche") if peut_garder(request) else None


def adresse_du_groupe(request: HttpRequest, numero: str) -> str | None:
    """Address to add the group of a company; None for an establishment, or when the reader may keep no list."""
    return None if est_siret(numero) or not peut_garder(request) else adresse_de("listes:depuis-groupe", numero)


def peut_garder(request: HttpRequest) -> bool:
    """Whether the reader of a request may keep a list. No query: his rights are read already."""
    compte = compte_de(request)
    if compte is None or not compte.agent or request.session.get("mfa") is not True:
        return False
    return bool(lecteur_de(request).decider(LISTE))


@acces(Qui.AGENT, ("GET", "POST"))
def depuis_la_fiche(request: RequeteConnectee, numero: str) -> HttpResponse:
    lecteur, unite = lecteur_de(request), unite_visee(numero)
    objet = "l’établissement" if est_siret(numero) else "l’entreprise"
    return choisir_une_liste(request, lecteur, objet, [UniteProposee(numero, unite.nom, "")], retour=unite.fiche)


@acces(Qui.AGENT, ("GET", "POST"), surface=Surface.LISTE)
def depuis_le_groupe(request: RequeteConnectee, numero: str) -> HttpResponse:
    """The whole group of a company, as its sheet tells it to this reader."""
    lecteur, unite = lecteur_de_la_page(request), unite_visee(numero)
    groupe = lire_en_entier(unite.numero, lecteur)
    proposes = [UniteProposee(x.siren, x.nom, "") for x in lignes(groupe) if x.siren and not x.deja]
    tout, retour = len(proposes) if len(proposes) > MONTRES else 0, f"{unite.fiche}/dirigeants"

    def tous() -> list[str]:
        if len(proposes) > AJOUT_MAX:
            raise ParametreInvalide(f"{nombre(AJOUT_MAX)} sociétés au plus s’ajoutent à la fois : cochez les vôtres.")
        return [p.numero for p in proposes]

    return choisir_une_liste(
        request, lecteur, "les sociétés du groupe", proposes[:MONTRES], retour=retour, tous=tous, tout=tout
    )


@acces(Qui.AGENT, ("GET", "POST"))
def depuis_la_recherche(request: RequeteConnectee) -> HttpResponse:
    """Results ticked on the page of the search, or all of them."""
    lecteur, requete = lecteur_de(request), Requete.depuis(request.GET)
    trouves = recherche.rechercher(requete)
    proposes = origines.propositions(requete, trouves)
    return choisir_une_liste(
        request,
        lecteur,
        "des résultats",
        proposes,
        retour=f"{reverse('recherche:resultats')}?{request.GET.urlencode()}",
        tous=lambda: recherche.numeros_trouves(
            requete,
            AJOUT_MAX,
            proches="cochez ceux qui conviennent.",
            trop="s’ajoutent à la fois : affinez-la, ou cochez ceux de cette page.",
        ),
        tout=trouves.total if trouves.total > len(proposes) and not trouves.approchants else 0,
        exact=trouves.total_exact,
    )


@acces(Qui.AGENT, ("GET", "POST"))
def depuis_une_operation(request: RequeteConnectee, operation: int) -> HttpResponse:
    """Targets of an operation, for its reader alone or for a service that takes part in it."""
    lecteur = lecteur_de(request)
    if (demande := demande_de_finalite(request, lecteur, OPERATION, 404)) is not None:
        return demande
    ouverte = trouver_l_operation(lecteur, operation)
    # Nobody outside the operation may learn of it, through a shared list either.
    entre_eux = {f"{qui}__contained_by": list(ouverte.lecteurs) for qui in ("lecteurs", "travailleurs")}
    miennes = modifiables(lecteur).filter(Q(service=None) | Q(service__in=ouverte.lecteurs), **entre_eux)
    sirets = list(ouverte.operation.cibles.values_list("siret", flat=True))
    droits.consigner_liste(lecteur, OPERATION, ouverte.lecteurs, sirets)
    lieux = etablissements(sirets)
    proposes = [UniteProposee(s, lieux[s].nom, lieux[s].commune or "") for s in sirets if s in lieux]
    return choisir_une_liste(
        request,
        lecteur,
        "des cibles d’opération",
        proposes,
        retour=reverse("echanges:operation", args=[operation]),
        miennes=miennes,
        services_permis=ouverte.lecteurs,
    )


def choisir_une_liste(
    request: RequeteConnectee,
    lecteur: LecteurDeDonnees,
    objet: str,
    proposes: list[UniteProposee],
    *,
    retour: str,
    tous: Callable[[], Collection[str]] | None = None,
    tout: int = 0,
    exact: bool = True,
    miennes: QuerySet[ListeDeTravail] | None = None,
    services_permis: Collection[int] | None = None,
) -> HttpResponse:
    """The page that asks for the list; once added, ``retour`` for a single unit, else the list. ``tous``: the numbers
    of all the pages, ``tout`` of them; ``miennes``, ``services_permis``: when not those of the reader. Raises
    GesteRefuse."""
    miennes = modifiables(lecteur) if miennes is None else miennes
    listes = list(miennes.order_by("-pk"))
    siens = [s for s in services_d_ecriture(lecteur) if services_permis is None or s.pk in services_permis]
    formulaire = FormulaireChoixDeListe(listes, siens, envoi_de(request))

    def faire() -> tuple[int, int]:
        numeros, liste = _choisis(request, proposes, tous), formulaire.cleaned_data["liste"]
        if liste is None:
            return services.creer(lecteur, formulaire.cleaned_data["nom"], formulaire.service, numeros).pk, len(numeros)
        return liste, services.ajouter(lecteur, liste, numeros).ajoutees

    envoi = tenter(formulaire, faire)
    if envoi.fait:
        faite, ajoutees = envoi.rendu
        page = retour if len(proposes) == 1 else reverse("listes:liste", args=[faite])
        return revenir(page, "lignes-ajoutees", ajoutees)
    lecteur.consigner(LISTE, lecteur.exiger(LISTE), "", len(listes))
    coches = set(request.POST.getlist("numero")) if request.method == "POST" else {p.numero for p in proposes}
    contexte: dict[str, Any] = {
        "formulaire": formulaire,
        "objet": objet,
        "proposes": [(p, p.numero in coches) for p in proposes],
        "seul": proposes[0] if len(proposes) == 1 else None,
        "tout": tout,
        "exact": exact,
        "tout_choisi": request.POST.get("quoi") == TOUT,
        "maximum": AJOUT_MAX,
        "retour": retour,
    }
    return render(request, "listes/choix.html", contexte, status=envoi.status)


def _choisis(
    request: RequeteConnectee, proposes: Sequence[UniteProposee], tous: Callable[[], Collection[str]] | None
) -> Collection[str]:
    """All of them, or those of the page that are ticked: a single one needs no tick. Raises ParametreInvalide without
    any."""
    if tous and request.POST.get("quoi") == TOUT:
        return tous()
    if len(proposes) == 1:
        return [proposes[0].numero]
    voulus = set(request.POST.getlist("numero"))
    if coches := [p.numero for p in proposes if p.numero in voulus]:
        return coches
    raise ParametreInvalide("Cochez au moins une ligne.")
