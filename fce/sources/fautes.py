"""Message for the author of a refused declaration: file, line, French sentence. No I/O but reading that file."""

import ast
import re
import traceback
from pathlib import Path

from fce.socle.erreurs import FCEError

_MANQUANTS = re.compile(r"(\w+)\.__init__\(\) missing \d+ required [\w-]+ arguments?: (.+)")
_EN_TROP = re.compile(r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'")
_HOMONYMES = re.compile(r"Conflicting '\w+' models in application 'sources': <class '([\w.]+)\.(\w+)'>")


def phrase(erreur: Exception, fichier: Path, racine: Path) -> str:
    """ "dgt/jeu/source.py, ligne 12 : il manque « titre » à Source.", for an error raised while loading ``fichier``."""
    ou, ligne = fichier, _ligne_de_source(fichier)
    for cadre in traceback.extract_tb(erreur.__traceback__):
        if Path(cadre.filename).is_relative_to(racine):
            ou, ligne = Path(cadre.filename), cadre.lineno or 1
    if isinstance(erreur, SyntaxError) and erreur.filename and Path(erreur.filename).is_relative_to(racine):
        ou, ligne = Path(erreur.filename), erreur.lineno or 1
    return f"{ou}, ligne {ligne} : {_raison(erreur).rstrip('.')}."


def lieu(fichier: Path) -> str:
    return f"{fichier}, ligne {_ligne_de_source(fichier)}"


def _raison(erreur: Exception) -> str:
    message = erreur.message if isinstance(erreur, FCEError) else str(erreur)
    if isinstance(erreur, TypeError):
        if trouve := _MANQUANTS.search(message):
            noms = re.findall(r"'(\w+)'", trouve[2])
            if noms == ["libelle"]:
                return "ce champ n'a pas de libellé"
            return f"il manque {', '.join(f'« {nom} »' for nom in noms)} à {trouve[1]}"
        if trouve := _EN_TROP.search(message):
            return f"{trouve[1]} n'a pas d'argument « {trouve[2]} »"
    if isinstance(erreur, RuntimeError) and (trouve := _HOMONYMES.match(message)):
        return f"un autre modèle se nomme « {trouve[2]} » ({trouve[1]})"
    if isinstance(erreur, SyntaxError):
        return f"ce n'est pas du Python ({erreur.msg})"
    if isinstance(erreur, NameError) and erreur.name:
        return f"« {erreur.name} » n'est pas défini : il faut sans doute l'importer"
    if isinstance(erreur, ImportError):
        return f"un import échoue ({message})"
    return message or type(erreur).__name__


def _ligne_de_source(fichier: Path) -> int:
    try:
        arbre = ast.parse(fichier.read_text("utf-8"))
    except (SyntaxError, ValueError):
        return 1
    appels = (n for n in ast.walk(arbre) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "Source")
    return next((appel.lineno for appel in appels), 1)
