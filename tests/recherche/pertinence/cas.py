"""Relevance cases: what a person types, and the company meant. Names and SIRENs of real companies are public facts."""

from typing import NamedTuple


class Cas(NamedTuple):
    """``requete`` must bring ``siren`` first."""

    classe: str
    requete: str
    siren: str


_PAR_CLASSE: dict[str, list[tuple[str, str]]] = {
    "exact": [
        ("adrexo", "315549352"), ("orange", "380129866"), ("nespresso france", "382597821"), ("alten", "348607417"),
        ("besson chaussures", "304318454"), ("m6 publicite", "340949031"), ("as 24", "347538043"),
        ("boulangeries paul", "403052111"), ("croix rouge francaise", "775672272"), ("groupe nice-matin", "807856596"),
        ("euromaster france", "392527404"), ("la clairvoyance", "443905609"), ("C+", "828872994"),
        ("centre hospitalier universitaire d'angers", "264900036"), ("YOU & MR. JONES SAS", "812668408"),
    ],
    "accents": [
        ("Crédit Lyonnais", "954509741"), ("crédit agricole alpes provence", "381976448"),
        ("société marseillaise de crédit", "054806542"), ("Département de la Seine-Maritime", "227605409"),
        ("forézienne d’entreprises", "317803443"), ("crédit moderne océan indien", "333353944"),
        ("Étoile Protection", "825074859"), ("ÉCOLE MILITAIRE", "825075526"), ("Ｏｒａｎｇｅ", "380129866"),
        ("Établissements Decayeux", "005720784"), ("Isère Véranda", "819960949"), ("mystères du lac", "825042047"),
    ],
    "sigle": [
        ("lcl", "954509741"), ("saemes", "317032993"), ("cmoi", "333353944"), ("progeco", "319014619"),
        ("amseaa", "317528008"), ("acebtp", "413975632"), ("sherpas", "394195994"), ("sorimat", "408603793"),
        ("stmi", "517774022"), ("lrhfhm", "378549414"), ("sovalef", "391786696"), ("coextim", "327657169"),
        ("comadim", "337953459"), ("ffea", "305240376"),
    ],
    "pointe": [
        ("S.O.V.A.L.E.F.", "391786696"), ("E.T.G.", "024044232"), ("AMSEAA MECS", "317528008"),
        ("evas electricite", "828903864"),
        ("s e m c a d d", "500556071"), ("SEMCADD", "500556071"), ("f.f.e.a.", "305240376"), ("VMR", "828477257"),
        ("cetm", "828935924"), ("bosch rexroth dsi", "440233864"), ("R.S.2.I", "409555737"),
        ("vtt duras loisirs", "828899534"),
    ],
    "faute": [
        ("societe marseilaise de credit", "054806542"), ("forezienne d'entreprizes", "317803443"),
        ("centre hospitalier univeristaire angers", "264900036"), ("nantes metropole habitaat", "274400027"),
        ("culinaire des pays de l'adoour", "392649059"), ("croix rouge francaize", "775672272"),
        ("groupe nice matain", "807856596"), ("departement de la seine maritme", "227605409"),
        ("architecture rouquete vidal", "390920833"), ("promotion gestion contener", "319014619"),
        ("nespreso france", "382597821"), ("adrexxo", "315549352"), ("bolore ports france", "541780193"),
        ("randstat inhouse services", "304577588"), ("credit lyonais", "954509741"), ("euromastre france", "392527404"),
        ("campenon bernrad construction", "341972156"), ("thierache trans alimant", "424019412"),
        ("gemey maybeline garnier", "339419962"), ("brasserie bellenart", "824167787"),
        ("soudure tuyauterei maintenance", "517774022"),
        ("interiolux", "828551804"), ("plainorison", "828926261"), ("culturespacs", "378955116"),
    ],
    "ordre": [
        ("france nespresso", "382597821"), ("publicité m6", "340949031"), ("chaussures besson", "304318454"),
        ("alpes provence credit agricole", "381976448"), ("ports bolloré france", "541780193"),
        ("verts espaces optimum", "399603471"), ("bernard campenon", "341972156"),
        ("robin guy transports", "301852026"),
        ("finance ornay", "389984279"), ("menuiseries lcm", "807596564"), ("froid branca", "420980534"),
    ],
    "debut": [
        ("nespresso fr", "382597821"), ("bosch rexr", "440233864"), ("campenon ber", "341972156"),
        ("culturesp", "378955116"),
        ("sodexo sante med", "338253081"), ("thierache tra", "424019412"),
        ("caisse epargne prevoyance cote d'az", "384402871"),
        ("groupe nice-mat", "807856596"), ("brasserie bellen", "824167787"), ("multibur", "345250153"),
        ("altrad plettac mef", "411010424"), ("nantes metropole hab", "274400027"),
    ],
    "pluriel": [
        ("boulangerie paul", "403052111"), ("transport guy robin", "301852026"),
        ("amenagement et paysage du sud", "828926758"),
        ("optimum espace vert", "399603471"), ("besson chaussure", "304318454"),
        ("service hotelier et restauration", "394195994"),
        ("lcm menuiserie", "807596564"), ("societe europeenne de selections", "722038361"),
        ("mystere du lac", "825042047"),
        ("etablissement decayeux", "005720784"), ("fourniture technique industrie", "333361988"),
    ],
    "elision": [
        ("comité d'établissement air france", "483556544"), ("comite detablissement air france", "483556544"),
        ("l'amandon du soleil", "452293954"), ("lamandon du soleil", "452293954"),
        ("culinaire des pays de l'adour", "392649059"),
        ("les jardins de lostiere", "828929729"), ("les jardins de l’ostière", "828929729"),
        ("groupama doc", "391851557"),
        ("groupama d'oc", "391851557"), ("brinks reunion", "321834871"), ("L'intégrale d'agencement", "453804726"),
        ("haut'aile", "753828813"), ("jard ain rhone", "828935056"),
    ],
    "esperluette": [
        ("dyb & compagnie", "301096947"), ("prestige et collections international", "334171113"),
        ("bagages et maroquinerie francaise", "502135049"), ("art & the", "821432259"),
        ("o four & o moulin", "828895599"),
    ],
    "juridique": [
        ("SARL Branca Froid", "420980534"), ("branca froid", "420980534"), ("optimum espaces verts sarl", "399603471"),
        ("SAS architecture rouquette vidal", "390920833"), ("lasies", "572216422"), ("sci alcester", "411989551"),
        ("alcester", "411989551"), ("ossard", "403677461"), ("gaec agree d'atton", "388888323"),
    ],
    "enseigne": [
        ("decor discount", "344335369"), ("cash viandes", "304708456"), ("teddy's bar", "824799183"),
        ("le fournil d'iraty", "503061707"), ("prisca coiffure", "827621111"), ("bulldog bar versailles", "808691083"),
        ("la civette des trois rois", "802237156"), ("audition laennec", "453057226"),
        ("pichot isolation", "484134366"),
        ("maison massepain", "823973417"), ("akoher travaux", "828928739"), ("le fournil d'alain", "823723259"),
    ],
    "adresse": [
        ("4662 rue de la belle croix bailleul", "824167787"), ("2459 route de bras le val", "433900917"),
        ("112 rue anatole france villeurbanne", "379313067"), ("27 boulevard emile borel saint affrique", "390920833"),
        ("50 bd de la liane", "807596564"), ("6 chemin des mielles", "828892554"),
        ("5317 rue raoul follereau", "384324513"),
        ("12 rue du wolfley illkirch", "828887182"),
        ("23 rue des charpentiers roubaix", "400700696"), ("67 boulevard deltour toulouse", "441921913"),
    ],
    "commune": [
        ("adrexo sete", "315549352"), ("yintang le moule", "822659041"), ("pacha angers", "828888206"),
        ("boulangeries paul marcq en baroeul", "403052111"), ("ad vitam paris 11", "400429494"),
        ("zolpan nord est colmar", "380520783"),
        ("decor discount nîmes", "344335369"), ("burger king les ulis", "950026914"), ("croix rouge caen", "775672272"),
        ("sead saint jean le blanc", "828586941"), ("gaba montussan", "809986607"),
        ("mg services paris 12", "828884742"),
    ],
    "departement": [
        ("pacha maine-et-loire", "828888206"), ("luquet pyrénées-atlantiques", "790844294"),
        ("abeille taxi 92", "817581804"),
        ("optimum espaces verts haute-garonne", "399603471"), ("branca froid corse", "420980534"),
        ("brasserie bellenaert hauts de france", "824167787"), ("kadouarn bretagne", "828890327"),
    ],
}  # fmt: skip
# INSEE's samples hold no natural person: these are invented, and indexed with them.
PERSONNES = (
    ("900000001", "MARCHANDEAU", "LYSIANE", "VERQUIN", "59350", "LILLE"),
    ("900000002", "MARCHANDEAU", "GUSTAVE", None, "59350", "LILLE"),
    ("900000003", "DE LA VILLEMARTIN", "ANNE-SOPHIE", None, "35238", "RENNES"),
    ("900000004", "LE GOUEZEC", "JEAN-YVES", None, "29019", "BREST"),
    ("900000005", "OUMELLAL", "NOÉ", None, "13055", "MARSEILLE"),
    ("900000006", "GUSTAVE", "MARCHANDEAU", None, "75056", "PARIS"),
)
_PAR_CLASSE["personne"] = [
    ("Lysiane Marchandeau", "900000001"), ("marchandeau lysiane", "900000001"), ("lysiane verquin", "900000001"),
    ("verquin lysiane lille", "900000001"), ("gustave marchandeau lille", "900000002"),
    ("anne sophie de la villemartin", "900000003"), ("villemartin anne-sophie", "900000003"),
    ("le gouezec jean yves", "900000004"), ("jean-yves le gouézec brest", "900000004"), ("noe oumellal", "900000005"),
    ("oumelal noé", "900000005"), ("marchandeau gustave paris", "900000006"), ("lysiane marchand", "900000001"),
]  # fmt: skip

# Invented too: (siren, name, INSEE code and name of the commune, facts of other sources), as in their declarations.
_MAIRE = {"mandat": "Conseiller municipal", "fonction": "Maire"}
SOCIETES: tuple[tuple[str, str, str, str, tuple[tuple[str, dict[str, str]], ...]], ...] = (
    (
        "900000101",
        "ATELIERS DU HAUT PLATEAU",
        "59350",
        "LILLE",
        (
            ("rne_dirigeants", {"nom": "TOURNEBRIDE", "prenoms": "SOLANGE MARIE", "qualite": "Gérant"}),
            ("rne_dirigeants", {"nom": "VASSELIN", "prenoms": "ETIENNE"}),
            ("idcc_etablissements", {"siret": "90000010100015", "idcc": "1486"}),
            ("rge", {"siret": "90000010100015"}),
        ),
    ),
    (
        "900000102",
        "COMPTOIR DES TROIS RIVIERES",
        "29019",
        "BREST",
        (
            ("rne_dirigeants", {"nom": "TOURNEBRIDE", "prenoms": "ETIENNE"}),
            ("rne_dirigeants", {"nom": "D'AULNOY-FERRAND", "prenoms": "MARIE-ANGE", "nom_usage": "LECOUSTRE"}),
            ("idcc_etablissements", {"siret": "90000010200015", "idcc": "1486"}),
            ("ess", {}),
        ),
    ),
    ("900000103", "TOURNEBRIDE ET FILS", "59350", "LILLE", ()),
    (
        "900000104",
        "COMMUNE DE VALBRENNE",
        "35238",
        "RENNES",
        (
            ("elus", {"nom": "QUESNOIS", "prenom": "Hippolyte", **_MAIRE}),
            ("elus", {"nom": "LE GALLOUDEC", "prenom": "Rozenn", "mandat": "Conseiller municipal"}),
        ),
    ),
)
_PAR_CLASSE["dirigeant"] = [
    ("solange tournebride", "900000101"), ("Tournebride Solange", "900000101"), ("TOURNEBRIDE marie", "900000101"),
    ("etienne tournebride", "900000102"), ("étienne vasselin", "900000101"), ("vasselin", "900000101"),
    ("tournebride solange lille", "900000101"), ("etienne tournebride brest", "900000102"),
    ("marie ange d'aulnoy ferrand", "900000102"), ("lecoustre marie-ange", "900000102"), ("lecoustre", "900000102"),
    ("solange tournebrid", "900000101"), ("etiene vasselin", "900000101"),
    # The company of that name before the people who bear it.
    ("tournebride", "900000103"), ("tournebride et fils", "900000103"),
]  # fmt: skip
_PAR_CLASSE["elu"] = [
    ("hippolyte quesnois", "900000104"), ("Quesnois Hippolyte", "900000104"), ("quesnois", "900000104"),
    ("rozenn le galloudec", "900000104"), ("galloudec rozenn", "900000104"), ("hippolyte quesnois rennes", "900000104"),
]  # fmt: skip
FILTRES: tuple[tuple[str, frozenset[str]], ...] = (
    ("idcc=1486", frozenset({"900000101", "900000102"})),
    ("idcc=1486&departement=29", frozenset({"900000102"})),
    ("idcc=1486&idcc=0044&commune=59350", frozenset({"900000101"})),
    ("label=rge", frozenset({"900000101"})),
    ("label=rge&label=ess", frozenset({"900000101", "900000102"})),
    ("label=ess&q=comptoir", frozenset({"900000102"})),
    ("label=rge&departement=29", frozenset()),
    ("dirigeant=etienne tournebride", frozenset({"900000102"})),
    ("dirigeant=tournebride", frozenset({"900000101", "900000102"})),
    ("dirigeant=tournebride&idcc=1486&region=32", frozenset({"900000101"})),
    ("dirigeant=quesnois hippolite", frozenset({"900000104"})),
    ("dirigeant=solange vasselin", frozenset()),
)
"""Filters that other sources feed: address of the query, companies found."""

CAS = tuple(Cas(classe, requete, siren) for classe, cas in _PAR_CLASSE.items() for requete, siren in cas)
