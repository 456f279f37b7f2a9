"""Pages that read lists: mine, one of them, a new one. Each checks rights, reads, then journals before composing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fce.donnees.entreprises.cartes import SiteDeCarte, carte_des_sites
from fce.donnees.entreprises.colonnes_ouvertes import ColonneOuverte
from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.dossiers.presentation import noms
from fce.droits.habilitations.requete import lecteur_de
from fce.echanges.acces import services_nommes
from fce.ensembles.fichiers.services import AUSSITOT
from fce.ensembles.listes import selectors, services, suivi
from fce.ensembles.listes.acces import (
    ListeOuverte,
    consigner,
    est_sienne,
    peut_exporter,
    services_d_ecriture,
    trouver,
)
from fce.ensembles.listes.colonnes import LigneDecrite, choisies
from fce.ensembles.listes.formulaires import FormulaireFiltreDeListe, FormulaireNouvelleListe
from fce.ensembles.listes.models import EtatLigne, ListeDeTravail
from fce.ensembles.listes.objets import LISTE
from fce.ensembles.listes.selectors import FiltreDeListe
from fce.fiche.alarmes_de_liste import ouvertes
from fce.socle.texte import formats
from fce.socle.web import liens
from fce.socle.web.exports import Cellule
from fce.socle.web.faits import revenir
from fce.socle.web.gestes import envoi_de, tenter
from fce.socle.web.pages import carte_demandee, page_de, parametres_sans
from fce.socle.web.routes import Qui, Surface, acces


@acces(Qui.AGENT, surface=Surface.LISTE)
def listes(request: RequeteConnectee) -> HttpResponse:
    """My lists and those of my services."""
    lecteur = lecteur_de(request)
    mots = selectors.etiquettes_de(selectors.mes_listes(lecteur))
    etiquette = next((mot for mot in mots if mot == request.GET.get("etiquette")), "")
    page = page_de(request, selectors.mes_listes(lecteur, etiquette))
    lecteur.consigner(LISTE, lecteur.exiger(LISTE), "", len(page.object_list))
    suite = urlencode({"etiquette": etiquette}) if etiquette else ""
    comptees = selectors.compter_les_lignes(page.object_list)
    contexte = {"page": page, "comptees": comptees, "etiquettes": mots, "etiquette": etiquette, "suite": suite}
    return render(request, "listes/listes.html", contexte)


@acces(Qui.AGENT, ("GET", "POST"))
def creer(request: RequeteConnectee) -> HttpResponse:
    lecteur = lecteur_de(request)
    lecteur.exiger(LISTE)
    formulaire = FormulaireNouvelleListe(services_d_ecriture(lecteur), envoi_de(request))

    def faire() -> ListeDeTravail:
        numeros, non_reconnues = formulaire.cleaned_data["numeros"], formulaire.non_reconnues
        return services.creer(lecteur, numeros=numeros, non_reconnues=non_reconnues, **formulaire.cadre)

    envoi = tenter(formulaire, faire)
    if envoi.fait:
        return revenir(reverse("listes:liste", args=[envoi.rendu.pk]), "liste-creee")
    return render(request, "listes/creation.html", {"formulaire": formulaire}, status=envoi.status)


@acces(Qui.AGENT, surface=Surface.LISTE)
def liste(request: RequeteConnectee, numero: int) -> HttpResponse:
    """One list: its frame, a page of its lines, what may be done with them."""
    lecteur = lecteur_de(request)
    ouverte = trouver(lecteur, numero)
    formulaire = FormulaireFiltreDeListe(request.GET)
    # With an unknown value, the page shows its error and every line.
    filtre = formulaire.filtre if formulaire.is_valid() else FiltreDeListe()
    vue = selectors.page_de_lignes(ouverte.liste, filtre, request.GET.get("page"))
    posee = selectors.parmi(ouverte.liste, filtre), f"liste?{urlencode(asdict(filtre))}"
    consigner(lecteur, ouverte.liste, [decrite.ligne.numero for decrite in vue.lignes], *posee)
    colonnes = choisies(request.GET.getlist("colonnes"))
    contexte = {
        **_cadre(ouverte),
        "formulaire": formulaire,
        "filtre": filtre.filtre,
        "choix": [champ for champ in formulaire.visible_fields() if champ.name != "colonnes"],
        "page": vue.page,
        "trop_longue": vue.trop_longue,
        "triees_max": selectors.TRIEES_MAX,
        "titres": [colonne.titre for colonne in colonnes.values()],
        "lignes": _lignes(vue.lignes, colonnes.values()),
        "etats": EtatLigne.choices,
        "suite": parametres_sans(request.GET, "page", "fait").urlencode(),
        "aussitot": AUSSITOT,
        "exportable": peut_exporter(lecteur, ouverte.liste),
        "echanges": settings.FCE_ECHANGES,
        "suivie": suivi.est_suivie(request.compte, numero),
        "depuis": selectors.changements_de(lecteur, ouverte.liste),
        "regardable": bool(ouvertes(lecteur)),
        "sienne": ouverte.modifiable and est_sienne(lecteur, ouverte.liste),
        "finit": ouverte.liste.finit_bientot(lecteur.maintenant, services.PREAVIS),
    }
    if carte_demandee(request):
        contexte["sur_carte"] = [
            carte_des_sites(SiteDeCarte(d.siret, d.nom, liens.fiche(d.ligne.numero)) for d in vue.lignes)
        ]
    return render(request, "listes/liste.html", contexte, status=400 if formulaire.errors else 200)


def _cadre(ouverte: ListeOuverte) -> dict[str, Any]:
    auteur = ouverte.liste.auteur
    return {
        "liste": ouverte.liste, "modifiable": ouverte.modifiable, "auteur": noms([auteur])[auteur],
        "lecteurs": services_nommes(ouverte.liste.lecteurs),
        "travailleurs": services_nommes(ouverte.liste.travailleurs),
    }  # fmt: skip


def _lignes(decrites: Sequence[LigneDecrite], colonnes: Collection[ColonneOuverte]) -> list[tuple[object, ...]]:
    """(line, its cells, who added it, who last changed it)."""
    connus = noms({qui for decrite in decrites for qui in (decrite.ligne.par, decrite.ligne.changee_par) if qui})
    return [
        (d, [(c.titre, en_clair(c, d)) for c in colonnes], connus[d.ligne.par], connus.get(d.ligne.changee_par, ""))
        for d in decrites
    ]


def en_clair(colonne: ColonneOuverte, decrite: LigneDecrite) -> str:
    """A cell of the page: "" for what is unknown or hidden."""
    valeur: Cellule = decrite.valeur(colonne)
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, date):
        return formats.jour(valeur)
    return "" if valeur is None else str(valeur)
