"""Theme 11 of the RGAA, asked of every form of one page of every address, those that were refused included."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import pytest
from django import forms
from django.urls import get_resolver

from fce.droits.comptes.views_compte import FormulaireDemande
from fce.service.portail.contact.formulaires import FormulaireAssistance
from fce.socle.templatetags.formulaires import annonce_obligatoires
from fce.socle.web.formulaires import ChampLie
from tests.accessibilite.arbre import Page, texte

ANNONCE = "Sauf mention contraire, tous les champs sont obligatoires."


def champs_par_formulaire(page: Page) -> dict[Element, list[Element]]:
    """{form: its fields, those outside that name it included}."""
    trouves: dict[Element, list[Element]] = defaultdict(list)
    for champ in page.champs():
        if nomme := champ.get("form"):
            trouves[page.par_id[nomme]].append(champ)
        else:
            trouves[next((a for a in page.ancetres(champ) if a.tag == "form"), page.racine)].append(champ)
    return trouves


def titre_du_groupe(page: Page, champ: Element) -> str:
    """What the legends and the summaries around a field say."""
    groupes = [a for a in page.ancetres(champ) if a.tag in ("fieldset", "details")]
    return " ".join(texte(titre) for g in groupes for titre in g if titre.tag in ("legend", "summary"))


def test_every_field_has_one_label_that_says_what_it_asks(pages: dict[str, Page]) -> None:
    """RGAA 11.1, 11.2: its own, linked to it, that no title nor hint stands for."""
    for nom, page in pages.items():
        for champ in page.champs():
            etiquettes = page.etiquettes(champ)
            assert len(etiquettes) == 1, (nom, champ.attrib)
            assert len(texte(etiquettes[0])) > 1, (nom, champ.attrib)
            assert not champ.get("title"), (nom, champ.attrib)
            dit = champ.get("aria-label")
            assert dit is None or texte(etiquettes[0]) in dit, (nom, champ.attrib)
        for formulaire, champs in champs_par_formulaire(page).items():
            dits = [(titre_du_groupe(page, c), page.nom(c)) for c in champs]
            assert len(set(dits)) == len(dits), (nom, formulaire.attrib, [d for d in dits if dits.count(d) > 1])


def test_the_same_field_has_the_same_label_on_every_page(pages: dict[str, Page]) -> None:
    """RGAA 11.3: the search, and the file, the message or the reason that several pages ask for."""
    recherche = {page.nom(page.par_id["q"]).partition(" Un nom")[0] for page in pages.values()}
    assert recherche == {"Nom, enseigne, adresse, SIREN ou SIRET"}


def test_fields_of_one_kind_are_grouped_under_a_legend(pages: dict[str, Page]) -> None:
    """RGAA 11.5 to 11.7: choices of one name are in one group, whose legend says of what."""
    for nom, page in pages.items():
        groupes: dict[tuple[Element, str], list[Element | None]] = defaultdict(list)
        for formulaire, champs in champs_par_formulaire(page).items():
            for champ in champs:
                if champ.get("type") in ("radio", "checkbox"):
                    groupe = next((a for a in page.ancetres(champ) if a.tag == "fieldset"), None)
                    groupes[formulaire, champ.get("name", "")].append(groupe)
        for (_, champ_nomme), autour in groupes.items():
            assert len(autour) == 1 or None not in autour, (nom, champ_nomme)
        for fieldset in page.tous("fieldset"):
            legende = next(iter(fieldset), None)
            assert legende is not None, nom
            assert legende.tag == "legend", (nom, fieldset.attrib)
            assert len(texte(legende)) > 1, (nom, fieldset.attrib)


def test_choices_of_a_list_are_short_or_in_order(pages: dict[str, Page]) -> None:
    """RGAA 11.8: no list is made of several kinds of choices."""
    for nom, page in pages.items():
        for liste in page.tous("select"):
            assert all(texte(choix) for choix in liste.iter("option")), (nom, liste.attrib)
            assert all(g.get("label") for g in liste.iter("optgroup")), (nom, liste.attrib)


def test_what_is_required_is_told_before_and_in_each_field(pages: dict[str, Page]) -> None:
    """RGAA 11.10: one sentence says that fields are required, each that is not says so in its label or its legend."""
    annonces = 0
    for nom, page in pages.items():
        for formulaire, champs in champs_par_formulaire(page).items():
            requis = {c.get("name") for c in champs if "required" in c.attrib}
            dite = ANNONCE in texte(formulaire)
            annonces += dite
            assert dite or not requis or len({c.get("name") for c in champs}) == 1, (nom, requis)
            for champ in champs if dite else ():
                vide = champ.tag == "select" and all(o.get("value") for o in champ.iter("option"))
                coche = champ.get("type") == "checkbox" and any(a.tag == "fieldset" for a in page.ancetres(champ))
                a_confirmer = champ.get("name") == "confirme"
                dit = page.nom(champ) + titre_du_groupe(page, champ)
                # A list always has a value; boxes of a group, among which one is to be ticked, cannot each be required.
                assert "required" in champ.attrib or "facultatif" in dit or vide or coche or a_confirmer, (nom, dit)
                assert not ("required" in champ.attrib and "(facultatif)" in page.nom(champ)), (nom, dit)
    assert annonces > 10


def erreurs(page: Page) -> Iterator[Element]:
    for element in page.racine.iter():
        if "fr-message--error" in element.get("class", "").split():
            yield element


def test_an_error_is_told_of_its_field(pages: dict[str, Page]) -> None:
    """RGAA 11.10: what is wrong is written beside the field, which says that it is refused and by what."""
    vues = 0
    for nom, page in pages.items():
        for erreur in erreurs(page):
            porteur = next(e for e in (erreur, *page.ancetres(erreur)) if e.get("id"))
            lies = [
                e
                for e in page.racine.iter()
                if porteur.get("id") in (e.get("aria-describedby", "") + " " + e.get("aria-labelledby", "")).split()
            ]
            assert len(lies) == 1, (nom, texte(erreur))
            assert lies[0].tag == "fieldset" or lies[0].get("aria-invalid") == "true", (nom, lies[0].attrib)
            assert len(texte(erreur)) > 10, nom
            vues += 1
        for champ in page.champs():
            if champ.get("aria-invalid") == "true" and champ.get("type") not in ("checkbox", "radio"):
                assert champ.get("aria-describedby"), (nom, champ.attrib)
    assert vues > 3


def test_what_is_asked_of_the_reader_himself_is_filled_by_his_browser(pages: dict[str, Page]) -> None:
    """RGAA 11.13: his own address, his administration and his trade are; the address of somebody else is not."""
    demande = FormulaireDemande(connue="")
    assert 'autocomplete="organization"' in str(demande["organisme"])
    assert 'autocomplete="organization-title"' in str(demande["profil"])
    assert 'autocomplete="email"' in str(FormulaireAssistance(connecte=False)["courriel"])
    permis = {None, "off", "email", "organization", "organization-title"}
    for nom, page in pages.items():
        assert {c.get("autocomplete") for c in page.champs()} <= permis, nom
        for champ in page.champs():
            if champ.get("type") == "email" and champ.get("autocomplete") != "email":
                assert re.search("collègue|gestionnaire|service|professionnel", page.nom(champ)), (nom, page.nom(champ))


def formulaires(classe: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for fille in classe.__subclasses__():
        if fille.__module__.startswith("fce."):
            yield fille
        yield from formulaires(fille)


def test_what_was_not_understood_is_answered_with_what_would_be() -> None:
    """RGAA 11.11: an address or a day is shown as it is expected."""
    get_resolver().url_patterns  # noqa: B018 – every view is imported, with its forms
    vus = 0
    for formulaire in formulaires():
        for nom, champ in formulaire.base_fields.items():
            if isinstance(champ, forms.EmailField):
                assert "@" in champ.error_messages.get("invalid", ""), (formulaire, nom)
            elif isinstance(champ, (forms.DateField, forms.DateTimeField)):
                assert re.search(r"\d", champ.error_messages["invalid"]), (formulaire, nom)
            else:
                continue
            vus += 1
    assert vus > 10


class Essai(forms.Form):
    nom = forms.CharField(label="Nom", help_text="Tel qu’il s’écrit.")
    note = forms.CharField(label="Note", required=False, widget=forms.TextInput(attrs={"aria-describedby": "ailleurs"}))
    genre = forms.ChoiceField(label="Genre", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)


@pytest.mark.parametrize(("donnees", "dit"), [(None, ""), ({}, "id_nom_error")])
def test_a_field_is_described_by_its_errors_alone(donnees: dict[str, str] | None, dit: str) -> None:
    """Its help is in its label: told again, it would be read twice."""
    formulaire = Essai(donnees)
    assert isinstance(formulaire["nom"], ChampLie)
    assert formulaire["nom"].aria_describedby == dit
    assert formulaire["note"].aria_describedby is None
    assert 'aria-describedby="ailleurs"' in str(formulaire["note"])
    assert "aria-describedby" not in str(formulaire["genre"])
    assert annonce_obligatoires(formulaire)


def test_one_field_alone_or_none_that_is_required_needs_no_announcement() -> None:
    class Seul(forms.Form):
        nom = forms.CharField()

    class Libre(forms.Form):
        nom = forms.CharField(required=False)
        note = forms.CharField(required=False)

    assert not annonce_obligatoires(Seul())
    assert not annonce_obligatoires(Libre())
