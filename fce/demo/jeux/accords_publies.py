"""Published company agreements: DILA's archive, one XML per agreement, and the list of removals."""

from datetime import date, timedelta
from xml.sax.saxutils import escape

from fce.demo.activites import SANS_CONVENTION
from fce.demo.jeux.fichiers import en_tar_gz, gabarit
from fce.demo.jeux.monde import VEDETTE, Monde, idcc, naf
from fce.demo.jeux.relations import THEMES, Accord
from fce.sources.catalogue.dila.accords_publies.lecture import CHAMPS

DUREE_INDETERMINEE = date(2999, 12, 31)
_PUBLIES = 0.6
_RETIRES = 0.01
_SYNDICATS = ("CFDT", "CGT", "CGT-FO", "CFE-CGC", "CFTC", "UNSA", "SOLIDAIRES")

_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<TEXTE_ACCO>
<META><META_COMMUN>{commun}</META_COMMUN><META_SPEC><META_ACCO>{acco}<ADRESSE_POSTALE>{adresse}</ADRESSE_POSTALE>\
<THEMES>{themes}</THEMES><SYNDICATS>{syndicats}</SYNDICATS></META_ACCO></META_SPEC></META>
</TEXTE_ACCO>
"""


def accords_publies(monde: Monde, accords: list[Accord]) -> bytes:
    """Return the archive. Published agreements are a part of D@ccord's, under the same number."""
    archive: dict[str, bytes] = {}
    retires = []
    racine = f"{monde.arrete:%Y%m%d}-063142"
    publies = [a for a in accords if a.siret.startswith(VEDETTE) or monde.alea("acco", a.numero).random() < _PUBLIES]
    for rang, accord in enumerate(publies, start=1):
        identifiant = f"ACCOTEXT999{rang:09d}"
        chemin = f"{racine}/acco/global/ACCO/TEXT/00/99/{rang // 10_000:02d}/{rang // 100 % 100:02d}/{identifiant}.xml"
        if not accord.siret.startswith(VEDETTE) and monde.alea("acco-retrait", accord.numero).random() < _RETIRES:
            retires.append(chemin.removeprefix(f"{racine}/"))
        else:
            archive[chemin] = _document(monde, accord, identifiant).encode()
    archive[f"{racine}/liste_suppression_acco.dat"] = "".join(f"{chemin}\n" for chemin in retires).encode()
    return en_tar_gz(archive, monde.calendrier.jour)


def _document(monde: Monde, accord: Accord, identifiant: str) -> str:
    alea, unite = monde.alea("acco-texte", accord.numero), monde.unites[accord.siret[:9]]
    etablissement = next(e for e in unite.etablissements if e.siret == accord.siret)
    convention, libelles = idcc(etablissement), [THEMES[theme] for theme in accord.themes]
    syndicats = sorted(alea.sample(_SYNDICATS, alea.randint(1, 3)))
    terme = date(accord.signature.year + alea.randint(1, 3), 12, 31) if alea.random() > 0.4 else DUREE_INDETERMINEE
    depot = min(accord.signature + timedelta(days=alea.randint(1, 12)), monde.arrete)
    publication = min(depot + timedelta(days=14), monde.arrete)
    faits = {
        **monde.identite(etablissement),
        "id": identifiant,
        "nature": "ACCORD",
        "titre": f"Accord relatif à : {', '.join(libelles)}",
        "numero": accord.numero,
        "unite_signataire": "U",
        "date_mise_a_jour": publication,
        "date_depot": depot,
        "date_texte": accord.signature,
        "date_effet": accord.signature.replace(day=1) + timedelta(days=32),
        "date_fin": terme,
        "date_diffusion": publication,
        "code_ape": naf(etablissement).replace(".", ""),
        "idcc": "" if convention == SANS_CONVENTION else convention,
        "integral": alea.random() < 0.8,
        "secteur": "PRIVE",
    }
    (valeurs,) = gabarit("accords-publies").enregistrements([faits])
    return _DOCUMENT.format(
        commun="".join(_balise(nom, valeurs[nom]) for nom in ("ID", "NATURE")),
        acco="".join(_balise(nom, valeurs[nom]) for nom in CHAMPS),
        adresse="".join(_balise(nom, valeurs[nom]) for nom in ("CODE_POSTAL", "VILLE")),
        themes="".join(f"<THEME>{_balise('LIBELLE', libelle)}</THEME>" for libelle in libelles),
        syndicats="".join(f"<SYNDICAT>{_balise('LIBELLE', nom)}</SYNDICAT>" for nom in syndicats),
    )


def _balise(nom: str, valeur: str) -> str:
    return f"<{nom}>{escape(valeur)}</{nom}>"
