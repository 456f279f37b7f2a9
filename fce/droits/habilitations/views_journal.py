"""Pages of the journal: one's own consultations; for a manager, counts, then detail with a reason; for an auditor,
search, export and integrity check."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import Appartenance, Compte
from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.dossiers.selectors import groupe_gere, ressort_de
from fce.droits.habilitations.finalites import FINALITES
from fce.droits.journal import lectures, selectors
from fce.droits.journal.lectures import LecteurJournal
from fce.droits.journal.models import Consultation
from fce.droits.journal.selectors import FiltresJournal, Page
from fce.socle.erreurs import Introuvable
from fce.socle.texte import paris
from fce.socle.texte.identifiants import compacter
from fce.socle.web import liens
from fce.socle.web.exports import telecharger_csv
from fce.socle.web.formulaires import ChampJour
from fce.socle.web.offres import offres
from fce.socle.web.routes import Qui, Surface, acces
from fce.sources import registre

JOURS: Final = 30
_SURFACES: Final = {surface.value: surface.nom for surface in Surface}


class FormulaireDeLecture(forms.Form):
    """Reason to read the consultations of others."""

    motif = forms.CharField(
        label="Pourquoi lisez-vous ces consultations ?",
        help_text="L’agent concerné lira votre nom et cette phrase.",
        min_length=lectures.MOTIF_MIN,
        max_length=500,
    )


class FormulaireRecherche(FormulaireDeLecture):
    agent = forms.CharField(label="Agent (identifiant)", max_length=40, required=False)
    numero = forms.CharField(label="SIREN", max_length=20, required=False)
    source = forms.CharField(label="Jeu de données", max_length=60, required=False)
    finalite = forms.ChoiceField(
        label="Finalité", required=False, choices=[("", "Toutes"), *((f.code, f.libelle) for f in FINALITES.values())]
    )
    debut = ChampJour(label="Du", required=False)
    fin = ChampJour(label="Au", required=False)

    def filtres(self) -> FiltresJournal:
        saisie = self.cleaned_data
        return FiltresJournal(
            agent=saisie["agent"].strip(),
            siren=compacter(saisie["numero"])[:9],
            source=saisie["source"].strip(),
            finalite=saisie["finalite"],
            debut=saisie["debut"],
            fin=saisie["fin"],
        )


@acces(Qui.AGENT)
def mien(request: RequeteConnectee) -> HttpResponse:
    """My consultations, and who has read them."""
    compte = request.compte
    page = selectors.par_agent(compte.identifiant, request.GET.get("suite", "")[:60])
    dites = selectors.lectures_de(compte.identifiant)
    contexte = {
        "lignes": _lignes(page),
        "suite": page.suite,
        "lectures": [{"dite": d, "qui": nom} for d, nom in zip(dites, _noms([d.lecteur for d in dites]), strict=True)],
    }
    return render(request, "droits/journal.html", contexte)


@acces(Qui.AGENT)
def service(request: RequeteConnectee, groupe: int) -> HttpResponse:
    """For a manager: consultations for his organisation, counted per agent of the group and day, and what is unusual;
    never what was read."""
    gere = groupe_gere(request.compte, groupe)
    membres = {f"c{a.compte_id}": a.compte for a in _membres(groupe)}
    fin = paris.aujourd_hui()
    comptes = selectors.comptes_par_service(ressort_de(gere), fin - timedelta(days=JOURS - 1), fin, list(membres))
    contexte = {
        "groupe": gere,
        "jours": JOURS,
        "comptes": [{"compte": x, "membre": membres[x.agent]} for x in comptes if x.agent in membres],
    }
    return render(request, "droits/journal_service.html", contexte)


@acces(Qui.AGENT, ("GET", "POST"))
def detail(request: RequeteConnectee, groupe: int, numero: int) -> HttpResponse:
    """For a manager: what an agent of the group read for his organisation. A reason is required, and the agent is
    told."""
    gere = groupe_gere(request.compte, groupe)
    membre = next((a.compte for a in _membres(groupe) if a.compte_id == numero), None)
    if membre is None:
        raise Introuvable("Cette personne n’est pas dans ce groupe.")
    formulaire = FormulaireDeLecture(request.POST or None)
    page = None
    if request.method == "POST" and formulaire.is_valid():
        page = lectures.lire_detail(
            _lecteur(request),
            membre.identifiant,
            formulaire.cleaned_data["motif"],
            timezone.now(),
            ressort=ressort_de(gere),
            suite=request.POST.get("suite", "")[:60],
        )
    contexte = {"groupe": gere, "membre": membre, "formulaire": formulaire, **_resultats(page)}
    return render(request, "droits/journal_detail.html", contexte, status=400 if formulaire.errors else 200)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=(Mandats.AUDITEUR,))
def recherche(request: RequeteConnectee) -> HttpResponseBase:
    """For an auditor: search in the whole journal; each agent displayed is told."""
    formulaire = FormulaireRecherche(request.POST or None)
    page = None
    if request.method == "POST" and formulaire.is_valid():
        filtres, motif = formulaire.filtres(), formulaire.cleaned_data["motif"]
        if "exporter" in request.POST:
            contenu = lectures.exporter(_lecteur(request), motif, filtres, timezone.now())
            return telecharger_csv("fce-journal.csv", contenu)
        suite = request.POST.get("suite", "")[:60]
        page = lectures.rechercher(_lecteur(request), motif, filtres, timezone.now(), suite=suite)
    contexte = {"formulaire": formulaire, **_resultats(page)}
    return render(request, "droits/journal_recherche.html", contexte, status=400 if formulaire.errors else 200)


def _membres(groupe: int) -> list[Appartenance]:
    return list(Appartenance.objects.select_related("compte").filter(groupe=groupe, fin=None).order_by("id"))


def _lecteur(request: RequeteConnectee) -> LecteurJournal:
    compte = request.compte
    return LecteurJournal(
        compte.identifiant,
        compte.siret,
        getattr(request, "numero", ""),
        getattr(request, "adresse_ip", ""),
    )


def _resultats(page: Page | None) -> dict[str, Any]:
    return {"montree": page is not None, "lignes": _lignes(page) if page else [], "suite": page.suite if page else ""}


def _lignes(page: Page) -> list[dict[str, Any]]:
    titres = {s.nom: s.titre for s in registre.toutes()} | dict(offres().lectures_tues)
    noms = liens.noms({c.numero[:9] for c in page.lignes if _fiche(c)})
    return [
        {
            "quand": c.quand,
            "agent": c.agent,
            "numero": c.numero,
            "finalite": FINALITES[c.finalite].libelle if c.finalite in FINALITES else c.finalite,
            "sources": [titres[s] for s in c.sources if s in titres],
            "surface": f"{_SURFACES.get(c.surface, c.surface)} {c.assistant}".strip(),
            "adresse": _fiche(c),
            "nom": noms.get(c.numero[:9], ""),
            "poids": c.poids,
        }
        for c in page.lignes
    ]


def _fiche(c: Consultation) -> str:
    return {9: f"/entreprise/{c.numero}", 14: f"/etablissement/{c.numero}"}.get(len(c.numero), "")


def _noms(identifiants: list[str]) -> list[str]:
    """Names of readers, from their accounts; one query."""
    cles = {i: int(i[1:]) for i in identifiants if i[:1] == "c" and i[1:].isdecimal()}
    noms = {c.identifiant: c.nom_complet for c in Compte.objects.filter(pk__in=cles.values())}
    return [noms.get(i, i) for i in identifiants]
