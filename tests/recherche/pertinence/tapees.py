"""What is typed in the box and understood: activities, towns, numbers cut short, people being typed, addresses.

The same companies as ``cas``, and read in place as they are.
"""

from tests.recherche.pertinence.cas import Cas

_PAR_CLASSE: dict[str, list[tuple[str, str]]] = {
    "activite": [
        ("51.22Z", "318516457"), ("3522z", "444786511"), ("47.11F", "428268023"), ("65.11Z", "538611286"),
        ("1320Z", "340143916"), ("52.24A", "541780193"), ("47.11a", "421098088"), ("24.42Z", "531020071"),
        ("9601A", "343234142"), ("11.07A", "810727412"), ("20.16Z", "420611386"), ("27.52z", "303663462"),
    ],
    "activite et lieu": [
        ("boulanger dijon", "530758333"), ("boulangerie à grenoble", "828867697"), ("boulangerie nantes", "828869172"),
        ("Boulangerie Reims", "819886854"), ("boulangeries lille", "825067051"), ("boulangerie biarritz", "503061707"),
        ("boulangerie perpignan", "532010949"), ("boulangerie antony", "828787291"), ("boulanger pantin", "824898027"),
        ("charcuterie Lagny-sur-Marne", "489296186"), ("fromagerie paris 12", "828887927"),
        ("maraîcher arles", "408396281"), ("maraicher metz", "828931378"), ("viticulteur carpentras", "828867184"),
        ("viticulture beaune", "828925784"), ("chaudronnerie la roche sur yon", "824164347"),
        ("terrassement antibes", "823502604"), ("terrassement orléans", "824422422"),
        ("boulangerie chartres", "828892778"), ("boulangerie saint brieuc", "823723259"),
        ("fromagerie cantal", "498161728"), ("charcuterie moselle", "478264914"),
        ("terrassement haute-marne", "828901462"),
    ],
    "nom et lieu": [
        ("adrexo à sète", "315549352"), ("burger king aux ulis", "950026914"), ("pacha 49", "828888206"),
        ("decor discount 30", "344335369"), ("croix rouge calvados", "775672272"), ("zolpan nord est 68", "380520783"),
    ],
    "numero coupe": [
        ("31554935", "315549352"), ("380 129 86", "380129866"), ("38259782", "382597821"), ("3486074", "348607417"),
        ("SIREN 775 672 27", "775672272"), ("00572078", "005720784"), ("05480654", "054806542"),
        ("95450974", "954509741"),
        ("315549352 0001", "315549352"), ("3801298661234", "380129866"),
    ],
    "dirigeant tape": [
        ("solange tourneb", "900000101"), ("tournebride sol", "900000101"), ("marie tournebri", "900000101"),
        ("etienne vass", "900000101"), ("vasseli", "900000101"), ("etienne tourn", "900000102"),
        ("lecoustr", "900000102"), ("hippolyte quesn", "900000104"), ("quesno", "900000104"),
        ("rozenn le gall", "900000104"),
    ],
    "adresse et numero": [
        ("48 rue de la cloche fontainebleau", "470801168"), ("15 av valparc habsheim", "333720597"),
        ("9 rue jules labat bayonne", "420745721"), ("12 place jean mermoz chatillon", "824634042"),
        ("17 allée alan turing aubière", "752571281"), ("23 avenue georges pompidou sainte-maxime", "807878327"),
        ("2 rue des romains lezignan corbieres", "795368661"), ("17 rue roger salengro caudry", "825063332"),
        ("16 rue azalais de portiragnes beziers", "828850016"), ("52 rue carnot 84000", "827606484"),
        ("77 rue hoche malakoff", "828869719"), ("235 rue jean carmet montpellier", "825072978"),
        ("1 avenue du champ de mars orléans", "824912059"), ("150 rue isaac newton aix-en-provence", "825081896"),
    ],
}  # fmt: skip
TAPEES = tuple(Cas(classe, requete, siren) for classe, cas in _PAR_CLASSE.items() for requete, siren in cas)
