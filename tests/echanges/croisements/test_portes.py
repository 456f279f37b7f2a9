"""Two hundred pairs of places that are one, two hundred that are two, by kind of writing (E7): none is missed by its
sign, none is told for more than the page says.

The writings are those of files and letters, taken from French streets and not from the tables of the rule. The seed is
drawn at each run and printed; ``FCE_GRAINE=n`` plays one again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random, SystemRandom
from typing import Any, Final

from fce.echanges.croisements.adresses import lieux_de
from fce.echanges.croisements.recherche import croisements_de
from fce.echanges.vocabulaire import Signe
from tests.donnees.entreprises.fabrique import lieu, lieux, siren_no, successions, unite, unites
from tests.droits.comptes import fabrique as c
from tests.echanges.visites import fabrique as v

CAS: Final = 200
Rue = tuple[str, ...]
Deux = tuple[dict[str, Any], dict[str, Any]]

# Each tuple: ways to write one name.
TITRES: Final[tuple[Rue, ...]] = (
    ("DU GENERAL LECLERC", "GAL LECLERC", "DU GEN LECLERC", "du Général-Leclerc", "LECLERC"),
    ("DU MARECHAL FOCH", "MAL FOCH", "du Maréchal Foch", "FOCH"),
    ("DU DOCTEUR SCHWEITZER", "DR SCHWEITZER", "DU DR. SCHWEITZER", "du Dr Albert Schweitzer"),
    ("DU COMMANDANT CHARCOT", "CDT CHARCOT", "DU CMDT CHARCOT", "Charcot"),
    ("DU PRESIDENT WILSON", "PDT WILSON", "DU PDT WILSON", "WILSON"),
    ("DU CAPITAINE DREYFUS", "CAP DREYFUS", "DU CNE DREYFUS"),
    ("DU COLONEL FABIEN", "COL FABIEN", "du Colonel Fabien"),
    ("DU LIEUTENANT COLAS", "LT COLAS", "Lieutenant Colas"),
    ("DU PROFESSEUR CALMETTE", "PR CALMETTE", "du Pr Calmette", "PROF CALMETTE"),
    ("DE L ABBE LEMIRE", "ABBE LEMIRE", "de l'abbé Lemire"),
    ("MONSEIGNEUR PIERRARD", "MGR PIERRARD", "de Mgr Pierrard"),
    ("SAINT MARTIN", "ST MARTIN", "St-Martin", "SAINT-MARTIN"),
    ("SAINTE CATHERINE", "STE CATHERINE", "Ste-Catherine"),
    ("DE L AMIRAL COURBET", "AMIRAL COURBET", "de l’Amiral-Courbet"),
    ("DU SERGENT BLANDAN", "SGT BLANDAN", "du Sergent Blandan"),
)
PRENOMS: Final[tuple[Rue, ...]] = (
    ("JEAN JAURES", "JAURES", "Jean-Jaurès"),
    ("VICTOR HUGO", "HUGO", "Victor-Hugo"),
    ("ARISTIDE BRIAND", "BRIAND"),
    ("EMILE ZOLA", "ZOLA", "Émile Zola"),
    ("ANATOLE FRANCE", "ANATOLE-FRANCE"),
    ("JEAN BAPTISTE LEBAS", "LEBAS", "Jean-Baptiste Lebas"),
    ("ROGER SALENGRO", "SALENGRO"),
    ("LOUIS PASTEUR", "PASTEUR"),
    ("MARCEL SEMBAT", "SEMBAT"),
    ("PIERRE MENDES FRANCE", "MENDES FRANCE", "Mendès-France"),
)
INITIALES: Final[tuple[Rue, ...]] = (
    ("JEAN JAURES", "J JAURES", "J. JAURÈS"),
    ("VICTOR HUGO", "V HUGO", "V. Hugo"),
    ("ARISTIDE BRIAND", "A BRIAND", "A. Briand"),
    ("JEAN BAPTISTE LEBAS", "J B LEBAS", "J-B LEBAS", "J.B. Lebas"),
    ("ROGER SALENGRO", "R SALENGRO"),
    ("MARIE CURIE", "M CURIE", "M. Curie"),
    ("PAUL VAILLANT COUTURIER", "P VAILLANT COUTURIER", "P. Vaillant-Couturier"),
    ("DU GENERAL CHARLES DE GAULLE", "DU GAL C DE GAULLE", "GENERAL DE GAULLE", "CHARLES DE GAULLE"),
)
NOMBRES: Final[tuple[Rue, ...]] = (
    ("DU 11 NOVEMBRE 1918", "DU ONZE NOVEMBRE", "du 11-Novembre", "ONZE NOVEMBRE 1918"),
    ("DU 8 MAI 1945", "DU HUIT MAI 1945", "HUIT MAI", "8 mai 1945"),
    ("DU 14 JUILLET", "DU QUATORZE JUILLET", "QUATORZE-JUILLET"),
    ("DU 4 SEPTEMBRE", "DU QUATRE SEPTEMBRE"),
    ("DU 19 MARS 1962", "DU DIX NEUF MARS 1962", "DIX-NEUF MARS"),
    ("DU 1ER MAI", "DU PREMIER MAI", "1er mai"),
    ("DES 3 FRERES", "DES TROIS FRERES", "des Trois-Frères"),
    ("DES 4 VENTS", "DES QUATRE VENTS", "des Quatre-Vents"),
    ("DU 43E REGIMENT D INFANTERIE", "DU QUARANTE TROISIEME REGIMENT D INFANTERIE", "43 EME REGIMENT INFANTERIE"),
    ("DU 21 JUIN", "DU VINGT ET UN JUIN"),
    ("JEAN XXIII", "JEAN 23"),
    ("DES 1000 ARBRES", "DES MILLE ARBRES"),
)
ROUTES: Final[tuple[Rue, ...]] = (
    ("RN 17", "N17", "R.N. 17", "RTE NATIONALE 17", "ROUTE NATIONALE", "RTE NATIONALE N° 17", "N 17"),
    ("RD 643", "D643", "RTE DEPARTEMENTALE 643", "ROUTE DEPARTEMENTALE", "RTE D 643", "route départementale n°643"),
)
SANS_TYPE: Final[tuple[Rue, ...]] = (("",),)
NOMS: Final = ("DES LILAS", "DE LA REPUBLIQUE", "DU MOULIN", "DE LA GARE", "DES TILLEULS", "DE PARIS", "NEUVE", "HAUTE")
TYPES: Final[tuple[Rue, ...]] = (
    ("RUE", "R", "Rue"),
    ("AV", "AVENUE", "AVE", "Avenue"),
    ("BD", "BOULEVARD", "BLD", "BVD", "Boulevard"),
    ("CHE", "CHEMIN", "CHEM"),
    ("ALL", "ALLEE", "Allée"),
    ("PL", "PLACE"),
    ("IMP", "IMPASSE"),
    ("RTE", "ROUTE"),
    ("SQ", "SQUARE"),
    ("QUAI", "QU"),
    ("FG", "FAUBOURG", "FBG"),
    ("CRS", "COURS"),
)
VILLES: Final = (
    ("75056", [f"751{n:02}" for n in range(1, 21)]),
    ("69123", [f"6938{n}" for n in range(1, 10)]),
    ("13055", [f"132{n:02}" for n in range(1, 17)]),
)


def ecrite(alea: Random, numero: str, genres: Rue, nom: str, indices: Rue = ("",)) -> dict[str, Any]:
    """An address as one file or another writes it: in columns, or all in the name."""
    genre, indice = alea.choice(genres), alea.choice(indices)
    if indice and alea.random() < 0.5:
        numero, indice = f"{numero}{alea.choice(('', ' '))}{indice}", ""
    seul = numero.isdigit()
    match alea.randrange(3):
        case 0:
            numero = numero.zfill(alea.choice((1, 4))) if seul else numero
            return {"numero_voie": numero, "indice_repetition": indice, "type_voie": genre, "libelle_voie": nom}
        case 1:
            voie = f"{genre} {nom}".title() if alea.random() < 0.5 else f"{genre} {nom}"
            return {"numero_voie": numero, "indice_repetition": indice, "type_voie": None, "libelle_voie": voie}
        case _:
            voie = " ".join(mot for mot in (numero, indice, genre, nom) if mot)
            return {"numero_voie": None, "type_voie": None, "libelle_voie": voie}


def _numero(alea: Random) -> str:
    return str(alea.randint(2, 180))


def _noms(noms: tuple[Rue, ...], types: tuple[Rue, ...] = TYPES) -> Callable[[Random], Deux]:
    def faire(alea: Random) -> Deux:
        numero, genres = _numero(alea), alea.choice(types)
        une, autre = alea.sample(alea.choice(noms), 2)
        return ecrite(alea, numero, genres, une), ecrite(alea, numero, genres, autre)

    return faire


def types_de_voie(alea: Random) -> Deux:
    numero, genres, nom = _numero(alea), alea.choice(TYPES), alea.choice(NOMS)
    indices = alea.choice((("",), ("BIS", "bis", "B"), ("TER", "T", "ter")))
    return ecrite(alea, numero, genres, nom, indices), ecrite(alea, numero, genres, nom, indices)


def etendues(alea: Random) -> Deux:
    """« 12-14 » and 14, « 12 à 16 » and 14, the last number in its column or not."""
    debut, pas = alea.randint(2, 90), alea.choice((2, 4, 6))
    dedans = alea.choice(range(debut, debut + pas + 1, 2))
    genres, nom = alea.choice(TYPES), alea.choice(NOMS)
    une = ecrite(alea, f"{debut}{alea.choice(('-', '/', ' - ', ' A '))}{debut + pas}", genres, nom)
    if alea.random() < 0.3:
        une = {"numero_voie": str(debut), "dernier_numero_voie": str(debut + pas), "type_voie": genres[0]}
        une |= {"libelle_voie": nom}
    return une, ecrite(alea, str(dedans), genres, nom)


def arrondissements(alea: Random) -> Deux:
    ville, siens = alea.choice(VILLES)
    # A name for each case: all are in the same three cities.
    nom = "DES " + "".join(alea.choice("BCDFGHJKLMNPRSTZ") + alea.choice("AEOU") for _ in range(5))
    numero, genres, arrondissement = _numero(alea), alea.choice(TYPES), alea.choice(siens)
    une, autre = alea.sample((ville, arrondissement), 2)
    return ecrite(alea, numero, genres, nom) | {"code_commune": une}, (
        ecrite(alea, numero, genres, nom) | {"code_commune": autre}
    )


UNE_PORTE: Final[dict[str, Callable[[Random], Deux]]] = {
    "titres": _noms(TITRES),
    "prénoms": _noms(PRENOMS),
    "initiales": _noms(INITIALES),
    "nombres en lettres": _noms(NOMBRES),
    "routes": _noms(ROUTES, SANS_TYPE),
    "types de voie": types_de_voie,
    "étendues": etendues,
    "arrondissements": arrondissements,
}
"""Kinds of writing of one door; beside them, succession and same company."""


def _autres(couples: tuple[tuple[str, str], ...], types: tuple[Rue, ...] = TYPES) -> Callable[[Random], Deux]:
    def faire(alea: Random) -> Deux:
        numero, genres = _numero(alea), alea.choice(types)
        une, autre = alea.sample(alea.choice(couples), 2)
        return ecrite(alea, numero, genres, une), ecrite(alea, numero, genres, autre)

    return faire


def autre_numero(alea: Random) -> Deux:
    debut, genres, nom = alea.randint(2, 90), alea.choice(TYPES), alea.choice(NOMS)
    une, autre = alea.choice(
        (
            (str(debut), str(debut + alea.choice((1, 2, 10, 100)))),
            (f"{debut}-{debut + 2}", str(debut + 1)),
            (f"{debut}-{debut + 4}", str(debut + 6)),
            (str(debut), f"{debut} BIS"),
            (f"{debut} BIS", f"{debut} TER"),
            (str(debut), f"1{debut:03}"),
        )
    )
    return ecrite(alea, une, genres, nom), ecrite(alea, autre, genres, nom)


def autre_type(alea: Random) -> Deux:
    numero, nom = _numero(alea), alea.choice(NOMS)
    une, autre = alea.sample(TYPES, 2)
    return ecrite(alea, numero, une, nom), ecrite(alea, numero, autre, nom)


def autre_commune(alea: Random) -> Deux:
    numero, genres, nom = _numero(alea), alea.choice(TYPES), alea.choice(NOMS)
    une, autre = alea.choice((("92012", "75116"), ("69266", "69383"), ("59350", "59009"), ("13055", "13001")))
    return ecrite(alea, numero, genres, nom) | {"code_commune": une}, (
        ecrite(alea, numero, genres, nom) | {"code_commune": autre}
    )


def sans_numero(alea: Random) -> Deux:
    """Places that only a zone, a shopping centre or a hamlet names: near each other, and no door."""
    ecrits = alea.choice(
        (
            (("ZA", "DES PRES"), ("ZA", "DES PRES")),
            (("ZI", "NORD"), ("ZONE INDUSTRIELLE", "NORD")),
            ((None, "CENTRE COMMERCIAL GRAND LARGE"), ("CCAL", "GRAND LARGE")),
            ((None, "LE BOURG"), ("LD", "LE BOURG")),
            (("RUE", "DES LILAS"), ("RUE", "DES LILAS")),
        )
    )
    une, autre = ({"numero_voie": None, "type_voie": genre, "libelle_voie": nom} for genre, nom in ecrits)
    return une, autre


DEUX_PORTES: Final[dict[str, Callable[[Random], Deux]]] = {
    "autre titre": _autres((
        ("DE L ABBE GREGOIRE", "DU DOCTEUR GREGOIRE"), ("DU GENERAL LECLERC", "DU DOCTEUR LECLERC"),
        ("DU PRESIDENT ROUX", "DU PROFESSEUR ROUX"), ("DU MARECHAL FOCH", "DE L AMIRAL FOCH"), ("MAL FOCH", "GAL FOCH"),
        ("SAINT JEAN", "JEAN"), ("SAINT MARTIN", "SAINTE MARTINE"),
    )),
    "autre route": _autres(
        (("RN 17", "RN 43"), ("RN 17", "RD 17"), ("RTE NATIONALE", "RTE DEPARTEMENTALE"), ("D643", "RTE DE LILLE")),
        SANS_TYPE,
    ),
    "autre prénom": _autres((
        ("PIERRE CURIE", "MARIE CURIE"), ("PIERRE BROSSOLETTE", "CLAUDE BROSSOLETTE"), ("VICTOR HUGO", "LEOPOLD HUGO"),
        ("CAMILLE DESMOULINS", "LUCILE DESMOULINS"), ("JULES FERRY", "ANDRE FERRY"),
    )),
    "autre initiale": _autres((
        ("P CURIE", "MARIE CURIE"), ("V HUGO", "A HUGO"), ("D CASANOVA", "J CASANOVA"), ("L BLUM", "ANDRE BLUM"),
        ("J FERRY", "ANDRE FERRY"), ("A BRIAND", "JEAN BRIAND"),
    )),
    "autre nombre": _autres((
        ("DU 11 NOVEMBRE", "DU 8 MAI"), ("DU ONZE NOVEMBRE", "DU 12 NOVEMBRE"), ("DES 3 FRERES", "DES QUATRE FRERES"),
        ("JEAN XXIII", "JEAN XXII"), ("DU 1ER MAI", "DU HUIT MAI"), ("DU 43E REGIMENT", "DU 34E REGIMENT"),
    )),
    "autre nom": _autres((
        ("DU PONT", "DU PONT NEUF"), ("DES LILAS", "DES LILAS PROLONGEE"), ("DU MOULIN", "DU MOULIN A VENT"),
        ("HENRI IV", "HENRI BARBUSSE"), ("DE LA GARE", "DE L ANCIENNE GARE"), ("HAUTE", "BASSE"),
    )),
    "autre numéro": autre_numero,
    "autre type": autre_type,
    "autre commune": autre_commune,
    "sans numéro": sans_numero,
}  # fmt: skip


@dataclass
class Cas:
    """Two places, and the sign that must be told of them; None for none."""

    rang: int
    genre: str
    attendu: Signe | None
    lieux: list[dict[str, Any]] = field(default_factory=list)
    liens: list[dict[str, Any]] = field(default_factory=list)
    deux: tuple[str, str] = ("", "")

    def placer(self, *ecrites: dict[str, Any], meme_entreprise: bool = False) -> None:
        commune = {"code_commune": f"{20000 + self.rang}"}
        for n, ou in enumerate(ecrites):
            siren = siren_no(10 * self.rang + (0 if meme_entreprise else n) + 1)
            self.lieux.append(lieu(siren, n + 1, **commune | {"statut_diffusion": "O"} | ou))
        self.deux = (self.lieux[0]["siret"], self.lieux[-1]["siret"])


def _loin(alea: Random, combien: int) -> list[dict[str, Any]]:
    """Places that have nothing in common."""
    return [
        {"numero_voie": str(n + 1), "type_voie": "RUE", "libelle_voie": f"{nom} {n}"}
        for n, nom in enumerate(alea.sample(NOMS, combien))
    ]


def _lier(cas: Cas, *rangs: int) -> None:
    sirets = [cas.lieux[n]["siret"] for n in rangs]
    cas.liens += [{"siret_predecesseur": a, "siret_successeur": b} for a, b in pairwise(sirets)]


def vrais(alea: Random) -> Iterator[Cas]:
    genres = (*UNE_PORTE, "succession", "même entreprise")
    for rang in range(CAS):
        genre = genres[rang % len(genres)]
        if genre in UNE_PORTE:
            cas = Cas(rang, genre, Signe.ADRESSE)
            cas.placer(*UNE_PORTE[genre](alea))
        elif genre == "succession":
            cas = Cas(rang, genre, Signe.SUCCESSION)
            cas.placer(*_loin(alea, alea.randint(2, 4)))
            _lier(cas, *alea.choice((range(len(cas.lieux)), range(len(cas.lieux) - 1, -1, -1))))
        else:
            cas = Cas(rang, genre, Signe.ENTREPRISE)
            cas.placer(*_loin(alea, 2), meme_entreprise=True)
        yield cas


def faux(alea: Random) -> Iterator[Cas]:
    genres = (*DEUX_PORTES, "héritiers", "trop de reprises", "même entreprise, autre porte")
    for rang in range(CAS, 2 * CAS):
        genre = genres[rang % len(genres)]
        cas = Cas(rang, genre, None)
        if genre in DEUX_PORTES:
            cas.placer(*DEUX_PORTES[genre](alea))
        elif genre == "héritiers":
            cas.placer(*_loin(alea, 3))
            _lier(cas, 1, 0)
            _lier(cas, 1, 2)
        elif genre == "trop de reprises":
            cas.placer(*_loin(alea, 5))
            _lier(cas, *range(5))
        else:
            # Told as what it is, and no more: the same company, not the same door.
            cas.attendu = Signe.ENTREPRISE
            cas.placer(*DEUX_PORTES[alea.choice(list(DEUX_PORTES))](alea), meme_entreprise=True)
        yield cas


def test_e7_of_four_hundred_pairs_none_is_missed_and_none_told_for_more_than_it_is(db: None) -> None:
    graine = int(os.environ.get("FCE_GRAINE") or SystemRandom().randrange(10**6))
    sys.stdout.write(f"FCE_GRAINE={graine}\n")
    alea = Random(graine)
    cas = [*vrais(alea), *faux(alea)]
    assert len(cas) == 2 * CAS
    unites(*(unite(siren) for siren in {x["siren"] for un in cas for x in un.lieux}))
    lieux(*(x for un in cas for x in un.lieux))
    successions(*(x for un in cas for x in un.liens))
    connus = lieux_de(siret for un in cas for siret in un.deux)
    mien, autre = c.groupe(), c.groupe()
    for un in cas:
        v.visite(autre, connus[un.deux[1]], v.dans(2))
    ecarts = []
    for un in cas:
        trouves = croisements_de([connus[un.deux[0]]], v.dans(2), v.dans(2), [mien.pk])
        if [x.signe for x in trouves] != ([un.attendu] if un.attendu else []):
            dits = [(x.get("numero_voie"), x.get("type_voie"), x["libelle_voie"]) for x in un.lieux]
            ecarts.append((un.genre, un.attendu, [x.signe for x in trouves], dits))
    assert not ecarts, "\n".join(map(str, [f"FCE_GRAINE={graine}", *ecarts]))
