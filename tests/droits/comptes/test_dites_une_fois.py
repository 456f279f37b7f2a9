"""Nobody signed in is asked who he is: what the account knows is not asked for again, on any form."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest
from django import forms
from django.test import Client

import fce
from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import DemandeOuverture
from tests import visite
from tests.droits.comptes import fabrique as c
from tests.echantillon import chaque_jour

# What an account knows of its holder, under the names and the words that a form would ask for it with.
NOMS = {
    *("courriel", "email", "mail", "prenom", "nom", "siret", "organisme", "administration", "service", "telephone"),
    *("identite", "civilite", "fonction", "adresse"),
}
MOTS = re.compile(r"\bvo(?:tre|s)\b.*(adresse|courriel|nom\b|prénom|administration|service|organisme|siret)", re.I)
# Tokens of HTML for what is about the user (WCAG 1.3.5).
SOI = {"name", "given-name", "family-name", "email", "tel", "organization", "organization-title", "username"}
AUTRES = {
    ("FormulaireAssistance", "courriel"): "asked of who is not signed in alone",
    ("FormulaireDemande", "organisme"): "asked when the provider of identity did not say it",
    ("FormulaireDemande", "service"): "no provider tells the service inside an administration",
    ("FormulaireDemande", "profil"): "no provider tells a trade",
    ("FormulaireAcces", "organisme"): "asked when the provider of identity did not say it",
    ("FormulaireAcces", "service"): "no provider tells the service inside an administration",
    ("FormulaireMembre", "courriel"): "of somebody else, whom a manager adds",
    ("FormulaireGestionnaire", "courriel"): "of somebody else, whom the team names",
    ("FormulairePartage", "service"): "of others, with whom a list is shared",
    ("FormulaireEnvoi", "courriel"): "of a colleague, who is sent a link",
    ("FormulaireOrganisation", "nom"): "of an administration that the team opens",
    ("FormulaireNom", "nom"): "of a group or an organisation that the team renames",
    ("FormulaireGroupe", "nom"): "of a group that the team makes",
    ("FormulaireGroupe", "courriel"): "the mailbox of a service",
    ("FormulaireCompetence", "telephone"): "the telephone of a service",
    ("FormulaireRaccordement", "nom"): "of an institution",
    ("FormulaireOperation", "nom"): "of an operation",
    ("FormulaireCadre", "nom"): "of an operation",
    ("FormulaireTableau", "nom"): "of a table that one pastes",
    ("FormulaireListeDuTableau", "nom"): "of a list of companies",
    ("FormulaireNouvelleListe", "nom"): "of a list of companies",
    ("FormulaireCadreDeListe", "nom"): "of a list of companies",
    ("FormulaireModificationDeListe", "nom"): "of a list of companies",
    ("FormulaireChoixDeListe", "nom"): "of a list of companies",
    ("FormulaireNomDeRecherche", "nom"): "of a search that one follows",
    ("FormulaireSignalement", "siret"): "of the establishment of the sheet, hidden and filled by it",
    ("FormulaireInvitation", "service"): "another service, invited to an operation",
    ("FormulaireTransfert", "service"): "another service, that a question is handed over to",
    ("FormulaireCompetence", "communes"): "where a service is competent, which no account knows",
}
"""Fields that could be about the user and are not, or are asked only when his account does not know."""


def classes(de: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for classe in de.__subclasses__():
        if classe.__module__.startswith("fce."):
            yield classe
        yield from classes(classe)


def douteux() -> set[tuple[str, str]]:
    for module in pkgutil.walk_packages(fce.__path__, "fce."):
        if re.search(r"formulaires|views|avis", module.name):
            importlib.import_module(module.name)
    # A service is chosen among one's own where one has several (``FormulaireAuNomDe``): tests/echanges says so.
    au_nom_de = {(k.__name__, "service") for k in classes() if k.base_fields.get("service") and _au_nom_de(k)}
    trouves = {
        (k.__name__, nom)
        for k in classes()
        for nom, champ in k.base_fields.items()
        if nom in NOMS or MOTS.search(str(champ.label or "")) or champ.widget.attrs.get("autocomplete") in SOI
    }
    return trouves - au_nom_de


def _au_nom_de(classe: type[forms.BaseForm]) -> bool:
    return any(parent.__name__ == "FormulaireAuNomDe" for parent in classe.__mro__)


def test_each_field_that_could_ask_who_one_is_says_why_it_does_not() -> None:
    assert len(list(classes())) > 50
    assert douteux() == set(AUTRES)


@pytest.mark.django_db
def test_the_administration_is_asked_only_of_who_comes_without_its_name() -> None:
    envoi = {"service": "Pôle T", "besoin": "Contrôle du travail, code du travail, art. L. 8112-1"}
    sans, avec = c.compte(organisme=""), c.compte(organisme="DDETS du Nord")
    assert 'name="organisme"' in c.client_de(sans).get("/compte/demande").content.decode()
    assert c.client_de(sans).post("/compte/demande", envoi).status_code == 400
    page = c.client_de(avec).get("/compte/demande").content.decode()
    assert 'name="organisme"' not in page
    assert "DDETS du Nord" in page
    assert c.client_de(avec).post("/compte/demande", envoi | {"organisme": "Une autre"}).status_code == 302
    assert DemandeOuverture.objects.get().organisme == "DDETS du Nord"


@pytest.mark.django_db
def test_the_mail_is_asked_only_of_who_is_not_signed_in() -> None:
    assert 'name="courriel"' in Client().get("/contact").content.decode()
    for compte in (c.compte(), c.particulier()):
        assert 'name="courriel"' not in c.client_de(compte).get("/contact").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("qui", chaque_jour(["agent", "particulier", *Mandats.values], sur=2))
def test_no_page_of_who_is_signed_in_has_a_field_about_himself(qui: str) -> None:
    compte = c.particulier() if qui == "particulier" else c.compte()
    if qui in Mandats.values:
        c.mandat(compte, qui)
    elif qui == "agent":
        c.appartenance(compte, c.groupe(), gestionnaire=True)
    client = c.client_de(compte)
    client.raise_request_exception = False
    pages = [visite.lire(qui, client, adresse) for adresse in visite.sans_numero()]
    assert sum(vue.statut == 200 for vue in pages) > 15
    demandes = {
        (vue.adresse, champ)
        for vue in pages
        for champ in re.findall(r"<(?:input|select|textarea)\b[^>]*>", vue.texte)
        if (trouve := re.search(r'autocomplete="([^"]+)"', champ)) and trouve[1] in SOI
        if 'name="profil"' not in champ  # no provider tells a trade
    }
    assert demandes == set()
