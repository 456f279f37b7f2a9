"""Forms of the five steps. ``dire`` gives the contents of the draft with the words of a step; the others stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms

from fce.donnees.declarations import forme
from fce.donnees.declarations.detection import ColonneProposee
from fce.donnees.declarations.exploration import ENCODAGES, SEPARATEURS, Exploration, FormeDuFichier
from fce.donnees.declarations.proposition import colonne, ouvertes
from fce.droits.habilitations.finalites import FINALITES, GROUPES, sans_objet
from fce.service.portail.depot.views import ChampFichier
from fce.socle.web.formulaires import ChampEntier, ChampLong

Contenu = Mapping[str, Any]
_D_OFFICE: Final = ("", "trouvé d’office")
DATES: Final = ("jour", "mois", "horodatage")
_GENRES: Final = {
    "siret": "SIRET", "siren": "SIREN", "texte": "texte", "code": "code ou texte court", "entier": "nombre entier",
    "decimal": "nombre à virgule", "jour": "date", "mois": "mois", "horodatage": "date et heure",
    "booleen": "oui ou non",
}  # fmt: skip
NATURES_DITES: Final = {
    "diffusible": "l’entreprise", "nom": "son nom", "adresse": "son adresse", "commune": "sa commune",
    "coordonnee": "sa position", "registre": "un numéro de registre", "personne": "une personne",
    "libre": "texte libre",
}  # fmt: skip
_QUI: Final = {"lignes": "Comme ses lignes", "C2": "Agents habilités", "C3": "Ce métier seul", "": "Ne pas garder"}
TEXTE_EXIGE: Final = (
    "Ces colonnes semblent parler de personnes, et s’ouvrent : {}. Choisissez « agents habilités », ou écrivez le "
    "texte de loi qui le permet à l’étape « Qui lit »."
)


class FormulaireFichier(forms.Form):
    """A file, and what its reader got wrong."""

    nom = forms.RegexField(
        r"[a-z][a-z0-9]*(-[a-z0-9]+)*",
        label="Nom court du jeu de données",
        max_length=45,
        help_text="Minuscules, chiffres et tirets, comme visites-amiante : il ne change plus.",
        error_messages={"invalid": "Écrivez-le en minuscules, chiffres et tirets, comme visites-amiante."},
    )
    feuille = forms.CharField(label="Feuille", required=False, max_length=60)
    entete = ChampEntier(
        label="Ligne des titres", required=False, min_value=0, max_value=100, help_text="0 : le fichier n’en a pas."
    )
    encodage = forms.ChoiceField(label="Encodage", required=False, choices=[_D_OFFICE, *ENCODAGES.items()])
    separateur = forms.ChoiceField(label="Séparateur", required=False, choices=[_D_OFFICE, *SEPARATEURS.items()])
    fichier = ChampFichier(
        label="Fichier", widget=forms.FileInput, help_text="CSV, XLSX ou Parquet, 10 Mo au plus. Il n’est pas gardé."
    )

    def __init__(self, data: Any = None, *, vue: Exploration | None = None, nouveau: bool = False) -> None:
        super().__init__(data, initial=vue.choix._asdict() if vue else None)
        inutiles = [] if nouveau else ["nom"]
        if vue is None:
            inutiles += ["feuille", "entete", "encodage", "separateur"]
        elif vue.format != "csv":
            inutiles += ["encodage", "separateur"]
        if vue and len(vue.feuilles) > 1:
            self.fields["feuille"] = forms.ChoiceField(label="Feuille", choices=[(f, f) for f in vue.feuilles])
        elif vue:
            inutiles += ["feuille"]
        for champ in inutiles:
            del self.fields[champ]

    @property
    def choix(self) -> FormeDuFichier:
        dits = {mot: v for mot, v in self.cleaned_data.items() if mot in FormeDuFichier._fields and v not in ("", None)}
        return FormeDuFichier(**dits)


def _ecrire_en_lettres(format_: str) -> str:
    """« %d/%m/%Y » → « jj/mm/aaaa »."""
    lettres = {"%d": "jj", "%m": "mm", "%Y": "aaaa", "%y": "aa", "%H": "hh", "%M": "mn", "%S": "ss", "%.f": ",s"}
    for code, ecrit in lettres.items():
        format_ = format_.replace(code, ecrit)
    return format_


class FormulaireColonne(forms.Form):
    """One column. One that is not kept shows only its proposal, and a box to keep it."""

    garder = forms.BooleanField(required=False)
    genre = forms.ChoiceField(choices=_GENRES.items(), required=False)
    format = forms.ChoiceField(
        choices=[("", "format ?"), *((f, _ecrire_en_lettres(f)) for f in forme.FORMATS)], required=False
    )
    nature = forms.ChoiceField(choices=NATURES_DITES.items(), required=False)
    qui = forms.ChoiceField(choices=_QUI.items(), required=False)
    libelle = forms.CharField(max_length=80, required=False)
    cle = forms.BooleanField(required=False)

    def __init__(self, data: Any, proposee: ColonneProposee, ecrite: Contenu | None, cle: tuple[str, ...]) -> None:
        self.proposee, self.gardee = proposee, ecrite is not None
        dit = ecrite or colonne(proposee)
        self.attribut = dit["fce"]["attribut"]
        super().__init__(
            data,
            prefix=f"c{proposee.rang}",
            initial={
                "genre": dit["fce"]["genre"],
                "format": dit.get("format") or "",
                "nature": dit["fce"].get("nature", "diffusible"),
                "qui": dit["fce"].get("acces", {}).get("classe", "lignes"),
                "libelle": dit["title"],
                "cle": self.attribut in cle,
            },
        )
        for nom in ["garder"] if self.gardee else [n for n in self.fields if n != "garder"]:
            del self.fields[nom]
        if self.gardee and dit["fce"]["genre"] not in DATES and not self.data.get(self.add_prefix("format")):
            self.fields["format"].widget = forms.HiddenInput()
        for nom, champ in self.fields.items():
            classe = {"libelle": "fr-input", "garder": "", "cle": ""}.get(nom, "fr-select")
            champ.widget.attrs |= {"aria-label": f"{_TITRES_DES_CHAMPS[nom]} : {proposee.titre}", "class": classe}

    def clean(self) -> dict[str, Any]:
        dit: dict[str, Any] = super().clean() or {}
        if dit.get("qui") and dit["genre"] in DATES and not (dit["format"] or self.proposee.formats):
            self.fields["format"].widget = forms.Select(choices=self.fields["format"].choices)  # type: ignore[attr-defined]
            self.add_error("format", "Dites comment la date est écrite.")
        if dit.get("cle") and not dit.get("qui"):
            self.add_error("qui", "Une colonne de la clé se garde.")
        return dit

    def ecrire(self, avant: Contenu | None) -> dict[str, Any] | None:
        """The column in the words of a declaration, None when it is not kept."""
        dit = self.cleaned_data
        if avant is None:
            return colonne(self.proposee) if dit["garder"] else None
        if not dit["qui"]:
            return None
        classe = "" if dit["qui"] == "lignes" else dit["qui"]
        dits = {"genre": dit["genre"], "nature": dit["nature"], "format": dit["format"], "classe": classe}
        ecrite = colonne(self.proposee, libelle=dit["libelle"] or avant["title"], **dits)
        return {**avant, **ecrite, "fce": {**sans(avant["fce"], "acces", "nature", "formats"), **ecrite["fce"]}}


_TITRES_DES_CHAMPS: Final = {
    "garder": "Garder", "genre": "Type", "format": "Format de date", "nature": "Parle de", "qui": "Qui lit",
    "libelle": "Libellé", "cle": "Fait partie de la clé",
}  # fmt: skip


class FormulaireColonnes:
    """Every column of the file, the kept ones first; not a formset, whose rows would have no proposal."""

    def __init__(self, data: Any, contenu: Contenu, vue: Exploration) -> None:
        self.contenu, self.vue, self.erreurs = contenu, vue, list[str]()
        ecrites = {c["name"]: c for c in contenu.get("fields", ())}
        cle = tuple(contenu.get("fce", {}).get("cle", ()))
        titres = [p.titre for p in vue.detection.colonnes]
        self._ecrites = {
            p.rang: ecrites.get(p.titre) for p in vue.detection.colonnes if titres.index(p.titre) == p.rang
        }
        self.colonnes = [
            FormulaireColonne(data, p, self._ecrites[p.rang], cle)
            for p in vue.detection.colonnes
            if p.rang in self._ecrites
        ]
        self.colonnes.sort(key=lambda c: (not c.gardee, not c.proposee.cle, c.proposee.rang))

    @property
    def questions(self) -> list[ColonneProposee]:
        """What only the producer can tell, of the columns that are kept and of those that he may want."""
        return [c.proposee for c in self.colonnes if c.proposee.question]

    def add_error(self, _: None, phrase: str) -> None:
        self.erreurs.append(phrase)

    def is_valid(self) -> bool:
        fautives = [c for c in self.colonnes if not c.is_valid()]
        if fautives:
            self.erreurs = ["Une colonne est à compléter."]
            return False
        contenu = self.dire()
        numeros = {c.attribut for c in self.colonnes if c.proposee.possible}
        if not numeros.intersection(contenu["fce"]["cle"]):
            self.erreurs = [self.vue.detection.refus or "La clé est un SIREN ou un SIRET juste sur 95 % des lignes."]
        elif (dites := ouvertes(contenu, self.vue)) and not contenu["fce"].get("base_legale"):
            self.erreurs = [TEXTE_EXIGE.format(", ".join(dites))]
        return not self.erreurs

    def dire(self) -> dict[str, Any]:
        par_rang = {c.proposee.rang: c.ecrire(self._ecrites[c.proposee.rang]) for c in self.colonnes}
        ecrites = [ecrite for _, ecrite in sorted(par_rang.items()) if ecrite]
        cle = [c.attribut for c in self.colonnes if c.cleaned_data.get("cle")]
        attributs = {c["fce"]["attribut"] for c in ecrites}
        rangs = {c.attribut: c.proposee.rang for c in self.colonnes}
        mots = self.contenu.get("fce", {}) | {"cle": sorted(attributs.intersection(cle), key=rangs.__getitem__)}
        return {**self.contenu, "fields": ecrites, "fce": mots}


class FormulaireLecteurs(forms.Form):
    """Closed until said: no class is chosen at first."""

    classe = forms.ChoiceField(
        label="Qui lit les lignes",
        widget=forms.RadioSelect,
        choices=[
            ("C0", "Tout le monde (C0)"),
            ("C1", "Les agents publics connectés (C1)"),
            ("C1h", "Les agents habilités, quel que soit leur métier (C1 sous habilitation)"),
            ("C2", "Les agents habilités à ce groupe de données (C2)"),
            ("C3", "Ce métier seul : données couvertes par un secret (C3)"),
        ],
        error_messages={"required": "Dites qui lit : sans réponse, rien ne s’ouvre."},
    )
    groupe = forms.ChoiceField(
        label="Groupe de données", required=False, choices=[("", "–"), *GROUPES.items()], help_text="En C2 et C3."
    )
    finalites = forms.MultipleChoiceField(
        label="Finalités",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(f.code, f.libelle) for f in FINALITES.values()],
        help_text="Sans réponse, toutes celles qui ouvrent ce groupe.",
    )
    base_legale = ChampLong(
        "Texte de loi",
        "L’article qui permet de partager ces données. Exigé en C2 et C3, et pour ouvrir une colonne qui parle de "
        "personnes.",
        required=False,
        max_length=500,
    )

    def __init__(self, data: Any, contenu: Contenu, vue: Exploration | None) -> None:
        self.contenu, self.vue = contenu, vue
        acces = contenu.get("fce", {}).get("acces", {})
        classe = "C1h" if acces.get("sous_habilitation") else acces.get("classe", "")
        propres = [c["fce"]["acces"] for c in contenu.get("fields", ()) if "acces" in c["fce"]]
        groupe = acces.get("groupe") or next((a["groupe"] for a in propres if a.get("groupe")), "")
        dits = {"classe": classe, "groupe": groupe, "finalites": acces.get("finalites", ())}
        self.propres = bool(propres)
        super().__init__(data, initial=dits | {"base_legale": contenu.get("fce", {}).get("base_legale", "")})

    def clean(self) -> dict[str, Any]:
        dit: dict[str, Any] = super().clean() or {}
        reserve = dit.get("classe") in ("C2", "C3")
        if (reserve or self.propres) and not dit.get("groupe"):
            self.add_error("groupe", "Dites de quel groupe sont les lignes, ou les colonnes réservées.")
        elif reserve and (phrases := sans_objet([dit["groupe"]], dit["finalites"])) and dit["finalites"]:
            self.add_error("finalites", phrases[-1])
        if (reserve or self.propres) and not dit.get("base_legale", "").strip():
            self.add_error("base_legale", "En C2 et C3, le texte de loi est exigé.")
        elif self.vue and not self.errors and (dites := ouvertes(self.dire(), self.vue)) and not dit["base_legale"]:
            self.add_error("base_legale", TEXTE_EXIGE.format(", ".join(dites)))
        return dit

    def dire(self) -> dict[str, Any]:
        dit = self.cleaned_data
        acces: dict[str, Any] = {"classe": dit["classe"][:2]} | (
            {"sous_habilitation": True} if dit["classe"] == "C1h" else {}
        )
        if dit["classe"] in ("C2", "C3"):
            acces |= {"groupe": dit["groupe"], "finalites": dit["finalites"]}
        colonnes = [
            {**c, "fce": {**c["fce"], "acces": c["fce"]["acces"] | {"groupe": dit["groupe"]}}}
            if "acces" in c["fce"]
            else c
            for c in self.contenu.get("fields", ())
        ]
        mots = self.contenu.get("fce", {}) | {"acces": acces, "base_legale": " ".join(dit["base_legale"].split())}
        return {**self.contenu, "fields": colonnes, "fce": mots}


def sans(dit: Contenu, *mots: str) -> dict[str, Any]:
    return {mot: v for mot, v in dit.items() if mot not in mots}
