"""Synthetic register built around the real samples: recombined words, one-edit neighbours, homonyms.

Company ``n`` depends only on ``n`` and the seed, so any company can be rebuilt alone.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from random import Random
from typing import Any

from fce.donnees.entreprises.contenu import DocumentEntreprise, Ligne, LigneEntreprise, LigneEtablissement
from fce.referentiels.territoires.decoupage import decoder, lignes_communes

PREMIER = 10_000_000
"""First eight digits of company 0; the ninth is the key."""
VOIES = 20_000
VOISINS, HOMONYMES = 0.006, 0.0002
"""Shares of the names that differ by one letter from a target, and that equal one."""
_UNITE_VIDE = dict.fromkeys(LigneEntreprise._fields)
_LIEU_VIDE = dict.fromkeys(LigneEtablissement._fields)
_LETTRES = "abcdefghijklmnopqrstuvwxyz".upper()
_FORMES = ("SARL", "SCI", "SAS", "EURL", "SA", "EARL", "ASSOCIATION")
_NAF = ("62.01Z", "47.11B", "43.21A", "56.10A", "68.20B", "10.71C", "86.21Z", "96.02A", "01.11Z", "49.41A")
_JURIDIQUES = ("5710", "5499", "6540", "9220", "5498")
_TRANCHES = (
    (None,) * 30 + ("00",) * 30 + ("01",) * 15 + ("02",) * 8 + ("03",) * 6 + ("11",) * 6 + ("12",) * 3 + ("21", "31")
)
_VOIES = ("RUE", "AV", "BD", "PL", "CHE", "RTE", "ALL", "IMP")


def avec_cle(debut: str) -> str:
    somme = 0
    for rang, chiffre in enumerate(reversed(debut)):
        n = int(chiffre) * (1 if rang % 2 else 2)
        somme += n - 9 if n > 9 else n
    return debut + str(-somme % 10)


class Corpus:
    """Companies named with the words of ``noms``; neighbours of ``cibles``, homonyms of ``grandes``."""

    def __init__(self, noms: Sequence[str], cibles: Sequence[str], grandes: Sequence[str], graine: int = 2026) -> None:
        mots = Counter(mot for nom in noms for mot in nom.split())
        self._mots = [mot for mot, _ in mots.most_common()]
        self._cumul = list(accumulate(n for _, n in mots.most_common()))
        self._noms_propres = [m for m in self._mots if m.isalpha() and len(m) > 3]
        self._cibles = cibles
        self._grandes = grandes
        self._graine = graine
        alea = Random(graine)
        self._voies = [f"{alea.choice(self._noms_propres)} {self._mot(alea)}" for _ in range(VOIES)]
        communes = [decoder(ligne) for ligne in lignes_communes()]
        self._communes = [c for c in communes if c.type == "actuelle" and c.codes_postaux]
        self._habitants = list(accumulate((c.population or 1) for c in self._communes))

    def entreprises(self, debut: int, fin: int) -> Iterator[DocumentEntreprise]:
        for n in range(debut, fin):
            yield self.entreprise(n)

    def entreprise(self, n: int) -> DocumentEntreprise:
        """One company in two is a sole trader; a few have several establishments."""
        alea = Random((self._graine << 32) + n)
        siren = avec_cle(str(PREMIER + n))
        physique = alea.random() < 0.48
        unite: dict[str, Any] = {
            **_UNITE_VIDE, "siren": siren, "etat_administratif": "A" if alea.random() < 0.6 else "C",
            "personne_physique": physique, "masque": False,
            "date_creation": f"{alea.randint(1970, 2025)}-{alea.randint(1, 12):02d}-01",
            "activite_principale": alea.choice(_NAF), "nomenclature_activite_principale": "NAFRev2",
            "nic_siege": avec_cle(f"{siren}0001")[9:],
        }  # fmt: skip
        if physique:
            unite |= {
                "nom": alea.choice(self._noms_propres),
                "prenom_1": alea.choice(self._noms_propres),
                "categorie_juridique": "1000",
                "tranche_effectifs": alea.choice(_TRANCHES[:45]),
            }
        elif self._grandes and alea.random() < HOMONYMES:
            unite["denomination"] = alea.choice(self._grandes)
            unite["categorie_juridique"] = "5710"
        else:
            unite["denomination"] = self._nom(alea)
            unite |= {
                "categorie_juridique": alea.choice(_JURIDIQUES),
                "tranche_effectifs": alea.choice(_TRANCHES),
                "categorie_entreprise": "PME" if alea.random() < 0.5 else None,
                "caractere_employeur": alea.random() < 0.3,
            }
        etablissements = 1 + (alea.random() < 0.15) * alea.randint(1, 4)
        lieux = [self._lieu(alea, siren, k, unite["etat_administratif"] or "C") for k in range(etablissements)]
        return DocumentEntreprise(LigneEntreprise(**unite), lieux)

    def _nom(self, alea: Random) -> str:
        if self._cibles and alea.random() < VOISINS:
            return _voisin(alea, alea.choice(self._cibles))
        mots = [self._mot(alea) for _ in range(alea.choice((1, 2, 2, 2, 2, 3, 3, 3, 4, 4)))]
        if alea.random() < 0.3:
            mots.insert(0, alea.choice(_FORMES))
        return " ".join(mots)

    def _mot(self, alea: Random) -> str:
        if alea.random() < 0.3:  # rare words: surnames, brands
            return _une_faute(alea, alea.choice(self._noms_propres))
        return self._mots[bisect_left(self._cumul, alea.randint(1, self._cumul[-1]))]

    def _lieu(self, alea: Random, siren: str, k: int, etat: str) -> Ligne:
        commune = self._communes[bisect_left(self._habitants, alea.randint(1, self._habitants[-1]))]
        valeurs = {
            **_LIEU_VIDE, "siren": siren, "siret": avec_cle(f"{siren}{k + 1:04d}"), "etablissement_siege": k == 0,
            "masque": False, "etat_administratif": "A" if etat == "A" and (k == 0 or alea.random() < 0.6) else "F",
            "enseigne_1": self._nom(alea) if alea.random() < 0.08 else None, "numero_voie": str(alea.randint(1, 120)),
            "type_voie": alea.choice(_VOIES), "libelle_voie": alea.choice(self._voies),
            "code_postal": commune.codes_postaux[0], "libelle_commune": commune.nom.upper(),
            "code_commune": commune.code,
            "activite_principale": alea.choice(_NAF), "nomenclature_activite_principale": "NAFRev2",
            "date_creation": f"{alea.randint(1970, 2025)}-01-01",
        }  # fmt: skip
        return LigneEtablissement(**valeurs)


def _voisin(alea: Random, nom: str) -> str:
    """In a long word, because a change in « SARL » or a space would not change the searched name."""
    mots = nom.split()
    longs = [i for i, mot in enumerate(mots) if len(mot) > 4]
    if longs:
        i = alea.choice(longs)
        mots[i] = _une_faute(alea, mots[i])
    return " ".join(mots)


def _une_faute(alea: Random, mot: str) -> str:
    i = alea.randrange(1, len(mot))
    return alea.choice((mot[:i] + alea.choice(_LETTRES) + mot[i + 1 :], mot[:i] + mot[i + 1 :], mot[: i + 1] + mot[i:]))
