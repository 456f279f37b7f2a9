"""What is slow and seldom breaks: ``python -m tests.epreuves``, or some parts by name; what follows is for pytest.

Each part ends within fifteen minutes on two free cores and says in one line what it proved; all those lines come again
at the end. A part that fails does not keep the next ones from running; the exit code is then 1.
"""

import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Final

from tests.heures.__main__ import CHAQUE_FOIS
from tests.salles.__main__ import TOUTES
from tests.salles.table import SALLES


@dataclass(frozen=True, slots=True)
class Partie:
    """``prouve``: what it proves, in French; ``commande``: what ``python -m`` is given; ``dossiers``: below tests/."""

    prouve: str
    commande: tuple[str, ...] = ("pytest", "-m", "epreuve")
    dossiers: tuple[str, ...] = ()


PARTIES: Final[dict[str, Partie]] = {
    "accessibilite": Partie(
        "axe, le clavier, le zoom et le RGAA ne trouvent rien à redire à une page de chaque adresse",
        dossiers=("accessibilite",),
    ),
    "parcours": Partie(
        "chaque personnage fait dans un navigateur ce pour quoi il vient, et chaque formulaire servi aboutit",
        dossiers=("e2e",),
    ),
    "demonstration": Partie(
        "l’univers inventé se tient, ses récits sont ceux qu’il annonce, et le tutoriel d’une source aboutit",
        dossiers=("demo", "tutoriel"),
    ),
    "consistance": Partie(
        "ce que la démonstration affiche est ce que disent ses fichiers, relus sans le produit",
        dossiers=("consistance",),
    ),
    "acces": Partie(
        "aucun acteur ne lit par aucune surface une donnée que la politique lui ferme",
        dossiers=("acces",),
    ),
    "droits": Partie(
        "comptes, habilitations, journal et échanges tiennent quand on s’y presse, qu’on les attaque ou qu’on les tue",
        dossiers=("droits", "echanges", "ensembles", "hostile", "service"),
    ),
    "fichiers": Partie(
        "un import tué, un fichier gâté ou hostile ne changent rien aux données en place",
        dossiers=("donnees", "sources", "kit", "fautes"),
    ),
    "recherche": Partie(
        "un index tué, abîmé ou retouché répond comme un index bâti en entier",
        dossiers=("recherche", "api", "fiche", "proprietes", "referentiels"),
    ),
    "serveur": Partie(
        "le service, sa base et sa réplique tués, gelés ou assaillis répondent et reviennent seuls",
        dossiers=("config", "socle", "salles", "liens", "maison", "bench", "heures"),
    ),
    "exploitation": Partie(
        "chaque commande du manuel s’exécute, et les pannes qu’il annonce se passent comme il le dit",
        dossiers=("exploitation",),
    ),
    "ops": Partie(
        "une commande installe sur une Debian nue, les instances se relaient sans perte, rien d’ambigu ne passe nginx",
        dossiers=("ops",),
    ),
    **{nom: Partie("ce jour-là, toute la suite de chaque jour passe", ("tests.heures", nom)) for nom in CHAQUE_FOIS},
    "nuit": Partie(
        "quand Paris est déjà demain, les tests qui ont leur instant disent le bon jour",
        ("tests.heures", "nuit", "-m", "not epreuve and not horloge_reelle"),
    ),
    **{
        f"demonstration-{nom}": Partie(
            "l’univers inventé ce jour-là se tient, et ce qu’il affiche est ce que disent ses fichiers",
            ("tests.heures", nom, "-m", "epreuve"),
            ("demo", "consistance"),
        )
        for nom in CHAQUE_FOIS
    },
    "python": Partie(
        "sous le Python de Debian 13, obsolescences tenues pour des fautes, toute la suite passe",
        ("tests.python_suivant",),
    ),
    "salles": Partie("toutes les pièces qui se ferment fermées, toute la suite passe", ("tests.salles", TOUTES)),
    **{
        salle.reglage: Partie("cette pièce fermée, les autres s’en passent", ("tests.salles", salle.reglage))
        for salle in SALLES
    },
}


def passer(nom: str, options: list[str]) -> tuple[bool, str]:
    """Run a part: whether it passed, and the line that closes it."""
    partie = PARTIES[nom]
    debut = time.monotonic()
    chemins = [f"tests/{dossier}" for dossier in partie.dossiers]
    passe = subprocess.run([sys.executable, "-m", *partie.commande, "-n", "2", *options, *chemins]).returncode == 0
    minutes, secondes = divmod(round(time.monotonic() - debut), 60)
    ligne = f"{nom} ({minutes} min {secondes:02d} s) : {partie.prouve if passe else 'ÉCHEC'}\n"
    sys.stdout.write(ligne)
    sys.stdout.flush()
    return passe, ligne


def main(arguments: list[str]) -> int:
    nommees = [nom for nom in PARTIES if nom in arguments] or list(PARTIES)
    passees = [passer(nom, [a for a in arguments if a not in PARTIES]) for nom in nommees]
    sys.stdout.write("\n" + "".join(ligne for _, ligne in passees))
    return 0 if all(passe for passe, _ in passees) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
