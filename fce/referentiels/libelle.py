"""A code of a nomenclature and what it means."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Libelle:
    """``libelle`` is None when no official label is known: the code is then shown alone, nothing is invented."""

    code: str
    libelle: str | None

    def __str__(self) -> str:
        return f"{self.code} – {self.libelle}" if self.libelle else self.code
