"""Table Schema v2 of a declaration (Data Package, https://datapackage.org/standard/table-schema/). No I/O.

Describes the producer's file (its columns and formats) and the csv that we publish; both use the producer's column
names.
"""

from typing import Any

from fce.sources import champs
from fce.sources.declaration import Auto, Csv, Source

_TYPES: tuple[tuple[type[champs.Champ], str], ...] = (
    (champs.Entier, "integer"),
    (champs.Decimal, "number"),
    (champs.Jour, "date"),
    (champs.Horodatage, "datetime"),
    (champs.Booleen, "boolean"),
)
_MOTIFS: tuple[tuple[type[champs.Champ], str], ...] = ((champs.Siren, "[0-9]{9}"), (champs.Siret, "[0-9]{14}"))
_VRAI, _FAUX = ["true", "vrai", "O", "oui", "1"], ["false", "faux", "N", "non", "0"]
HORODATAGE = "%Y-%m-%dT%H:%M:%S"


def genre(champ: champs.Champ) -> str:
    """Codes and identifiers are strings, because leading zeros matter."""
    return next((nom for classe, nom in _TYPES if isinstance(champ, classe)), "string")


def colonne(attribut: str, champ: champs.Champ) -> str:
    """Official name of a column; the attribute when no fixed column gives the value."""
    return champ.colonne or attribut


def schema_officiel(source: Source) -> dict[str, Any]:
    """Table Schema of the producer's file, without the values read from its name or other columns."""
    colonnes = {a: c for a, c in source.champs.items() if c.colonne or c.motif}
    schema = _schema(source, colonnes, officiel=True)
    schema["missingValues"] = ["", *source.fichier.nuls]
    forme = source.fichier.csv if isinstance(source.fichier, Auto) else source.fichier
    if isinstance(forme, Csv):
        schema["dialect"] = {"delimiter": forme.separateur, "header": not forme.entete}
        schema["encoding"] = forme.encodage
    return schema


def schema_publie(source: Source, publies: tuple[str, ...]) -> dict[str, Any]:
    """Table Schema of our csv with the attributes ``publies``; masked values are missing."""
    schema = _schema(source, {a: source.champs[a] for a in publies}, officiel=False)
    schema["missingValues"] = [""]
    schema["dialect"] = {"delimiter": ";", "header": True}
    schema["encoding"] = "utf-8"
    return schema


def _schema(source: Source, retenus: dict[str, champs.Champ], *, officiel: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fieldsMatch": ["partial" if officiel else "exact"],
        "name": source.nom,
        "title": source.titre,
        "fields": [_champ(source, a, c, officiel=officiel) for a, c in retenus.items()],
    }
    if source.description:
        schema["description"] = source.description
    if source.doublons.garder != "tous" and all(a in retenus for a in source.cle):
        schema["primaryKey"] = [colonne(a, retenus[a]) for a in source.cle]
    return schema


def _champ(source: Source, attribut: str, champ: champs.Champ, *, officiel: bool) -> dict[str, Any]:
    type_ = genre(champ)
    decrit: dict[str, Any] = {"name": colonne(attribut, champ), "title": champ.libelle, "type": type_}
    phrases = [champ.aide] if champ.aide else []
    if champ.unite:
        phrases.append(f"Unité : {champ.unite}.")
    if officiel and champ.motif:
        phrases.append(f"Colonne reconnue par le motif {champ.motif}.")
    if phrases:
        decrit["description"] = " ".join(phrases)
    decrit |= _ecriture(champ, type_, officiel=officiel)
    # Masked or emptied values are missing, so we can only require a field of the key that is never masked.
    obligatoire = attribut in source.obligatoires and (officiel or champ.masque is champs.Nature.DIFFUSIBLE)
    contraintes: dict[str, Any] = {"required": obligatoire}
    if motif := next((m for classe, m in _MOTIFS if isinstance(champ, classe)), None):
        contraintes["pattern"] = motif
    if isinstance(champ, champs.Entier) and champ.minimum is not None:
        contraintes["minimum"] = champ.minimum
    decrit["constraints"] = contraintes
    return decrit


def _ecriture(champ: champs.Champ, type_: str, *, officiel: bool) -> dict[str, Any]:
    if type_ == "boolean":
        return (
            {"trueValues": _VRAI, "falseValues": _FAUX} if officiel else {"trueValues": ["oui"], "falseValues": ["non"]}
        )
    if isinstance(champ, champs.Decimal):
        return {"decimalChar": "," if champ.virgule or not officiel else "."}
    if type_ == "date":
        return {"format": champ.formats[0] if officiel else "%Y-%m-%d"}
    if type_ == "datetime":
        return {"format": champ.formats[0] if officiel else HORODATAGE}
    return {}
