"""Access classes of data sets and fields. There is no default: an undeclared access is closed."""

from dataclasses import dataclass

from fce.socle.erreurs import ConfigurationInvalide


@dataclass(frozen=True, slots=True)
class Public:
    classe: str = "C0"
    groupe: str | None = None

    @property
    def libelle(self) -> str:
        return "Données ouvertes"


@dataclass(frozen=True, slots=True)
class Agents:
    classe: str = "C1"
    groupe: str | None = None

    @property
    def libelle(self) -> str:
        return "Réservé aux agents publics connectés"


@dataclass(frozen=True, slots=True)
class AgentsHabilites:
    """C1, for agents with a habilitation in force in the unit's territory and one of its purposes.

    Used for what hides a unit in diffusion partielle, which not every agent needs.
    """

    classe: str = "C1"
    groupe: str | None = None
    sous_habilitation: bool = True

    @property
    def libelle(self) -> str:
        return "Réservé aux agents publics habilités, pour une de leurs finalités"


@dataclass(frozen=True, slots=True)
class Habilite:
    """C2: agents whose habilitation covers the group ``groupe`` ("emploi", "travail", "contacts"…).

    ``finalites``: purposes allowed by the producer, among those that open the group
    (``droits.habilitations.finalites``); None: all.
    """

    groupe: str
    classe: str = "C2"
    finalites: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        _verifier(self.finalites)

    @property
    def libelle(self) -> str:
        return f"Réservé aux agents habilités ({self.groupe})"


@dataclass(frozen=True, slots=True)
class Secret:
    """C3: agents with a habilitation for a secret ("fiscal", "douane", "social", content of the controls of a body).

    ``finalites``: as for ``Habilite``.
    """

    groupe: str
    classe: str = "C3"
    finalites: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        _verifier(self.finalites)

    @property
    def libelle(self) -> str:
        return f"Couvert par un secret, réservé aux agents habilités ({self.groupe})"


def _verifier(finalites: object) -> None:
    if finalites is None:
        return
    if not isinstance(finalites, tuple) or not finalites or not all(f and isinstance(f, str) for f in finalites):
        raise ConfigurationInvalide(
            "les finalités d'un accès s'écrivent par leurs codes, par exemple finalites=(\"controle-travail\",)"
        )


Acces = Public | Agents | AgentsHabilites | Habilite | Secret
