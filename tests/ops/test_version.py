"""``make version``: the same commit gives the same bytes; the changelog says what the tag says."""

from pathlib import Path

import pytest

from scripts import version

RACINE = Path(__file__).resolve().parents[2]
JOURNAL = "# Journal\n\n## [0.2.0] – 2026-12-01\n### Ajouté\n- Deux.\n\n## [0.1.0] – non publiée\n- Une.\n"


def test_a_version_has_its_own_section_of_the_changelog() -> None:
    assert version.section(JOURNAL, "0.2.0") == ("2026-12-01", "### Ajouté\n- Deux.\n")
    assert version.section(JOURNAL, "0.1.0") == ("non publiée", "- Une.\n")
    with pytest.raises(version.Refus):
        version.section(JOURNAL, "0.3.0")


def test_a_version_that_is_not_dated_is_not_tagged() -> None:
    dit = version.etiqueter("9.9.9", "non publiée", RACINE / "dist/fce-9.9.9.md")
    assert "Pas d’étiquette" in dit
    assert version._git("tag", "--list", "v9.9.9") == b""


@pytest.mark.epreuve
def test_sup_03_two_builds_in_two_folders_give_the_same_wheel_and_a_bill_without_an_unknown_licence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    une = version.batir("HEAD", tmp_path / "une")
    monkeypatch.setenv("TZ", "America/Lima")
    deux = version.batir("HEAD", tmp_path / "un autre dossier")
    assert version.empreinte(une) == version.empreinte(deux)
    assert version.inventorier(une, tmp_path / "inventaire.json") == []
