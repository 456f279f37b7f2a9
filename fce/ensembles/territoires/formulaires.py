"""What an agent chooses on the pages of a territory. An unknown value shows the page with its error, unfiltered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self, cast

from django import forms
from django.http import QueryDict
from msgspec.structs import replace

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.ensembles.territoires.lieux import GENRES_DE_TERRITOIRE
from fce.ensembles.territoires.mesures import mesures
from fce.ensembles.territoires.ouvertures import MesureOuverte, ouvertures
from fce.ensembles.territoires.selection import FILTRES, TRIS_DE_TERRITOIRE, Selection
from fce.ensembles.territoires.selectors import derniere_preparation
from fce.recherche.question.requete import Requete
from fce.recherche.reponse.selectors import naf_de_tete
from fce.referentiels import activites, effectifs, territoires
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte.formats import pluriel
from fce.socle.web.pages import parametres_sans

PROPRES = ("au_moins", *FILTRES, "tri", "colonnes", "page", "fait", "exception", "depuis", "motif", "choisir", "n")
"""Parameters of a territory that are not the search's."""


class FormulaireDeTerritoire(forms.Form):
    """Filters, order and columns of the establishments of a territory."""

    def __init__(self, ouvertes: Mapping[str, MesureOuverte], params: QueryDict) -> None:
        """``ouvertes``: measures as the reader may read them; a filter that they do not open is not offered."""
        self.ouvertes = ouvertes
        super().__init__(params)
        sections = [(code, activites.en_clair(code)) for code in activites.sections(naf_de_tete())]
        connus = {code for code, _ in sections}
        autres = [(code, activites.en_clair(code)) for code in params.getlist("naf") if code and code not in connus]
        bas = {t.code: effectifs.bornes(t.code) for t in effectifs.liste() if effectifs.rang(t.code) > 0}
        tranches = [(code, f"{pluriel(bornes[0], 'salarié')} et plus") for code, bornes in bas.items() if bornes]
        filtres = {n: f for n, f in FILTRES.items() if ouvertes[f.mesure] or params.get(n)}
        tris = {
            c: t for c, t in TRIS_DE_TERRITOIRE.items() if not t.mesure or ouvertes[t.mesure] or params.get("tri") == c
        }
        offerts = {
            "naf": ("Activité", [("", "Toutes"), *sections, *autres]),
            "au_moins": ("Effectif", [("", "Tous"), *tranches]),
            **{n: (f.titre, [("", "Indifférent"), *f.choix.items()]) for n, f in filtres.items()},
            "tri": ("Trier par", [(c, t.titre) for c, t in tris.items()]),
        }
        for nom, (label, choix) in offerts.items():
            self.fields[nom] = forms.ChoiceField(label=label, choices=choix, required=False)
        self.fields["colonnes"] = forms.MultipleChoiceField(
            label="Colonnes",
            choices=[(nom, mesure.titre) for nom, mesure in mesures().items()],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )

    @classmethod
    def de(cls, lecteur: LecteurDeDonnees, params: QueryDict) -> Self:
        """The form of this reader."""
        return cls(ouvertures(lecteur, derniere_preparation()), params)

    def selection(self, params: QueryDict, *, exacte: bool = True) -> Selection:
        """What is asked for. The other parameters are those of the search.

        Raises ParametreInvalide for a value that the search refuses; for an unknown value of this form too, unless a
        page that shows the form asks otherwise (``exacte``): it is then what is asked for by default.
        """
        requete = requete_de(params)
        par_defaut = [nom for nom, ouverture in self.ouvertes.items() if ouverture]
        if not self.is_valid():
            if exacte:
                titres = ", ".join(str(self.fields[nom].label) for nom in self.errors if nom in self.fields)
                raise ParametreInvalide(f"Ce choix n’existe pas : {titres}. Rien n’a été lu.")
            return Selection(requete, colonnes=par_defaut)
        dit = self.cleaned_data
        return Selection(
            requete,
            dit["au_moins"],
            {nom: dit[nom] for nom in FILTRES if dit.get(nom)},
            dit["tri"] or "tranche",
            dit["colonnes"] or par_defaut,
        )


def requete_de(params: QueryDict) -> Requete:
    """The filters of the search among the parameters of a page of a territory. Raises ParametreInvalide."""
    reste = parametres_sans(params, *PROPRES)
    return replace(Requete.depuis(reste), vue="etablissements", etat="actif")


class FormulaireChoixDeTerritoire(forms.Form):
    """A territory by kind and code."""

    departement = forms.ChoiceField(
        label="Département",
        choices=lambda: [("", "–"), *((d.code, str(d)) for d in territoires.departements())],
        required=False,
    )
    region = forms.ChoiceField(
        label="Région",
        choices=lambda: [("", "–"), *((r.code, r.libelle or r.code) for r in territoires.regions())],
        required=False,
    )
    lieu = forms.CharField(label="Commune ou intercommunalité", max_length=80, required=False)

    def clean(self) -> None:
        dit = self.cleaned_data
        if not any(dit.get(nom) for nom in self.fields):
            self.add_error(None, "Choisissez un territoire.")
        elif texte := dit.get("lieu"):
            trouves = [lieu for lieu in territoires.chercher_lieux(texte, 5) if lieu.genre in GENRES_DE_TERRITOIRE]
            if not trouves:
                self.add_error("lieu", f"Aucun lieu ne correspond à « {texte} » : vérifiez son nom.")
            else:
                dit["trouve"] = (trouves[0].genre, trouves[0].code)

    @property
    def choisi(self) -> tuple[str, str]:
        """(kind, code), the narrowest one."""
        dit = self.cleaned_data
        if "trouve" in dit:
            return cast(tuple[str, str], dit["trouve"])
        return next((nom, dit[nom]) for nom in ("departement", "region") if dit[nom])
