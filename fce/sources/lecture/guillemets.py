"""Slow, exact parsing of a csv block whose quotes break RFC 4180, so that a bad line does not swallow the next ones.

A quote inside an unquoted field is an ordinary character (``SOCIETE "LE CHAT``). A quoted field that is not closed, or
is not followed by a separator, sets only its own physical line aside.
"""

from dataclasses import dataclass, field

CHAMP_MAXIMAL = 128 << 10
MAL_FERME = "guillemet non fermé ou mal placé"


@dataclass(slots=True)
class Exact:
    """``octets``: records rewritten to follow RFC 4180; ``lignes``: physical line where each starts.

    ``fautes``: (line, raw bytes) set aside; ``reste``: offset of an incomplete record; ``suivante``: its line.
    """

    octets: bytes = b""
    lignes: list[int] = field(default_factory=list)
    fautes: list[tuple[int, bytes]] = field(default_factory=list)
    reste: int = 0
    suivante: int = 0


def lire_exactement(octets: bytes, ligne: int, fin: bool, separateur: bytes) -> Exact:
    r"""Split ``octets`` (lines ended by ``\n``, first physical line ``ligne``); ``fin``: these are the last bytes."""
    resultat = Exact()
    sortie: list[bytes] = []
    debut = 0
    while (arret := octets.find(b"\n", debut)) >= 0:
        if octets.find(b'"', debut, arret) < 0:
            sortie.append(octets[debut:arret])
            resultat.lignes.append(ligne)
            debut, ligne = arret + 1, ligne + 1
            continue
        decoupe = _enregistrement(octets, debut, fin, separateur)
        if decoupe is None:
            break
        champs, suivant = decoupe
        if champs is None:
            resultat.fautes.append((ligne, octets[debut:arret]))
            debut, ligne = arret + 1, ligne + 1
            continue
        sortie.append(separateur.join(champs))
        resultat.lignes.append(ligne)
        ligne += octets.count(b"\n", debut, suivant)
        debut = suivant
    resultat.octets = b"\n".join(sortie) + b"\n" if sortie else b""
    resultat.reste, resultat.suivante = debut, ligne
    return resultat


def _enregistrement(octets: bytes, debut: int, fin: bool, separateur: bytes) -> tuple[list[bytes] | None, int] | None:
    """The record at ``debut`` and the offset after it; (None, 0) when malformed, None when incomplete."""
    champs: list[bytes] = []
    place = debut
    while True:
        if octets[place : place + 1] == b'"':
            ferme = _fermeture(octets, place + 1)
            if ferme < 0:
                return (None, 0) if fin or len(octets) - place > CHAMP_MAXIMAL else None
            champs.append(octets[place : ferme + 1])
            suite = octets[ferme + 1 : ferme + 2]
            if not suite:
                return None
            if suite not in (separateur, b"\n"):
                return None, 0
            place = ferme + 2
        else:
            arret = octets.find(b"\n", place)
            if arret < 0:
                return None
            virgule = octets.find(separateur, place, arret)
            bout = virgule if virgule >= 0 else arret
            brut = octets[place:bout]
            champs.append(b'"' + brut.replace(b'"', b'""') + b'"' if b'"' in brut else brut)
            suite = octets[bout : bout + 1]
            place = bout + 1
        if suite == b"\n":
            return champs, place


def _fermeture(octets: bytes, place: int) -> int:
    limite = place + CHAMP_MAXIMAL
    while True:
        ferme = octets.find(b'"', place, limite)
        if ferme < 0 or octets[ferme + 1 : ferme + 2] != b'"':
            return ferme
        place = ferme + 2
