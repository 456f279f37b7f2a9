"""Live answer of Insee: an establishment with its unité légale and address."""

from typing import Any

from fce.sources.direct import Elements, elements

_PRENOMS = ("prenom_1", "prenom_2", "prenom_3", "prenom_4")
_VOIE = ("numero_voie", "indice_repetition_voie", "type_voie", "libelle_voie")


def identites(donnees: Any) -> Elements:
    return [
        {
            **etablissement,
            "prenoms": _joindre(etablissement["unite_legale"]["personne_physique_attributs"], _PRENOMS),
            "voie": _joindre(etablissement["adresse"], _VOIE),
        }
        for etablissement in elements(donnees)
    ]


def _joindre(parties: dict[str, Any], noms: tuple[str, ...]) -> str:
    return " ".join(str(parties[nom]).strip() for nom in noms if parties.get(nom))
