"""Structural pass over a csv: raw bytes to blocks of well-formed records with their physical lines.

Vectorised with numpy, in constant memory. Sets aside lines with NUL characters, invalid UTF-8, fields above 128 KiB, a
wrong number of fields or broken quotes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from fce.socle.texte.formats import mot, pluriel
from fce.sources.declaration import Csv
from fce.sources.lecture.commande import Lisible
from fce.sources.lecture.entete import Entete, entete_declare, lire_entete
from fce.sources.lecture.guillemets import CHAMP_MAXIMAL, MAL_FERME, lire_exactement
from fce.sources.lecture.indices import TOUT_EST_POSSIBLE, Indices, Masque, Octets, Rangs, reperer
from fce.sources.lecture.lot import LONGUEUR_VALEUR, Rejet
from fce.sources.lecture.ouverture import TAILLE_BLOC, blocs
from fce.sources.lecture.refus import refus
from fce.sources.lecture.taille import Compteur

LIGNE_MAXIMALE = 32 << 20
# A block full of invalid bytes is in another encoding: refuse the file at once.
PART_UTF8, PLANCHER_UTF8 = 0.01, 10
PART_MOJIBAKE = 0.001
_LF, _GUILLEMET = 10, 34
PAS = ("n'est pas", "ne sont pas")


@dataclass(slots=True)
class BlocOctets:
    octets: bytes
    lignes: Rangs
    rejets: list[Rejet]
    indices: Indices
    position: int
    entete: Entete


@dataclass(slots=True)
class _Reperes:
    """Positions in a buffer: records end at ``fins``; ``sauts`` counts the line ends up to each."""

    vue: Octets
    fins: Rangs
    sauts: Rangs
    separateurs: Masque
    correct: bool
    ouvert: int


@dataclass(slots=True)
class Structure:
    """Call ``blocs_d_enregistrements`` once."""

    source: Lisible
    csv: Csv
    chemin: Path
    taille: int = TAILLE_BLOC
    compteur: Compteur | None = None
    _commence: bool = False
    _ligne: int = 1
    _mac: bool = False
    _sondee: bool = False
    _utf8: bool = True
    _lignes_vues: int = 0
    _mojibake: int = 0
    _entete: Entete = field(init=False)
    _sep: int = field(init=False)

    def __post_init__(self) -> None:
        self._sep = ord(self.csv.separateur)

    def blocs_d_enregistrements(self) -> Iterator[BlocOctets]:
        """Blocks in file order. Raises ImportRefuse when the whole file is wrong."""
        reste = b""
        retenu = b""
        position = 0
        for morceau, position in blocs(self.chemin, self.taille):
            if self.compteur is not None:
                self.compteur.ajouter(len(morceau))
            retenu += self._en_utf8(morceau)
            # A CR at the end of a block may be the first half of a CRLF.
            bord = retenu.endswith(b"\r")
            octets = reste + self._fins_de_ligne(retenu[:-1] if bord else retenu)
            retenu = b"\r" if bord else b""
            bloc, reste = self._traiter(octets, False, position)
            if bloc is not None:
                yield bloc
        octets = reste + self._fins_de_ligne(retenu)
        if octets and not octets.endswith(b"\n"):
            octets += b"\n"
        bloc, _ = self._traiter(octets, True, position)
        if bloc is not None:
            yield bloc

    def _en_utf8(self, morceau: bytes) -> bytes:
        if not self._sondee:
            self._sondee = True
            # The byte order mark proves UTF-8, even if the declaration says latin-1.
            self._utf8 = self.csv.utf8 or morceau.startswith(b"\xef\xbb\xbf")
        if self._utf8:
            return morceau
        try:
            return morceau.decode(self.csv.encodage).encode()
        except UnicodeDecodeError as erreur:
            raise refus(
                self.chemin, "encodage", f"un caractère n'existe pas dans l'encodage déclaré ({self.csv.encodage})."
            ) from erreur

    def _fins_de_ligne(self, morceau: bytes) -> bytes:
        if b"\r" not in morceau:
            return morceau
        morceau = morceau.replace(b"\r\n", b"\n")
        if not self._commence and not self._mac:
            # Files of old Macs have no LF at all; in others, a lone CR is an ordinary character.
            self._mac = b"\n" not in morceau
        return morceau.replace(b"\r", b"\n") if self._mac else morceau

    def _traiter(self, octets: bytes, fin: bool, position: int) -> tuple[BlocOctets | None, bytes]:
        if not self._commence:
            if not fin and b"\n" not in octets:
                self._controler_longueur(octets)
                return None, octets
            octets = octets.removeprefix(b"\xef\xbb\xbf")
            if self.csv.entete:
                self._entete = entete_declare(self.source, self.csv.entete, self.csv.separateur, self.chemin, octets)
            else:
                self._entete = lire_entete(self.source, self.csv.separateur, self.chemin, octets)
            self._commence = True
            octets = octets[self._entete.fin :]
            self._ligne = self._entete.lignes + 1
        if not octets:
            return None, b""
        reperes = self._reperer(octets)
        ouvert = reperes.ouvert >= 0 and (fin or len(octets) - reperes.ouvert > CHAMP_MAXIMAL)
        rejets: list[Rejet] = []
        if reperes.correct and not ouvert:
            if not len(reperes.fins):
                self._controler_longueur(octets)
                return None, octets
            coupe = int(reperes.fins[-1]) + 1
            lignes = self._ligne + np.concatenate(([0], reperes.sauts[:-1]))
            self._ligne += int(reperes.sauts[-1])
            complet, reste = octets[:coupe], octets[coupe:]
        else:
            exact = lire_exactement(octets, self._ligne, fin, self.csv.separateur.encode())
            complet, reste = exact.octets, octets[exact.reste :]
            lignes = np.array(exact.lignes, np.int64)
            rejets = [Rejet(n, None, _extrait(brut), MAL_FERME) for n, brut in exact.fautes]
            self._ligne = exact.suivante
            self._controler_longueur(reste)
            reperes = self._reperer(complet)
        return self._verifier(complet, lignes, reperes, rejets, position), reste

    def _controler_longueur(self, octets: bytes) -> None:
        if len(octets) > LIGNE_MAXIMALE:
            raise refus(
                self.chemin, "ligne-longue", "une ligne dépasse 32 Mo : ce n'est pas un fichier CSV.", ligne=self._ligne
            )

    def _reperer(self, octets: bytes) -> _Reperes:
        vue = np.frombuffer(octets, np.uint8)
        separateurs = vue == self._sep
        sauts = np.flatnonzero(vue == _LF)
        guillemets = np.flatnonzero(vue == _GUILLEMET)
        if not len(guillemets):
            return _Reperes(vue, sauts, np.arange(1, len(sauts) + 1), separateurs, True, -1)
        ouvrants, fermants = guillemets[::2], guillemets[1::2]
        avant = vue[np.maximum(ouvrants - 1, 0)]
        correct = bool(np.all((avant == self._sep) | (avant == _LF) | (avant == _GUILLEMET) | (ouvrants == 0)))
        if correct and len(fermants):
            dernier = len(vue) - 1
            apres = vue[np.minimum(fermants + 1, dernier)]
            correct = bool(
                np.all((apres == self._sep) | (apres == _LF) | (apres == _GUILLEMET) | (fermants == dernier))
            )
        bornes = np.concatenate(([0], guillemets, [len(vue)]))
        dehors = np.repeat(np.arange(len(bornes) - 1) % 2 == 0, np.diff(bornes))
        separateurs &= dehors
        utiles = dehors[sauts]
        ouvert = int(ouvrants[-1]) if len(guillemets) % 2 else -1
        return _Reperes(vue, sauts[utiles], np.flatnonzero(utiles) + 1, separateurs, correct, ouvert)

    def _verifier(
        self, octets: bytes, lignes: Rangs, reperes: _Reperes, rejets: list[Rejet], position: int
    ) -> BlocOctets:
        fins = reperes.fins
        if not len(fins):
            return BlocOctets(b"", lignes, rejets, TOUT_EST_POSSIBLE, position, self._entete)
        vue = reperes.vue[: len(octets)]
        debuts = np.concatenate(([0], fins[:-1] + 1))
        longueurs = fins - debuts
        attendus = len(self._entete.noms)
        champs = np.add.reduceat(reperes.separateurs[: len(octets)].view(np.uint8), debuts, dtype=np.int32) + 1
        vides = longueurs == 0
        motifs: dict[int, tuple[str | None, str]] = {}
        for rang in np.flatnonzero((champs != attendus) & ~vides).tolist():
            if octets[debuts[rang] : fins[rang]].strip():
                motifs[rang] = (None, f"{champs[rang]} champs au lieu de {attendus}")
            else:
                vides[rang] = True
        for rang in np.flatnonzero(longueurs > CHAMP_MAXIMAL).tolist():
            colonne = self._champ_trop_long(reperes.separateurs, int(debuts[rang]), int(fins[rang]))
            if colonne is not None:
                motifs[rang] = (colonne, f"champ de plus de {CHAMP_MAXIMAL >> 10} Kio")
        for rang in self._lignes_non_utf8(octets, lignes, fins):
            motifs[rang] = (None, "octets invalides en UTF-8")
        for rang in np.unique(np.searchsorted(fins, np.flatnonzero(vue == 0))).tolist():
            motifs[rang] = (None, "caractère nul (octet 0)")
        bons = ~vides
        for rang, (colonne, motif) in motifs.items():
            bons[rang] = False
            brut = octets[debuts[rang] : fins[rang]]
            rejets.append(Rejet(int(lignes[rang]), colonne, _extrait(brut), motif))
        rejets.sort(key=lambda r: r.ligne)
        self._refuser_mojibake(octets, lignes, fins)
        indices = reperer(octets, vue, fins, reperes.separateurs[: len(octets)], self._entete.noms, self._sep)
        if not bons.all():
            octets = vue[np.repeat(bons, longueurs + 1)].tobytes()
            lignes = lignes[bons]
        return BlocOctets(octets, lignes, rejets, indices, position, self._entete)

    def _champ_trop_long(self, separateurs: Masque, debut: int, fin: int) -> str | None:
        bornes = np.concatenate(([-1], np.flatnonzero(separateurs[debut:fin]), [fin - debut]))
        tailles = np.diff(bornes) - 1
        rang = int(tailles.argmax())
        if tailles[rang] <= CHAMP_MAXIMAL:
            return None
        return self._entete.noms[rang] if rang < len(self._entete.noms) else f"n° {rang + 1}"

    def _lignes_non_utf8(self, octets: bytes, lignes: Rangs, fins: Rangs) -> list[int]:
        if octets.isascii():
            return []
        mauvaises: list[int] = []
        place = 0
        vue = memoryview(octets)
        while place < len(octets):
            try:
                str(vue[place:], "utf-8")
                break
            except UnicodeDecodeError as erreur:
                rang = int(np.searchsorted(fins, place + erreur.start))
                mauvaises.append(rang)
                place = int(fins[rang]) + 1
            if len(mauvaises) > max(PLANCHER_UTF8, PART_UTF8 * len(fins)):
                raise refus(
                    self.chemin,
                    "encodage",
                    f"{pluriel(len(mauvaises), 'ligne')} au moins {mot(len(mauvaises), *PAS)} en UTF-8 "
                    "(ISO-8859-1 ou Windows-1252 ?) ; "
                    "enregistrez le fichier en UTF-8.",
                    ligne=int(lignes[mauvaises[0]]),
                )
        return mauvaises

    def _refuser_mojibake(self, octets: bytes, lignes: Rangs, fins: Rangs) -> None:
        """Doubly encoded UTF-8 shows as ``Ã`` followed by a non-ASCII character (``SÃO`` is correct Portuguese)."""
        self._lignes_vues += len(fins)
        if octets.isascii():
            return
        vue = np.frombuffer(octets, np.uint8)
        places = np.flatnonzero((vue == 0xC3) | (vue == 0xEF))
        un, deux, trois = (vue[np.minimum(places + n, len(vue) - 1)] for n in range(3))
        double = (un == 0xC3) & (deux == 0x83) & (trois >= 0x80)
        perdu = (un == 0xEF) & (deux == 0xBF) & (trois == 0xBD)
        rangs = np.unique(np.searchsorted(fins, places[double | perdu]))
        self._mojibake += len(rangs)
        if len(rangs) and self._mojibake > PART_MOJIBAKE * self._lignes_vues:
            raise refus(
                self.chemin,
                "mojibake",
                f"{self._mojibake} lignes portent des caractères abîmés par un double encodage (« Ã© » pour « é ») ; "
                + (
                    "demandez un fichier sain au producteur."
                    if self._utf8
                    else f"le fichier est sans doute en UTF-8, on attend {self.csv.encodage}."
                ),
                ligne=int(lignes[rangs[0]]),
            )


def _extrait(brut: bytes) -> str:
    r"""Printable start of a faulty row: invalid bytes as ``\xNN``, NUL as its symbol."""
    return brut[: 4 * LONGUEUR_VALEUR].decode("utf-8", "backslashreplace").replace("\0", "␀")[:LONGUEUR_VALEUR]
