"""Forms of habilitations: request, approval, members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar, cast

from django import forms
from django.utils.html import format_html

from fce.droits.comptes import membres_csv
from fce.droits.habilitations.acteurs import FRANCE
from fce.droits.habilitations.dossiers import acces, departements, presentation, services
from fce.droits.habilitations.dossiers.acces import Carte
from fce.droits.habilitations.dossiers.duree import dernier_jour
from fce.droits.habilitations.dossiers.presentation import DROITS, sources_du_groupe
from fce.droits.habilitations.dossiers.services import Contenu
from fce.droits.habilitations.finalites import FINALITES, GROUPES, PROFILS, sans_objet
from fce.droits.habilitations.models import Dossier
from fce.socle.erreurs import ParametreInvalide
from fce.socle.web.formulaires import ChampCourriel, ChampJour, ChampLong

Choix = list[tuple[str, Any]]


def groupes(codes: Iterable[str]) -> Choix:
    """Groups of data, each with its sources."""
    return [(g, _precise(GROUPES.get(g, g), ", ".join(sources_du_groupe(g)))) for g in codes]


def finalites(codes: Iterable[str]) -> Choix:
    """Purposes, each with its data and articles of law."""
    return [(c, _precise(FINALITES[c].libelle, presentation.precision(FINALITES[c]))) for c in codes if c in FINALITES]


def _precise(libelle: str, precision: str) -> str:
    return format_html('{}<span class="fr-hint-text">{}</span>', libelle, precision) if precision else libelle


class _Territoire(forms.Form):
    """Départements ticked in a list, or typed in ``lieux``, which is added to ``territoire``.

    ``ordre``: fields in page order.
    """

    ordre: ClassVar[tuple[str, ...]] = ()

    lieux = forms.CharField(
        label="Ajouter des lieux",
        required=False,
        max_length=2000,
        help_text="Départements ou régions, par leur nom ou leur code, séparés par des virgules ; FR pour la France "
        "entière. Par exemple : 59, Pas-de-Calais, Bretagne.",
    )
    territoire = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def regions(self) -> list[tuple[str, list[Any], int]]:
        """[(région, boxes, number ticked)…] for the template; the whole country first, with an empty name."""
        cases = {str(case.data["value"]): case for case in self["territoire"]}
        rangees = [("", [(FRANCE, "")]), *departements.departements_par_region()]
        proposees = [(region, [cases[code] for code, _ in siens if code in cases]) for region, siens in rangees]
        return [
            (region, siennes, sum(bool(c.data["selected"]) for c in siennes))
            for region, siennes in proposees
            if siennes
        ]

    def champs(self) -> list[forms.BoundField]:
        return [self[nom] for nom in self.ordre if nom in self.fields]

    def clean_lieux(self) -> tuple[str, ...]:
        try:
            return departements.lire_lieux(self.cleaned_data["lieux"])
        except ParametreInvalide as erreur:
            raise forms.ValidationError(erreur.message) from None

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        if "territoire" in donnees and not self.has_error("lieux"):
            donnees["territoire"] = departements.reduire([*donnees["territoire"], *donnees.get("lieux", ())])
            if not donnees["territoire"]:
                champ = "lieux" if "lieux" in self.fields else "territoire"
                self.add_error(champ, "Indiquez un territoire : des départements, ou FR pour la France entière.")
        for phrase in sans_objet(donnees.get("groupes_de_donnees", ()), donnees.get("finalites", ())):
            self.add_error("finalites", phrase)
        return donnees


def _departements(codes: Iterable[str] | None = None) -> Choix:
    tous = [(FRANCE, departements.FRANCE_ENTIERE)]
    tous += [departement for _, siens in departements.departements_par_region() for departement in siens]
    permis = None if codes is None or FRANCE in (connus := set(codes)) else connus
    return tous if permis is None else [(code, nom) for code, nom in tous if code in permis]


def _cases(libelle: str, aide: str = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=libelle, help_text=aide, widget=forms.CheckboxSelectMultiple)


class FormulaireDossier(_Territoire):
    """A manager's request. State, dates and people never come from the form."""

    groupes_de_donnees = _cases("Données", "Celles dont vos missions ont besoin, et elles seules.")
    finalites = _cases("Finalités", "Chaque consultation en porte une ; la première sert d’ordinaire.")
    droits = _cases("Droits")
    base_legale = ChampLong(
        "Besoin et base légale",
        "Ce que votre service fait de ces données, et le texte qui le permet.",
        lignes=5,
        min_length=10,
        max_length=4000,
    )
    convention = forms.URLField(
        label="Adresse de la convention",
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text="S’il en existe une avec le producteur.",
    )
    conditions = ChampLong("Conditions particulières", required=False, max_length=4000)
    adhesion_automatique = forms.BooleanField(
        label="Admettre les agents de l’organisation à leur première connexion",
        help_text="Ceux dont le SIRET ProConnect est celui de l’organisation. Sinon, un gestionnaire les ajoute.",
        required=False,
    )
    profil = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    ordre = (
        "groupes_de_donnees", "finalites", "territoire", "droits", "base_legale", "convention", "conditions",
        "adhesion_automatique",
    )  # fmt: skip

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        _proposer(self, GROUPES, FINALITES, DROITS, None)

    def contenu(self) -> Contenu:
        return _contenu(self.cleaned_data)


class FormulaireValidation(_Territoire):
    """An approver's grant: at most what is asked."""

    groupes_de_donnees = _cases("Données accordées")
    finalites = _cases("Finalités accordées")
    droits = _cases("Droits accordés")
    conditions = ChampLong("Conditions particulières", required=False, max_length=4000)
    adhesion_automatique = forms.BooleanField(
        label="Admettre les agents de l’organisation à leur première connexion", required=False
    )
    debut = ChampJour(label="Premier jour")
    fin = ChampJour(label="Dernier jour", help_text="Douze mois au plus.")
    ordre = (
        "groupes_de_donnees",
        "finalites",
        "territoire",
        "droits",
        "conditions",
        "adhesion_automatique",
        "debut",
        "fin",
    )

    def __init__(self, dossier: Dossier, aujourd_hui: date, donnees: Mapping[str, Any] | None = None) -> None:
        initial = Contenu.de(dossier).valeurs()
        super().__init__(donnees, initial=initial | {"debut": aujourd_hui, "fin": dernier_jour(aujourd_hui)})
        self.dossier, self.aujourd_hui = dossier, aujourd_hui
        _proposer(self, dossier.groupes_de_donnees, dossier.finalites, dossier.droits, dossier.territoire)
        if FRANCE in dossier.territoire:
            self.fields["lieux"].help_text = "Pour restreindre, décochez « France entière » et nommez des lieux."
        else:
            del self.fields["lieux"]
        if not dossier.adhesion_automatique:
            del self.fields["adhesion_automatique"]

    def clean_debut(self) -> date:
        debut: date = self.cleaned_data["debut"]
        if debut < self.aujourd_hui:
            raise forms.ValidationError("Une habilitation ne commence pas avant le jour où elle est validée.")
        return debut

    def clean(self) -> dict[str, Any]:
        donnees = super().clean()
        debut, fin = donnees.get("debut"), donnees.get("fin")
        if debut and fin and not debut <= fin <= dernier_jour(debut):
            self.add_error(
                "fin",
                f"Choisissez un jour entre le premier jour et le {dernier_jour(debut):%d/%m/%Y} : douze mois au plus.",
            )
        return donnees

    def restriction(self) -> Contenu:
        """The part of the request that is granted."""
        demande = Contenu.de(self.dossier)
        return _contenu(
            {
                **demande.valeurs(),
                "adhesion_automatique": False,
                **{c: v for c, v in self.cleaned_data.items() if c not in ("debut", "fin", "lieux")},
            }
        )


class FormulaireAcces(forms.Form):
    """Request of an agent without habilitation, for all the data that his mission reads.

    A member's request goes to managers, who write the need themselves; without a group, the team reads his own words.
    """

    mission = forms.CharField(max_length=60, widget=forms.HiddenInput)
    groupes_de_donnees = _cases("Données", "Ce que votre mission lit d’ordinaire est coché.")
    organisme = forms.CharField(label="Nom de votre administration", max_length=300)
    service = forms.CharField(label="Votre service", max_length=200)
    base_legale = ChampLong(
        "Besoin et base légale",
        "Proposés par votre mission : corrigez-les si besoin.",
        lignes=4,
        min_length=20,
        max_length=3000,
    )

    def __init__(self, *arguments: Any, carte: Carte, connue: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["mission"].validators.append(_mission)
        mission = str(self["mission"].value() or "")
        codes = acces.groupes_de_la_mission(PROFILS[mission]) if mission in PROFILS else []
        cast(forms.MultipleChoiceField, self.fields["groupes_de_donnees"]).choices = groupes(codes)
        for nom in ("organisme", "service", "base_legale") if carte.groupe else ("organisme",) if connue else ():
            del self.fields[nom]

    @staticmethod
    def depart(mission: str, voulus: Iterable[str] = ()) -> dict[str, Any]:
        """Initial data for a mission: the data that it usually reads, and those of ``voulus`` that it may open."""
        profil = PROFILS[mission]
        coches = profil.groupes | (set(acces.groupes_de_la_mission(profil)) & set(voulus))
        return {
            "mission": mission,
            "groupes_de_donnees": sorted(coches),
            "base_legale": acces.base_legale(mission, frozenset(coches)),
        }


def _mission(code: str) -> None:
    if code not in PROFILS:
        raise forms.ValidationError("Choisissez votre mission.")


class FormulaireMotif(forms.Form):
    motif = ChampLong("Motif", "Les gestionnaires du groupe le liront.", min_length=5, max_length=4000)


class FormulaireMembre(forms.Form):
    courriel = ChampCourriel(
        label="Adresse électronique professionnelle",
        help_text="Celle de son compte ProConnect. Inconnue du service, elle reçoit une invitation.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    gestionnaire = forms.BooleanField(label="Comme gestionnaire du groupe", required=False)


class FormulaireListe(forms.Form):
    liste = forms.FileField(
        label="Liste au format csv",
        help_text="Une colonne « courriel » et, si besoin, une colonne « gestionnaire » (oui). "
        f"{membres_csv.LIGNES} lignes au plus.",
    )

    def clean_liste(self) -> Any:
        fichier = self.cleaned_data["liste"]
        if fichier.size > membres_csv.OCTETS:
            raise forms.ValidationError("Cette liste est trop lourde : un mégaoctet au plus. Coupez-la.")
        return fichier


def initial_du_profil(code: str) -> dict[str, Any]:
    """Initial data of a ready profile, without territory. Raises ParametreInvalide."""
    return {**services.du_profil(code, (FRANCE,)).valeurs(), "territoire": []}


def _contenu(donnees: Mapping[str, Any]) -> Contenu:
    valeurs: dict[str, Any] = {
        c: tuple(v) if isinstance(v, list) else v for c, v in donnees.items() if c in Contenu.__dataclass_fields__
    }
    return Contenu(**valeurs)


def _proposer(
    formulaire: _Territoire,
    groupes_: Iterable[str],
    finalites_: Iterable[str],
    droits: Iterable[str],
    lieux: Iterable[str] | None,
) -> None:
    for nom, choix in (
        ("groupes_de_donnees", groupes(groupes_)),
        ("finalites", finalites(finalites_)),
        ("droits", [(d, DROITS[d]) for d in droits if d in DROITS]),
        ("territoire", _departements(lieux)),
    ):
        cast(forms.MultipleChoiceField, formulaire.fields[nom]).choices = choix
