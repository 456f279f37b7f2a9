"""A batch of identifiers: SIREN, SIRET and VAT numbers mixed, each answered on its own line as the search answers it.

Open data only, masked. One read of the database for the whole batch.
"""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct
from ninja import Field, Schema
from pydantic import ConfigDict

from fce.api import schemas
from fce.ensembles.rapprochement.contenu import Issue
from fce.ensembles.rapprochement.numeros import lire_numero
from fce.ensembles.rapprochement.selectors import NumeroSitue, retrouver
from fce.recherche.reponse.resultats import Resultat

IDENTIFIANTS_MAX: Final = 1_000
POIDS: Final = 10
"""Requests that a batch counts for in the rate limits."""
_MASQUE: Final = "Diffusion partielle : une partie de ce qui le concerne est masquée."


class DemandeDeLot(Schema):
    """Les identifiants demandés."""

    model_config = ConfigDict(extra="forbid")

    identifiants: list[str] = Field(
        min_length=1, max_length=IDENTIFIANTS_MAX, description="SIREN, SIRET ou numéros de TVA, mêlés, dans tout ordre."
    )


class LigneDeLotV1(Struct):
    """La réponse à un identifiant."""

    demande: Annotated[str, Meta(description="L’identifiant, tel qu’il a été envoyé.")]
    issue: Annotated[str, Meta(description="« trouve », « ferme », « remplace », « inconnu » ou « invalide ».")]
    message: Annotated[
        str | None, Meta(description="Cessation, remplacement, masquage, ou pourquoi rien n’est rendu ; null sinon.")
    ]
    resultat: Annotated[
        schemas.ResultatV1 | None,
        Meta(
            description="Une ligne de la recherche, avec « etablissement » pour un SIRET ; si l’issue est "
            "« remplace », ce qui est en vigueur."
        ),
    ]


class LotV1(Struct):
    """Les réponses, une par identifiant, dans l’ordre de la demande."""

    lignes: list[LigneDeLotV1]


def repondre_a(identifiants: list[str]) -> LotV1:
    """Answer each identifier, in order; one that is invalid or unknown fails its own line only."""
    # JSON can escape half a surrogate pair, which no answer can hold.
    ecrits = [ecrit.encode("utf-8", "replace").decode() for ecrit in identifiants]
    numeros = [lire_numero(ecrit) for ecrit in ecrits]
    situes = retrouver(n.numero for n in numeros if n.numero)
    return LotV1(
        [
            _ligne(ecrit, situes[n.numero]) if n.numero else LigneDeLotV1(ecrit, "invalide", n.faute, None)
            for ecrit, n in zip(ecrits, numeros, strict=True)
        ]
    )


def _ligne(ecrit: str, situe: NumeroSitue) -> LigneDeLotV1:
    vue, lieu = situe.entreprise, situe.etablissement
    if vue is None or situe.issue is Issue.INCONNU:
        inconnu = situe.issue is Issue.INCONNU
        dit = situe.pourquoi if inconnu else "L’entreprise de cet établissement n’est pas au répertoire."
        return LigneDeLotV1(ecrit, "inconnu", dit, None)
    dits = [situe.pourquoi] if situe.issue is not Issue.TROUVE else []
    dits += [_MASQUE] if vue.masque or (lieu and lieu.masque) else []
    return LigneDeLotV1(ecrit, situe.issue.value, " ".join(dits) or None, schemas.resultat(Resultat(vue, lieu)))
