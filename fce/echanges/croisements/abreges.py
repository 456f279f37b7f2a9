"""How French streets are abbreviated: the synonyms that the search of the Base adresse nationale uses (addok-fr), and
other words of street names. All are folded (``socle.texte.pliage.mots``).
"""

from typing import Final

from fce.socle.texte.formats import MOIS
from fce.socle.texte.pliage import plier

TYPES: Final = {
    "ach": "ancien chemin", "aer": "aerodrome", "agl": "agglomeration", "aut": "autoroute", "bcle": "boucle",
    "ber": "berge", "brg": "bourg", "brtl": "bretelle", "bsn": "bassin", "carr": "carrefour",
    "ccal": "centre commercial", "cc": "centre commercial", "chl": "chalet", "chp": "champ", "cht": "chateau",
    "clr": "couloir", "cr": "chemin rural", "cv": "chemin vicinal", "dig": "digue", "ecl": "ecluse",
    "espa": "espace", "fbourg": "faubourg", "fon": "fontaine", "frm": "ferme", "gbd": "grand boulevard",
    "gpl": "grand place", "grp": "groupe", "jard": "jardin", "jte": "jetee", "mln": "moulin",
    "nte": "nouvelle route", "pa": "parc activites", "pae": "parc activites economiques", "pch": "petit chemin",
    "pge": "passage", "pkg": "parking", "ple": "passerelle", "pnt": "pointe", "prom": "promenade",
    "pta": "petite allee", "pte": "porte", "ptr": "petite rue", "ptte": "placette", "pvr": "parvis",
    "qrt": "quartier", "qu": "quai", "q": "quai", "rdl": "raidillon", "rpe": "rampe", "ruet": "ruette",
    "rtd": "rotonde", "squ": "square", "std": "stade", "trab": "traboule", "trt": "tertre", "tsse": "terrasse",
    "vall": "vallon", "vc": "voie communale", "vch": "vieux chemin", "vche": "vieux chemin", "ven": "venelle",
    "viad": "viaduc", "vte": "vieille route", "zac": "zone amenagement concerte",
    "zone d amenagement concerte": "zone amenagement concerte",
}  # fmt: skip
"""Kinds of street beside those of ``recherche.engines.voies.TYPES_VOIE``, abbreviated -> in full."""
MOTS: Final = {
    "anc": "ancien", "ctre": "centre", "crx": "croix", "enfts": "enfants", "gde": "grande", "gdes": "grandes",
    "gd": "grand", "gds": "grands", "ht": "haut", "hte": "haute", "hts": "hauts", "htes": "hautes", "mt": "mont",
    "nd": "notre dame", "nve": "neuve", "regt": "regiment", "ss": "sous", "st": "saint", "ste": "sainte",
    "sts": "saints", "stes": "saintes", "chat": "chateau", "egl": "eglise", "hop": "hopital", "ind": "industriel",
    "intal": "international", "jn": "jean", "ptt": "petit", "pt": "petit", "rep": "republique", "res": "resistance",
    "univ": "universite", "frs": "freres", "col": "colonel", "chev": "chevalier", "mqs": "marquis",
    "mqse": "marquise",
}  # fmt: skip
"""Words of a name, abbreviated -> in full."""
_TITRES: Final = (
    "general gal gen gl", "marechal mal ml", "colonel col lcl", "commandant cdt cmdt", "capitaine cpt cne cap",
    "lieutenant lt lnt lnant", "adjudant adj", "sergent sgt", "caporal cal", "aspirant", "soldat", "officier",
    "amiral am", "brigadier", "aviateur", "docteur dr doct", "professeur prof pr", "president pdt pres", "ministre",
    "depute", "senateur", "maire", "prefet", "abbe", "chanoine chne", "cardinal cdl", "monseigneur mgr", "cure",
    "eveque", "pasteur", "archeveque", "pape", "soeur sr", "mere",
)  # fmt: skip
_CIVILITES: Final = "madame mme monsieur m mademoiselle mlle maitre me"
TITRES_DE_VOIE: Final = {ecrit: titre.split()[0] for titre in _TITRES for ecrit in titre.split()} | dict.fromkeys(
    _CIVILITES.split(), ""
)
"""Title before a name, in full or abbreviated -> in full: two that differ are two people, "" goes with all."""
_CARDINAUX: Final = {
    "zero": 0, "un": 1, "une": 1, "premier": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7,
    "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16,
    "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
}  # fmt: skip
_RADICAUX: Final = {"cinq": "cinqu", "neuf": "neuv"}
_ORDINAUX: Final = {
    f"{_RADICAUX.get(mot, mot.removesuffix('e'))}ieme": nombre for mot, nombre in _CARDINAUX.items() if nombre > 1
}
NOMBRES: Final = {**_CARDINAUX, **_ORDINAUX, "premiere": 1}
"""Numbers as words, cardinal and ordinal."""
MULTIPLES: Final = {"cent": 100, "cents": 100, "mille": 1000, "mil": 1000}
MOIS_PLIES: Final = frozenset(map(plier, MOIS))
_PRENOMS: Final = """
    abel achille adele adolphe adrien agnes aime alain albert alexandre alexis alfred alice aline alphonse
    ambroise amedee anatole andre ange angele anna anne anselme antoine antoinette antonin ariane aristide
    armand arnaud arsene arthur auguste augustin aurelien baptiste barthelemy basile bastien benjamin benoit
    bernard berthe bertrand blaise boris bruno camille catherine cecile celestin cesar charles charlotte
    chretien christian christine christophe claire claude clement colette constant constantin cyprien cyrille
    damien daniel david delphine denis desire diane didier dominique dorothee edgar edith edmond edouard elie
    elisabeth elisee elsa emile emilie emmanuel eric ernest etienne eugene eugenie eva evariste fabien felicien
    felix ferdinand fernand firmin florent florian francis francois francoise frederic gabriel gabrielle gaetan
    gaspard gaston genevieve george georges georgette gerard germain germaine ghislain gilbert gilles guillaume
    gustave guy hector helene henri henriette henry herve hilaire hippolyte honore hubert hugues humbert ignace
    irene isaac isabelle isidore jacqueline jacques james jean jeanne jeremie jerome joachim joel john joseph
    josephine jules julie julien juliette just justin laurent lazare lea leo leon leonard leonie leopold louis
    louise lucie lucien lucienne ludovic madeleine magdeleine marc marceau marcel marcelin marcelle marcellin
    marguerite maria marianne marie marius marthe martial martin mathieu mathilde matthieu maurice max maxime
    maximilien melanie michel michele mickael narcisse nathalie nelson nestor nicolas nicole noel norbert octave
    odette odile olga olivier olympe oscar pascal patrice patrick paul paule paulette pauline philibert philippe
    pierre prosper rachel raoul raphael raymond raymonde regis reine remi remy rene renee richard robert roger
    roland romain rosa rose sabine salvador salvatore samuel sarah sebastien serge simon simone solange sophie
    stanislas stephane suzanne sylvain sylvestre sylvie theodore theophile therese thierry thomas timothee
    tristan ulysse urbain valentin valentine valery veronique victoire victor vincent virginie vladimir walter
    william xavier yann yves yvette yvon yvonne
"""
PRENOMS: Final = frozenset(_PRENOMS.split())
"""First names that French streets often bear (INSEE, « fichier des prénoms », for the frequent ones)."""
