"""Access classes of data sets and fields. There is no default: an undeclared access is closed."""

from dataclasses import dataclass

from fce.socle.erreurs import ConfigurationInvalide


@dataclass(frozen=True, slots=True)
class Public:
    classe: str = "C0"
    groupe: str | None = None
    libelle: str = "Données ouvertes"


@dataclass(frozen=True, slots=True)
class Agents:
    classe: str = "C1"
    groupe: str | None = None
    libelle: str = "Réservé aux agents publics connectés"


@dataclass(frozen=True, slots=True)
class AgentsHabilites:
    """C1, for agents with a habilitation in force in the unit's territory and one of its purposes.

    Used for what hides a unit in diffusion partielle, which not every agent needs.
    """

    classe: str = "C1"
    groupe: str | None = None
    sous_habilitation: bool = True
    libelle: str = "Réservé aux agents publics habilités, pour une de leurs finalités"


@dataclass(frozen=True, slots=True)
class _ParGroupe:
    """``finalites``: purposes allowed by the producer, among those that open the group
    (``droits.habilitations.finalites``); None: all."""

    groupe: str
    finalites: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        f = self.finalites
        if f is not None and not (isinstance(f, tuple) and f and all(x and isinstance(x, str) for x in f)):
            raise ConfigurationInvalide(
                "les finalités d'un accès s'écrivent par leurs codes, par exemple finalites=(\"controle-travail\",)"
            )


@dataclass(frozen=True, slots=True)
class Habilite(_ParGroupe):
    """C2: agents whose habilitation covers the group ``groupe`` ("emploi", "travail", "contacts"…)."""

    classe: str = "C2"

    @property
    def libelle(self) -> str:
        return f"Réservé aux agents habilités ({self.groupe})"


@dataclass(frozen=True, slots=True)
class Secret(_ParGroupe):
    """C3: agents with a habilitation for a secret ("fiscal", "douane", "social", content of the controls of a body)."""

    classe: str = "C3"

    @property
    def libelle(self) -> str:
        return f"Couvert par un secret, réservé aux agents habilités ({self.groupe})"


Acces = Public | Agents | AgentsHabilites | Habilite | Secret
