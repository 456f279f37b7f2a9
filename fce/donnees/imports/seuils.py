"""Thresholds that refuse a whole file after reading. No I/O."""

from fce.socle.erreurs import ImportRefuse
from fce.socle.texte.formats import mot, nombre, pluriel
from fce.sources.declaration import Source


def en_pour_cent(part: float) -> str:
    return f"{nombre(round(part * 100, 2))} %"


def verifier_seuils(
    source: Source, recues: int, rejets_cles: int, rejets: int, precedent: int | None, vidages: int = 0
) -> None:
    """Raise ImportRefuse when the counts exceed the thresholds of the source.

    ``recues``: rows read; ``rejets``: rows set aside, including ``rejets_cles`` for an invalid SIREN or SIRET;
    ``vidages``: values emptied in kept rows; ``precedent``: rows of the import in place (None for the first).

    ``details["seuil"]`` names the rule; "vide" cannot be forced.
    """
    chargees = recues - rejets
    seuils = source.seuils
    if recues == 0:
        raise ImportRefuse("Le fichier ne contient aucune ligne de données.", seuil="vide")
    if chargees == 0:
        aucune = f"Aucune des {pluriel(recues, 'ligne')} lues n'est" if recues > 1 else "La seule ligne lue n'est pas"
        raise ImportRefuse(
            f"{aucune} utilisable : est-ce bien le fichier de cette source ?",
            seuil="vide",
        )
    sur_toutes = f"sur {nombre(recues)}"
    if rejets_cles > seuils.cles * recues:
        raise ImportRefuse(
            f"{pluriel(rejets_cles, 'ligne')} {sur_toutes} ({en_pour_cent(rejets_cles / recues)}) "
            f"{mot(rejets_cles, 'porte', 'portent')} un SIREN ou un SIRET invalide ou vide ; "
            f"le seuil est de {en_pour_cent(seuils.cles)}.",
            seuil="cles",
        )
    if rejets > seuils.quarantaine * recues:
        raise ImportRefuse(
            f"{pluriel(rejets, 'ligne')} {sur_toutes} ({en_pour_cent(rejets / recues)}) "
            f"{mot(rejets, 'irait', 'iraient')} en quarantaine ; "
            f"le seuil est de {en_pour_cent(seuils.quarantaine)}.",
            seuil="quarantaine",
        )
    if vidages > seuils.valeurs * recues:
        raise ImportRefuse(
            f"{pluriel(vidages, 'valeur')} {sur_toutes} lignes ({en_pour_cent(vidages / recues)}) "
            f"{mot(vidages, 'est illisible', 'sont illisibles')} ; "
            f"le seuil est de {en_pour_cent(seuils.valeurs)}.",
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
    reference = nombre(precedent) if quoi else f"{nombre(precedent)} à l'import précédent"
    ecart = f"{quoi}{pluriel(chargees, 'ligne')} au lieu de {reference}, soit {en_pour_cent(chargees / precedent)}"
    if chargees < seuils.baisse * precedent:
        raise ImportRefuse(f"{ecart} ; le minimum est de {en_pour_cent(seuils.baisse)}.", seuil="baisse")
    if chargees > seuils.hausse * precedent:
        raise ImportRefuse(f"{ecart} ; le maximum est de {en_pour_cent(seuils.hausse)}.", seuil="hausse")
