"""Classes of access of a data set or of a field. Undeclared is closed: there is no default that opens."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Public:
    """C0: open data, everyone reads it."""

    classe: str = "C0"
    groupe: str | None = None

    @property
    def libelle(self) -> str:
        return "Données ouvertes"


@dataclass(frozen=True, slots=True)
class Agents:
    """C1: any signed-in agent of an administration."""

    classe: str = "C1"
    groupe: str | None = None

    @property
    def libelle(self) -> str:
        return "Réservé aux agents publics connectés"


@dataclass(frozen=True, slots=True)
class Habilite:
    """C2: agents whose habilitation covers the group ``groupe`` ("emploi", "travail", "contacts"…)."""

    groupe: str
    classe: str = "C2"

    @property
    def libelle(self) -> str:
        return f"Réservé aux agents habilités ({self.groupe})"


@dataclass(frozen=True, slots=True)
class Secret:
    """C3: agents habilitated for a secret ("fiscal", "douane", "social", content of the controls of a body)."""

    groupe: str
    classe: str = "C3"

    @property
    def libelle(self) -> str:
        return f"Couvert par un secret, réservé aux agents habilités ({self.groupe})"


Acces = Public | Agents | Habilite | Secret
