"""The alerts of ``ops/prometheus``: measures that exist, pages that exist, rules that Prometheus itself accepts."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from fce.droits.journal.alertes import RETARD_DU_SCEAU
from fce.exploitation.deploiement import machine
from fce.exploitation.metriques import collecteur
from fce.socle.travaux import mesures

RACINE = Path(__file__).resolve().parents[2]
REGLES = RACINE / "ops" / "prometheus" / "fce.yml"
MANUEL = RACINE / "docs" / "exploitation" / "manuel.md"
ALERTES = [regle for groupe in yaml.safe_load(REGLES.read_text("utf-8"))["groups"] for regle in groupe["rules"]]


def ancre(titre: str) -> str:
    """The anchor that a forge gives to a heading."""
    return re.sub(r"[^\w\- ]", "", titre.lower()).replace(" ", "-")


def exposees() -> set[str]:
    suffixes = {"compteur": ("_total",), "jauge": ("",), "histogramme": ("_bucket", "_sum", "_count")}
    propres = {m.nom + suffixe for m in mesures.TOUTES for suffixe in suffixes[m.genre]}
    return propres | set(re.findall(r'_jauge\(\s*"(fce_\w+)"', Path(collecteur.__file__).read_text("utf-8")))


def test_there_are_nine_alerts() -> None:
    assert len({alerte["alert"] for alerte in ALERTES}) == 9


def test_o4_a_disk_is_nearly_full_for_prometheus_when_it_is_for_the_check() -> None:
    (regle,) = (alerte["expr"] for alerte in ALERTES if alerte["alert"] == "FceDisquePresquePlein")
    assert regle.endswith(f" < {machine.PART_LIBRE}")


def test_o2_the_journal_is_said_late_when_the_alert_of_the_team_says_it() -> None:
    (regle,) = (alerte["expr"] for alerte in ALERTES if alerte["alert"] == "FceJournalNonScelle")
    assert regle.endswith(f" > {RETARD_DU_SCEAU.seconds // 3600} * 3600")


@pytest.mark.parametrize("alerte", ALERTES, ids=lambda a: a["alert"])
def test_an_alert_names_measures_that_exist_and_its_page_of_the_manual(alerte: dict) -> None:
    nommees = set(re.findall(r"\bfce_\w+", alerte["expr"]))
    assert nommees
    assert nommees - exposees() == set()
    page, _, section = alerte["annotations"]["page"].partition("#")
    titres = re.findall(r"^#+ (.+)$", (RACINE / page).read_text("utf-8"), re.M)
    assert section in [ancre(titre) for titre in titres]


def test_each_alert_page_says_what_to_look_at_what_to_do_and_what_may_be_run_again() -> None:
    (chapitre,) = re.findall(r"^## Alertes\n(.*?)(?=^## |\Z)", MANUEL.read_text("utf-8"), re.M | re.S)
    pages = re.findall(r"^### .*?(?=^### |\Z)", chapitre, re.M | re.S)
    assert len(pages) == 9
    for page in pages:
        assert [mot for mot in ("**Sens.**", "**Regarder.**", "**Faire.**", "**Relancer.**") if mot not in page] == []


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool n’est pas installé (Debian : prometheus)")
def test_prometheus_accepts_the_rules_and_fires_them_when_it_should() -> None:
    for ordre in (["check", "rules", REGLES], ["test", "rules", REGLES.with_name("fce_test.yml")]):
        fait = subprocess.run(["promtool", *ordre], cwd=REGLES.parent, capture_output=True, text=True)
        assert fait.returncode == 0, fait.stdout + fait.stderr
