"""Write a source as a declaration in JSON, or as a ``source.py``. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from typing import Any, Final

from django.db import models

from fce.donnees.declarations import forme
from fce.donnees.declarations.mots import defaut, ecrire, refuser
from fce.sources import champs
from fce.sources.acces import Acces
from fce.sources.catalogue import nomenclatures
from fce.sources.catalogue.feuille import TablePlacee
from fce.sources.declaration import Csv, Lecteur, Parquet, Source
from fce.sources.schema import genre as type_de

CONSERVATION_JOURS: Final = 365
_REPRIS: Final = {"nom", "modele", "titre", "description", "fichier", "acces", "alarme", "absence", "index_composes"}


def en_json(source: Source) -> dict[str, Any]:
    """The declaration of ``source``. Raises ParametreInvalide, which names the first word that JSON cannot say."""
    for champ in fields(source):
        valeur = getattr(source, champ.name) if champ.init else champ.default
        if champ.name not in {*forme.ANNONCES, *_REPRIS} and valeur != champ.default:
            raise refuser(f"« {champ.name} »", "cela ne se dit pas en JSON")
    regle = getattr(source.alarme.faits, "__self__", source.alarme) if source.alarme else None
    mots = {mot: getattr(source, mot) for mot in forme.ANNONCES} | {"acces": _acces(source.acces), "alarme": regle}
    mots["absence"] = source.absence.removesuffix(source.horizon_dit)
    ecrite = forme.DeclarationEcrite(
        source.nom,
        source.titre,
        tuple(_colonne(attribut, champ) for attribut, champ in source.champs.items()),
        forme.MotsDeSource(**mots, conservation=CONSERVATION_JOURS),
        source.description,
        **_fichier(source.fichier),
    )
    dit: dict[str, Any] = ecrire(forme.DeclarationEcrite, ecrite)
    forme.construire(dit)
    return dit


def en_source_py(source: Source) -> str:
    """The ``source.py`` of a source declared in JSON, for a catalogue."""
    importes: dict[str, set[str]] = {"fce.sources.declaration": {"Fait", "Source"}}
    colonnes = [f"    {a} = {_python(c, importes)}" for a, c in source.champs.items()]
    mots = [f"    {c.name}={_python(v, importes)}," for c in fields(source) if (v := _propre(source, c)) is not MISSING]
    imports = [f"from {module} import {', '.join(sorted(noms))}" for module, noms in sorted(importes.items())]
    tete = [f'"""{source.titre} ({source.producteur.sigle})."""', "", *imports, "", "", "class Declare(Fait):"]
    return "\n".join([*tete, *colonnes, "", "", f'source = Source(\n    "{source.nom}",\n    Declare,', *mots, ")", ""])


def _acces(acces: Acces | None) -> forme.AccesEcrit | None:
    if acces is None:
        return None
    sous = getattr(acces, "sous_habilitation", False)
    return forme.AccesEcrit(acces.classe, acces.groupe or "", getattr(acces, "finalites", None) or (), sous)  # type: ignore[arg-type]


def _colonne(attribut: str, champ: champs.Champ) -> forme.ColonneEcrite:
    libeller = getattr(champ, "libeller", None)
    categories = getattr(libeller, "__self__", {})
    formats = champ.formats if champ.formats != champ.formats_par_defaut else ()
    if champ.motif or champ.depuis_nom or champ.depuis_colonne or (libeller and not categories and not _nom(libeller)):
        raise refuser(f"« {attribut} »", "cela ne se dit pas en JSON")
    dit = forme.ChampEcrit(
        attribut,
        type(champ).__name__.lower(),  # type: ignore[arg-type]
        champ.masque if champ.masque_declare else None,
        _acces(champ.acces),
        formats[1:],  # type: ignore[arg-type]
        champ.unite or "",
        champ.attendues,
        getattr(champ, "decimales", 2),
        getattr(champ, "futur", False),
        champ.optionnelle,
        None if champ.indexe == champ.indexe_par_defaut else champ.indexe,
        "" if categories else _nom(libeller),  # type: ignore[arg-type]
        champ.typographie.__name__.replace("sans_consigne", ""),  # type: ignore[arg-type]
    )
    return forme.ColonneEcrite(
        *(champ.colonne, champ.libelle, type_de(champ), dit, champ.aide, next(iter(formats), None)),  # type: ignore[arg-type]
        "," if getattr(champ, "virgule", False) else ".",
        tuple(forme.CategorieEcrite(code, libelle) for code, libelle in categories.items()),
        forme.ContraintesEcrites(champ.obligatoire, getattr(champ, "minimum", None)),
    )


def _nom(libeller: Any) -> str:
    return next((n for n in forme.NOMENCLATURES if n and getattr(nomenclatures, n) is libeller), "")


def _fichier(fichier: object) -> dict[str, Any]:
    if isinstance(fichier, Parquet):
        return {"format": "parquet", "missingValues": fichier.nuls}
    if isinstance(fichier, Lecteur) and isinstance(lecture := fichier.fonction, TablePlacee):
        dialecte = forme.DialecteEcrit(lecture.separateur or ",", True, (lecture.rang,), lecture.nom)  # type: ignore[arg-type]
        return {
            "format": fichier.extension,
            "encoding": lecture.encodage,
            "dialect": dialecte,
            "missingValues": fichier.nuls,
        }
    if not isinstance(fichier, Csv):
        raise refuser("« fichier »", "cela ne se dit pas en JSON")
    dialecte = forme.DialecteEcrit(fichier.separateur, not fichier.entete)  # type: ignore[arg-type]
    return {"encoding": fichier.encodage, "dialect": dialecte, "missingValues": fichier.nuls}


def _propre(source: Source, champ: Any) -> Any:
    """What ``source.py`` writes of a word: nothing of its default, nor of what the source computes."""
    if not champ.init or champ.name in ("nom", "modele"):
        return MISSING
    valeur = source.absence.removesuffix(source.horizon_dit) if champ.name == "absence" else getattr(source, champ.name)
    return MISSING if valeur == champ.default else valeur


def _python(valeur: Any, importes: dict[str, set[str]]) -> str:
    """Python of a value; notes in ``importes`` {module: names} what it takes."""

    def de(*valeurs: Any) -> str:
        return ", ".join(_python(v, importes) for v in valeurs)

    genre = type(valeur)
    if callable(valeur) and (porteur := getattr(valeur, "__self__", None)) is not None:
        return f"{_python(porteur, importes)}.{valeur.__name__}"
    if isinstance(valeur, Mapping):
        return f"{{{', '.join(f'{de(c)}: {de(v)}' for c, v in valeur.items())}}}"
    if isinstance(valeur, tuple):
        return f"({''.join(f'{de(v)}, ' for v in valeur)})"
    if isinstance(valeur, Enum | models.Field) or is_dataclass(valeur) or callable(valeur):
        nomme = valeur if callable(valeur) and not is_dataclass(valeur) else genre
        importes.setdefault(nomme.__module__, set()).add(nomme.__name__)
    if isinstance(valeur, Enum):
        return f"{genre.__name__}.{valeur.name}"
    if isinstance(valeur, champs.Champ):
        options = forme.options_de(_colonne(valeur.attname, valeur))
        dits_de = "".join(f", {mot}={de(v)}" for mot, v in options.items())
        return f"{genre.__name__}({de(valeur.libelle, valeur.colonne)}{dits_de})"
    if is_dataclass(valeur):
        dits = ((c, getattr(valeur, c.name)) for c in fields(valeur) if c.init)
        return f"{genre.__name__}({', '.join(f'{c.name}={de(v)}' for c, v in dits if v != defaut(c))})"
    return valeur.__name__ if callable(valeur) else repr(valeur)
