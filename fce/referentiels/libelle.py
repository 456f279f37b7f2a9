"""A code of a nomenclature with its label."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Libelle:
    """``libelle``: None when no official label is known; the code is then shown alone."""

    code: str
    libelle: str | None

    def __str__(self) -> str:
        return f"{self.code} – {self.libelle}" if self.libelle else self.code
