"""Thresholds that refuse a whole file after reading. No I/O."""

from fce.socle.erreurs import ImportRefuse
from fce.socle.texte.formats import mot, nombre, pluriel
from fce.sources.declaration import Source


def _part(part: float) -> str:
    return f"{nombre(round(part * 100, 2))} %"


def verifier_seuils(
    source: Source, lues: int, rejets_cles: int, rejets: int, precedent: int | None, vidages: int = 0
) -> None:
    """Raise ImportRefuse when the counts exceed the thresholds of the source.

    ``lues``: rows read; ``rejets``: rows set aside, including ``rejets_cles`` for an invalid SIREN or SIRET;
    ``vidages``: values emptied in kept rows; ``precedent``: rows of the import in place (None for the first).

    ``details["seuil"]`` names the rule; "vide" cannot be forced.
    """
    chargees = lues - rejets
    seuils = source.seuils
    if lues == 0:
        raise ImportRefuse("Le fichier ne contient aucune ligne de données.", seuil="vide")
    if chargees == 0:
        aucune = f"Aucune des {pluriel(lues, 'ligne')} lues n'est" if lues > 1 else "La seule ligne lue n'est pas"
        raise ImportRefuse(
            f"{aucune} utilisable : est-ce bien le fichier de cette source ?",
            seuil="vide",
        )
    sur_lues = f"sur {nombre(lues)}"
    if rejets_cles > seuils.cles * lues:
        raise ImportRefuse(
            f"{pluriel(rejets_cles, 'ligne')} {sur_lues} ({_part(rejets_cles / lues)}) "
            f"{mot(rejets_cles, 'porte', 'portent')} un SIREN ou un SIRET invalide ou vide ; "
            f"le seuil est de {_part(seuils.cles)}.",
            seuil="cles",
        )
    if rejets > seuils.quarantaine * lues:
        raise ImportRefuse(
            f"{pluriel(rejets, 'ligne')} {sur_lues} ({_part(rejets / lues)}) "
            f"{mot(rejets, 'irait', 'iraient')} en quarantaine ; "
            f"le seuil est de {_part(seuils.quarantaine)}.",
            seuil="quarantaine",
        )
    if vidages > seuils.valeurs * lues:
        raise ImportRefuse(
            f"{pluriel(vidages, 'valeur')} {sur_lues} lignes ({_part(vidages / lues)}) "
            f"{mot(vidages, 'est illisible', 'sont illisibles')} ; "
            f"le seuil est de {_part(seuils.valeurs)}.",
            seuil="valeurs",
        )
    verifier_evolution(source, chargees, precedent)


def verifier_evolution(source: Source, chargees: int, precedent: int | None, quoi: str = "") -> None:
    """Raise ImportRefuse when ``chargees`` is too far from ``precedent`` (None or 0: no comparison).

    ``quoi``: start of the sentence when it is not about the whole file.
    """
    if not precedent:
        return
    seuils = source.seuils
    ecart = (
        f"{quoi}{pluriel(chargees, 'ligne')} au lieu de {nombre(precedent)}, soit {_part(chargees / precedent)}"
        if quoi
        else f"{pluriel(chargees, 'ligne')} au lieu de {nombre(precedent)} à l'import précédent, "
        f"soit {_part(chargees / precedent)}"
    )
    if chargees < seuils.baisse * precedent:
        raise ImportRefuse(f"{ecart} ; le minimum est de {_part(seuils.baisse)}.", seuil="baisse")
    if chargees > seuils.hausse * precedent:
        raise ImportRefuse(f"{ecart} ; le maximum est de {_part(seuils.hausse)}.", seuil="hausse")
