"""Forms of tables: deposit, list to keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms

from fce.ensembles.listes.formulaires import FormulaireCadreDeListe, FormulaireDeProprietaire
from fce.ensembles.rapprochement.contenu import FeuilleDeTableau
from fce.ensembles.rapprochement.models import NOM_MAX
from fce.ensembles.rapprochement.reconnaissance import ROLES, LectureDeTableau, proposer_une
from fce.ensembles.rapprochement.tableaux import LIGNES_D_UN_TABLEAU, OCTETS_D_UN_TABLEAU
from fce.socle.texte.formats import nombre
from fce.socle.texte.pliage import lire_entier
from fce.socle.web.formulaires import ChampLong

COLLE_MAX: Final = 900_000
"""Characters pasted: a form has a megabyte at most (``DATA_UPLOAD_MAX_MEMORY_SIZE``)."""
ETABLISSEMENTS, ENTREPRISES = "etablissements", "entreprises"


def lire_le_choix(dit: Mapping[str, str], feuilles: Sequence[FeuilleDeTableau]) -> tuple[LectureDeTableau, bool]:
    """The reading that a page asks, and whether its columns are those shown: another sheet, or other titles, give other
    columns, which nobody has seen."""
    rang = min(lire_entier(dit.get("feuille", "")), len(feuilles) - 1)
    if dit.get("feuille_lue") != str(rang):
        return proposer_une(feuilles[rang], rang), False
    entete = lire_entier(dit.get("entete", ""))
    if dit.get("entete_lue") != str(entete):
        return proposer_une(feuilles[rang], rang, entete), False
    roles = (dit.get(f"c{n}", "") for n in range(feuilles[rang].largeur))
    return LectureDeTableau(rang, entete, tuple(role if role in ROLES else "" for role in roles)), True


class FormulaireTableau(forms.Form):
    """A pasted text, or a file."""

    colle = ChampLong(
        "Coller des lignes",
        "Un SIREN ou un SIRET par ligne, un nom par ligne, ou un tableau copié avec ses titres.",
        lignes=8,
        brut=True,
        max_length=COLLE_MAX,
        required=False,
        strip=False,
    )
    fichier = forms.FileField(
        label="Ou choisir un fichier",
        help_text=f"CSV ou XLSX, {nombre(LIGNES_D_UN_TABLEAU)} lignes et {OCTETS_D_UN_TABLEAU >> 20} Mo au plus. "
        "Vous verrez ce qui en est lu, feuille et colonnes, avant que rien ne soit cherché.",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )
    cherche = forms.ChoiceField(
        label="Je cherche",
        choices=((ETABLISSEMENTS, "Des établissements (SIRET)"), (ENTREPRISES, "Des entreprises (SIREN)")),
        initial=ETABLISSEMENTS,
        widget=forms.RadioSelect,
    )
    nom = forms.CharField(label="Nom du tableau", help_text="Lu de vous seul.", max_length=NOM_MAX, required=False)

    def clean_fichier(self) -> Any:
        """The file itself is read by ``GuichetPieces``."""
        return None


class FormulaireListeDuTableau(FormulaireDeProprietaire, FormulaireCadreDeListe):
    """The list to make of what a table found."""

    fermes = forms.BooleanField(label="Y mettre aussi les lignes fermées", required=False)
    field_order = ("nom", "pour", "fermes", "etiquettes", "note")
