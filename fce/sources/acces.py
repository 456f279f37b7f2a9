"""Classes of access of a data set or of a field. Undeclared is closed: there is no default that opens."""

from dataclasses import dataclass

from fce.socle.erreurs import ConfigurationInvalide


@dataclass(frozen=True, slots=True)
class Public:
    """C0: open data, everyone reads it."""

    classe: str = "C0"
    groupe: str | None = None

    @property
    def libelle(self) -> str:
        """French phrase of the class C0, for the catalogue and the sheet."""
        return "Données ouvertes"


@dataclass(frozen=True, slots=True)
class Agents:
    """C1: any signed-in agent of an administration."""

    classe: str = "C1"
    groupe: str | None = None

    @property
    def libelle(self) -> str:
        """French phrase of the class C1, for the catalogue and the sheet."""
        return "Réservé aux agents publics connectés"


@dataclass(frozen=True, slots=True)
class AgentsHabilites:
    """C1, for who holds a habilitation in force there, whatever its data, and reads under one of its purposes: what
    hides a unit in partial diffusion is for the missions of a service, not for every agent."""

    classe: str = "C1"
    groupe: str | None = None
    sous_habilitation: bool = True

    @property
    def libelle(self) -> str:
        """French phrase of this access, for the catalogue and the sheet."""
        return "Réservé aux agents publics habilités, pour une de leurs finalités"


@dataclass(frozen=True, slots=True)
class Habilite:
    """C2: agents whose habilitation covers the group ``groupe`` ("emploi", "travail", "contacts"…).

    ``finalites``: the producer lets its data be read for these purposes alone, among those that open the group
    (``droits.finalites``); None: for all of them. It narrows, and never opens.
    """

    groupe: str
    classe: str = "C2"
    finalites: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        _verifier(self.finalites)

    @property
    def libelle(self) -> str:
        """French phrase of the class C2, which names the group of data."""
        return f"Réservé aux agents habilités ({self.groupe})"


@dataclass(frozen=True, slots=True)
class Secret:
    """C3: agents habilitated for a secret ("fiscal", "douane", "social", content of the controls of a body).

    ``finalites``: as for ``Habilite``.
    """

    groupe: str
    classe: str = "C3"
    finalites: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        _verifier(self.finalites)

    @property
    def libelle(self) -> str:
        """French phrase of the class C3, which names the group of data."""
        return f"Couvert par un secret, réservé aux agents habilités ({self.groupe})"


def _verifier(finalites: object) -> None:
    if finalites is None:
        return
    if not isinstance(finalites, tuple) or not finalites or not all(f and isinstance(f, str) for f in finalites):
        raise ConfigurationInvalide(
            "les finalités d'un accès s'écrivent par leurs codes, par exemple finalites=(\"controle-travail\",)"
        )


Acces = Public | Agents | AgentsHabilites | Habilite | Secret
