"""The form of the fourth step: how the sheet tells a source. Its words are those of ``docs/declaration.md``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils.text import slugify

from fce.donnees.declarations import forme
from fce.service.portail.declarer.formulaires import DATES, Contenu, sans
from fce.socle.web.formulaires import ChampEntier, ChampLong
from fce.sources import registre
from fce.sources.declaration import Frequence
from fce.sources.presentation import Gravite
from fce.sources.rubriques import TITRES


class FormulaireDit(forms.Form):
    """How the sheet tells it. Words that this form does not know (``jalon``, ``nouvelles``…) stay as they are."""

    GROUPES: ClassVar = {
        "Le bloc": ("titre", "description", "rubrique", "presentation", "tri", "decroissant", "limite", "courbes"),
        "Ce qu’il compte et date": ("mot", "pluriel", "date_metier", "absence", "horizon"),
        "Ce qui alerte, ce qui est un contact": (
            *("alarme_champ", "alarme_valeurs", "alarme_phrase", "alarme_mois", "alarme_gravite"),
            *("contact", "contact_controle"),
        ),
        "D’où viennent les données": (
            *("producteur", "producteur_nom", "producteur_sigle", "producteur_site", "systeme", "frequence"),
            *("conservation", "licence"),
        ),
    }
    titre = forms.CharField(label="Titre", max_length=80)
    description = ChampLong("Ce que dit une ligne", "Une phrase pour le catalogue.", lignes=2, max_length=500)
    rubrique = forms.ChoiceField(label="Onglet de la fiche", choices=[("", "–"), *TITRES.items()])
    presentation = forms.ChoiceField(
        label="Forme",
        choices=[
            ("tableau", "Tableau : toutes les lignes"),
            ("valeurs", "Valeurs : la dernière ligne"),
            ("serie", "Série : des chiffres dans le temps"),
        ],
    )
    tri = forms.ChoiceField(label="Ordre des lignes", required=False)
    decroissant = forms.BooleanField(label="Du plus grand ou du plus récent", required=False)
    limite = ChampEntier(label="Lignes montrées d’abord", min_value=1, max_value=100, initial=20)
    courbes = forms.MultipleChoiceField(
        label="Chiffres de la série", required=False, widget=forms.CheckboxSelectMultiple
    )
    mot = forms.CharField(label="Une ligne est une…", max_length=40, help_text="visite, agrément, accord…")
    pluriel = forms.CharField(label="Au pluriel", required=False, max_length=40, help_text="Sans réponse : avec un s.")
    date_metier = forms.ChoiceField(label="Date du fait", required=False)
    absence = forms.CharField(label="Phrase d’un bloc vide", required=False, max_length=120)
    horizon = forms.CharField(label="Période couverte", required=False, max_length=60, help_text="depuis 2019")
    alarme_champ = forms.ChoiceField(label="Colonne qui alerte", required=False)
    alarme_valeurs = forms.CharField(
        label="Valeurs qui alertent",
        required=False,
        max_length=500,
        help_text="Séparées par une virgule ; sans réponse, toute valeur.",
    )
    alarme_phrase = forms.CharField(label="Phrase de l’alerte", required=False, max_length=120)
    alarme_mois = ChampEntier(label="Mois que dure l’alerte", required=False, min_value=1, max_value=120)
    alarme_gravite = forms.ChoiceField(
        label="Gravité", required=False, choices=[(g.name.lower(), g.value) for g in (Gravite.A_VOIR, Gravite.GRAVE)]
    )
    contact = forms.CharField(
        label="Une ligne est un contact avec l’entreprise",
        required=False,
        max_length=30,
        help_text="visite, contrôle, appel… Sans réponse : non.",
    )
    contact_controle = forms.BooleanField(label="C’est un contrôle", required=False)
    producteur = forms.ChoiceField(label="Producteur", required=False)
    producteur_nom = forms.CharField(label="Nom d’un nouveau producteur", required=False, max_length=120)
    producteur_sigle = forms.CharField(label="Son sigle", required=False, max_length=30)
    producteur_site = forms.RegexField(
        forme.HTTPS, label="Son site", required=False, max_length=200, help_text="https://…"
    )
    systeme = forms.CharField(label="Système d’où vient le fichier", max_length=80)
    frequence = forms.ChoiceField(
        label="Fréquence", initial="mensuelle", choices=[(f.name.lower(), f.libelle) for f in Frequence]
    )
    conservation = forms.TypedChoiceField(
        label="Tables gardées après un retrait",
        coerce=int,
        choices=[(30, "un mois"), (365, "un an"), (1095, "trois ans"), (3650, "dix ans")],
        initial=365,
    )
    licence = forms.CharField(label="Licence", required=False, max_length=120)

    def __init__(self, data: Any, contenu: Contenu, _: object = None) -> None:
        self.contenu = contenu
        self.attributs = {c["fce"]["attribut"]: c for c in contenu.get("fields", ())}
        super().__init__(data, initial=_initiaux(contenu))
        connus = {s.producteur.code: s.producteur for s in registre.toutes()}
        self.connus = {c: {"code": p.code, "nom": p.nom, "sigle": p.sigle, "site": p.site} for c, p in connus.items()}
        noms = sorted((p.nom, c) for c, p in connus.items())
        dits = {"producteur": [("", "un nouveau producteur"), *((c, nom) for nom, c in noms)]}
        for champ, genres in (
            ("tri", None),
            ("alarme_champ", ("code", "texte", "booleen", "entier", "jour")),
            ("date_metier", DATES),
            ("courbes", ("entier", "decimal")),
        ):
            possibles = [
                (a, c["title"]) for a, c in self.attributs.items() if not genres or c["fce"]["genre"] in genres
            ]
            dits[champ] = possibles if champ == "courbes" else [("", "–"), *possibles]
        for champ, choix in dits.items():
            self.fields[champ].choices = choix  # type: ignore[attr-defined]

    def groupes(self) -> Iterator[tuple[str, list[BoundField]]]:
        yield from ((titre, [self[nom] for nom in noms]) for titre, noms in self.GROUPES.items())

    def clean(self) -> dict[str, Any]:
        dit: dict[str, Any] = super().clean() or {}
        for si, champ, phrase in (
            (dit.get("presentation") == "serie", "courbes", "Une série montre au moins un chiffre."),
            (dit.get("presentation") == "serie", "date_metier", "Une série demande une date."),
            (dit.get("contact"), "date_metier", "Un contact a une date."),
            (dit.get("alarme_champ"), "alarme_phrase", "Dites la phrase que lira l’agent."),
            (not dit.get("producteur"), "producteur_nom", "Dites qui produit ces données."),
            (dit.get("producteur_nom"), "producteur_sigle", "Donnez son sigle."),
        ):
            if si and not dit.get(champ) and champ not in self.errors:
                self.add_error(champ, phrase)
        return dit

    def dire(self) -> dict[str, Any]:
        dit = self.cleaned_data
        avant = self.contenu.get("fce", {})
        quand, siret = (
            dit["date_metier"],
            next((a for a, c in self.attributs.items() if c["fce"]["genre"] == "siret"), ""),
        )
        tri = {"tri": ("-" if dit["decroissant"] else "") + dit["tri"]} if dit["tri"] else {}
        forme_ = {
            "tableau": {**tri, "limite": dit["limite"], "lieux": bool(siret)},
            "valeurs": tri,
            "serie": {"date": quand, "courbes": dit["courbes"]},
        }[dit["presentation"]]
        garde = (
            sans(avant.get("presentation", {}), "tri")
            if avant.get("presentation", {}).get("genre") == dit["presentation"]
            else {}
        )
        nouveau = {
            "code": slugify(dit["producteur_sigle"]),
            "nom": dit["producteur_nom"],
            "sigle": dit["producteur_sigle"],
            "site": dit["producteur_site"],
        }
        autres = [t for t in avant.get("synthese", ()) if t["genre"] != "contact"]
        contact = {"genre": "contact", "date": quand, "nature": dit["contact"], "controle": dit["contact_controle"]}
        ancien: Contenu = next((t for t in avant.get("synthese", ()) if t["genre"] == "contact"), {})
        compte = {"mot": dit["mot"]} | ({"pluriel": dit["pluriel"]} if dit["pluriel"] else {})
        alarme = {
            "champ": dit["alarme_champ"], "phrase": dit["alarme_phrase"], "gravite": dit["alarme_gravite"] or "a_voir",
            "valeurs": [v.strip() for v in dit["alarme_valeurs"].split(",") if v.strip()],
            "mois": dit["alarme_mois"], "jour": quand, "siret": siret,
        }  # fmt: skip
        mots = {
            "producteur": self.connus.get(dit["producteur"], nouveau),
            "presentation": {**garde, "genre": dit["presentation"], **forme_},
            "compte": avant.get("compte", {}) | compte,
            "alarme": avant.get("alarme", {}) | alarme if dit["alarme_champ"] else None,
            "synthese": [*autres, *([{**ancien, **contact}] if dit["contact"] else [])],
            "date_metier": quand or None,
            **{
                m: dit[m] for m in ("rubrique", "systeme", "frequence", "conservation", "licence", "absence", "horizon")
            },
        }
        ecrits = {m: v for m, v in (avant | mots).items() if v not in (None, "", [])}
        return {**self.contenu, "title": dit["titre"], "description": dit["description"], "fce": ecrits}


def _initiaux(contenu: Contenu) -> dict[str, Any]:
    """What the form shows of a draft; a new one proposes the latest rows first."""
    dit = contenu.get("fce", {})
    genres = {c["fce"]["attribut"]: c["fce"]["genre"] for c in contenu.get("fields", ())}
    quand = dit.get("date_metier") or next((a for a, g in genres.items() if g in DATES), "")
    vue = dit.get("presentation", {})
    tri = vue.get("tri", "" if vue else f"-{quand}" if quand else "")
    contact: Contenu = next((t for t in dit.get("synthese", ()) if t["genre"] == "contact"), {})
    alarme = dit.get("alarme", {})
    mots = ("rubrique", "systeme", "frequence", "conservation", "licence", "absence", "horizon")
    return {
        "titre": contenu.get("title", ""), "description": contenu.get("description", ""),
        "presentation": vue.get("genre", "tableau"), "tri": tri.removeprefix("-"), "decroissant": tri.startswith("-"),
        "limite": vue.get("limite", 20), "courbes": vue.get("courbes", ()), "date_metier": quand,
        "mot": dit.get("compte", {}).get("mot", ""), "pluriel": dit.get("compte", {}).get("pluriel", ""),
        "alarme_champ": alarme.get("champ", ""), "alarme_valeurs": ", ".join(alarme.get("valeurs", ())),
        "alarme_phrase": alarme.get("phrase", ""), "alarme_mois": alarme.get("mois"),
        "alarme_gravite": alarme.get("gravite", "a_voir"),
        "contact": contact.get("nature", ""), "contact_controle": contact.get("controle", False),
        **{f"producteur_{m}": v for m, v in dit.get("producteur", {}).items() if m != "code"},
        "producteur": dit.get("producteur", {}).get("code", ""), **{m: dit[m] for m in mots if m in dit},
    }  # fmt: skip
