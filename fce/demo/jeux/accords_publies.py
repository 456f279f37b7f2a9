"""Published company agreements: DILA's archive, one XML per agreement, and the list of removals."""

from datetime import date, timedelta
from xml.sax.saxutils import escape

from fce.demo.jeux.conventions import SANS_CONVENTION, idcc
from fce.demo.jeux.monde import VEDETTE, Monde, naf, nom
from fce.demo.jeux.relations import THEMES, Accord

DUREE_INDETERMINEE = date(2999, 12, 31)
_PUBLIES = 0.6
_RETIRES = 0.01
_SYNDICATS = ("CFDT", "CGT", "CGT-FO", "CFE-CGC", "CFTC", "UNSA", "SOLIDAIRES")

_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<TEXTE_ACCO>
<META>
<META_COMMUN><ID>{id}</ID><ANCIEN_ID/><ORIGINE>ACCO</ORIGINE><URL>{url}</URL><NATURE>ACCORD</NATURE></META_COMMUN>
<META_SPEC><META_ACCO>
<TITRE_TXT>{titre}</TITRE_TXT><DOCUMENT_BUREAUTIQUE/><NUMERO>{numero}</NUMERO><SIRET>{siret}</SIRET>\
<CODE_UNITE_SIGNATAIRE>U</CODE_UNITE_SIGNATAIRE>
<DATE_MAJ>{publication}</DATE_MAJ><DATE_DEPOT>{depot}</DATE_DEPOT><DATE_TEXTE>{texte}</DATE_TEXTE>\
<DATE_EFFET>{effet}</DATE_EFFET><DATE_FIN>{fin}</DATE_FIN><DATE_DIFFUSION>{publication}</DATE_DIFFUSION>
<CODE_APE>{ape}</CODE_APE><CODE_IDCC>{idcc}</CODE_IDCC><RAISON_SOCIALE>{nom}</RAISON_SOCIALE>\
<CONFORME_VERSION_INTEGRALE>{integrale}</CONFORME_VERSION_INTEGRALE><SECTEUR>PRIVE</SECTEUR>
<ADRESSE_POSTALE><CODE_POSTAL>{code_postal}</CODE_POSTAL><VILLE>{ville}</VILLE></ADRESSE_POSTALE>
<THEMES>{themes}</THEMES><SYNDICATS>{syndicats}</SYNDICATS>
</META_ACCO></META_SPEC>
</META>
</TEXTE_ACCO>
"""


def membres(monde: Monde, signes: list[Accord]) -> dict[str, bytes]:
    """Return {path: bytes} of the archive. Published agreements are a part of D@ccord's, under the same number."""
    archive: dict[str, bytes] = {}
    retires = []
    racine = f"{monde.arrete:%Y%m%d}-063142"
    publies = [a for a in signes if a.siret.startswith(VEDETTE) or monde.alea("acco", a.numero).random() < _PUBLIES]
    for rang, accord in enumerate(publies, start=1):
        identifiant = f"ACCOTEXT999{rang:09d}"
        chemin = f"{racine}/acco/global/ACCO/TEXT/00/99/{rang // 10_000:02d}/{rang // 100 % 100:02d}/{identifiant}.xml"
        if not accord.siret.startswith(VEDETTE) and monde.alea("acco-retrait", accord.numero).random() < _RETIRES:
            retires.append(chemin.removeprefix(f"{racine}/"))
        else:
            archive[chemin] = _document(monde, accord, identifiant).encode()
    archive[f"{racine}/liste_suppression_acco.dat"] = "".join(f"{chemin}\n" for chemin in retires).encode()
    return archive


def _document(monde: Monde, accord: Accord, identifiant: str) -> str:
    alea, unite = monde.alea("acco-texte", accord.numero), monde.unites[accord.siret[:9]]
    etablissement = next(e for e in unite.etablissements if e.siret == accord.siret)
    lieu, convention = monde.lieu(etablissement), idcc(etablissement)
    libelles = [THEMES[i][2] for i in accord.themes]
    syndicats = sorted(alea.sample(_SYNDICATS, alea.randint(1, 3)))
    terme = date(accord.signature.year + alea.randint(1, 3), 12, 31) if alea.random() > 0.4 else DUREE_INDETERMINEE
    depot = min(accord.signature + timedelta(days=alea.randint(1, 12)), monde.arrete)
    valeurs = {
        "id": identifiant,
        "url": f"acco/global/ACCO/TEXT/{identifiant}.xml",
        "titre": f"Accord relatif à : {', '.join(libelles)}",
        "numero": accord.numero,
        "siret": accord.siret,
        "depot": str(depot),
        "texte": str(accord.signature),
        "effet": str(accord.signature.replace(day=1) + timedelta(days=32)),
        "fin": str(terme),
        "publication": str(min(depot + timedelta(days=14), monde.arrete)),
        "ape": naf(etablissement).replace(".", ""),
        "idcc": "" if convention == SANS_CONVENTION else convention,
        "nom": nom(unite),
        "integrale": "true" if alea.random() < 0.8 else "false",
        "code_postal": lieu.code_postal,
        "ville": lieu.nom,
    }
    propres = {cle: escape(valeur) for cle, valeur in valeurs.items()}
    themes = "".join(
        f"<THEME><CODE>{i + 1:02d}0</CODE><LIBELLE>{escape(THEMES[i][2])}</LIBELLE><GROUPE>{i + 1:02d}</GROUPE></THEME>"
        for i in accord.themes
    )
    signataires = "".join(f"<SYNDICAT><LIBELLE>{s}</LIBELLE></SYNDICAT>" for s in syndicats)
    return _DOCUMENT.format(**propres, themes=themes, syndicats=signataires)
