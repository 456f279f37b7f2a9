"""Validates a question as typed, before anything is written."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from fce.donnees.entreprises.selectors import etablissements
from fce.echanges.interactions.textes import verifier_textes
from fce.echanges.models import EntreeAnnuaire
from fce.echanges.models.commun import NOTE_MAX
from fce.echanges.models.demandes import OBJET_MAX
from fce.echanges.vocabulaire import Theme
from fce.socle.erreurs import ParametreInvalide

ECHEANCE_MAX: Final = timedelta(days=366)
PRECISION_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class SaisieDemande:
    """A question as typed. ``siret``: "" for the whole company; ``precisions``: {(group, field that it requires):
    answer}."""

    siren: str
    objet: str
    question: str
    services: tuple[int, ...]
    siret: str = ""
    themes: tuple[str, ...] = ()
    echeance: date | None = None
    precisions: Mapping[tuple[int, str], str] = field(default_factory=dict)

    def verifier(self, aujourd_hui: date, *, confirme: bool) -> None:
        """Raise ParametreInvalide (``champ``: the faulty one), TexteRefuse, TexteAConfirmer."""
        fautes = (
            (not self.objet.strip(), "objet", "Donnez un objet à votre demande."),
            (len(self.objet) > OBJET_MAX, "objet", f"L’objet tient en {OBJET_MAX} signes."),
            (_a_un_signe_de_controle(self.objet), "objet", "L’objet tient sur une seule ligne."),
            (not self.question.strip(), "question", "Écrivez votre question."),
            (len(self.question) > NOTE_MAX, "question", f"Une question a {NOTE_MAX} signes au plus."),
            (bool(set(self.themes) - set(Theme.values)), "themes", "Choisissez les thèmes dans la liste."),
            (
                self.echeance is not None and not aujourd_hui < self.echeance <= aujourd_hui + ECHEANCE_MAX,
                "echeance",
                "Donnez un jour à venir, dans un an au plus.",
            ),
            (bool(self.siret) and not self._du_lieu(), None, "Cet établissement n’est pas de cette entreprise."),
        )
        for faute, champ, phrase in fautes:
            if faute:
                raise ParametreInvalide(phrase, champ=champ)
        verifier_textes((self.objet, self.question, *self.precisions.values()), confirme=confirme)

    def reponses(self, entrees: Iterable[EntreeAnnuaire]) -> dict[str, list[list[str]]]:
        """{group: [[required field, answer]…]}, for the groups that require some.

        Raises ParametreInvalide when an answer is missing.
        """
        dites: dict[str, list[list[str]]] = {}
        for entree in entrees:
            for champ in entree.champs:
                valeur = self.precisions.get((entree.pk, champ), "").strip()
                if not valeur or len(valeur) > PRECISION_MAX:
                    raise ParametreInvalide(
                        f"« {entree.service.nom} » demande de préciser : {champ}, en {PRECISION_MAX} signes au plus."
                    )
                dites.setdefault(str(entree.pk), []).append([champ, valeur])
        return dites

    def _du_lieu(self) -> bool:
        return self.siret[:9] == self.siren and self.siret in etablissements([self.siret])


def _a_un_signe_de_controle(texte: str) -> bool:
    """A line break in a mail subject would start another header."""
    return any(unicodedata.category(signe) in ("Cc", "Cf", "Zl", "Zp") for signe in texte)
