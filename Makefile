# FCE — « make help » lists the targets. Two are enough: « make demo » and « make test ».
# Distributions build their Python with profile-guided optimisation, pyenv does not unless asked: a sheet takes 8 % longer
# with the latter, plain computation a quarter longer.
SYSTEME := /usr/bin/python3
PYTHON ?= $(shell $(SYSTEME) -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
  && echo $(SYSTEME) || echo python3)
PORT ?= 8000
FCE_DATA_DIR ?= ./var
export FCE_DATA_DIR
VENV := .venv
BIN := $(VENV)/bin
INSTALLE := $(VENV)/.installe
DEPENDANCES := --quiet --constraint contraintes.txt --editable '.[dev,opensearch,sentry]'
# What WeasyPrint needs of the system (docs/adr/0035): without it, the note has no PDF.
PAQUETS_PANGO := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
# The one without windows first, where it is packaged: the same pages for half the work.
NAVIGATEUR := $(shell command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || command -v google-chrome)

.DEFAULT_GOAL := help
.PHONY: help install demo test test-horloge test-opensearch epreuves check audit format bench bench-national bench-pairs captures verrou version secrets clean navigateur pango machine juges

help: ## Liste les commandes
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk 'BEGIN {FS = ":.*## "} {printf "  make %-14s %s\n", $$1, $$2}'

install: $(INSTALLE) ## Crée .venv et installe les dépendances

$(INSTALLE): pyproject.toml contraintes.txt
	@$(PYTHON) -c 'import sys; sys.exit("FCE demande Python 3.11 ou plus récent.") if sys.version_info < (3, 11) else None'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint contraintes.txt uv \
	  && $(BIN)/uv pip install --python $(BIN)/python $(DEPENDANCES) \
	  || { echo "uv n'a pas pu prendre les dépendances (docs/adr/0008) : pip s'en charge, plus lentement."; \
	    $(BIN)/pip install --disable-pip-version-check $(DEPENDANCES); }
	@touch $@

demo: install pango ## Sert l'univers de démonstration sur http://127.0.0.1:8000 (PORT=… pour changer, REFAIRE=1 pour la dater d'aujourd'hui)
	$(BIN)/fce demo --servir --port $(PORT) $(if $(REFAIRE),--refaire)

test: install navigateur pango ## Passe la suite de chaque jour (SALLE=fiche : une pièce)
	$(BIN)/python -m pytest -n 4 $(SALLE:%=tests/%)

test-horloge: install navigateur pango ## Repasse les tests que le dernier commit touche, à une autre date, tirée de son empreinte
	$(BIN)/python -m tests.heures commit -n 4

epreuves: install navigateur pango machine ## Passe ce qui est long et casse rarement, partie par partie (PARTIE=recherche : une seule)
	$(BIN)/python -m tests.epreuves $(PARTIE)

test-opensearch: install ## Passe les tests de la recherche sur une vraie grappe OpenSearch de trois nœuds (Java 21, Maven)
	$(BIN)/python -m tests.recherche.opensearch

check: install ## Vérifie style, types, dépendances entre modules, gabarits et migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --lint fce
	$(BIN)/fce makemigrations --check --dry-run

audit: install ## Cherche les failles connues des dépendances figées (par le réseau)
	$(BIN)/pip-audit --strict --no-deps --disable-pip --requirement contraintes.txt

format: install ## Met en forme le code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install ## Mesure recherche, import, index et pages à côté d'une référence
	$(BIN)/python -m bench

bench-national: install ## Mesure TAILLE entreprises (300 000), des fichiers au portail (DOSSIER=… : autre disque ; ENDURANCE=30 : minutes de lectures)
	$(BIN)/python -m bench.national $(TAILLE:%=--entreprises %) $(DOSSIER:%=--dossier %) $(ENDURANCE:%=--endurance %)
	$(BIN)/python -m bench.national --bilan

bench-pairs: install ## Mesure, à côté d'OpenSearch et de PostgreSQL, TAILLE entreprises (200 000 ; DOSSIER=… : à garder)
	$(BIN)/python -m bench.paires $(TAILLE:%=--entreprises %) $(DOSSIER:%=--dossier %)

captures: install navigateur ## Refait les images de docs/captures, vues dans une démonstration faite pour elles
	$(BIN)/python -m scripts.captures

verrou: install ## Met à jour contraintes.txt d'après ce qui est installé, et empreintes.txt d'après ce que le service installe
	$(BIN)/pip freeze --exclude-editable > contraintes.txt
	(grep '^uv==' contraintes.txt; grep -o 'setuptools==[0-9.]*' pyproject.toml) | $(BIN)/uv pip compile --quiet pyproject.toml - \
	  --extra opensearch --extra sentry --constraint contraintes.txt --generate-hashes --universal --python-version 3.11 \
	  --no-annotate --no-header --output-file empreintes.txt

version: install ## Fait dans dist/ la roue, son inventaire (CycloneDX) et ses nouveautés, puis signe l'étiquette ; ne pousse rien
	$(BIN)/python -m scripts.version

secrets: $(BIN)/gitleaks ## Cherche des secrets dans toute l'histoire du dépôt
	$(BIN)/gitleaks git --no-banner --redact .

$(BIN)/gitleaks: | install
	GOBIN=$(abspath $(BIN)) go install github.com/zricethezav/gitleaks/v8@v8.30.1

navigateur:
ifeq ($(NAVIGATEUR),)
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && export DEBIAN_FRONTEND=noninteractive && \
	  { apt-get install -y -qq chromium-headless-shell || apt-get install -y -qq chromium; } >/dev/null; \
	else \
	  echo "Chromium manque : les tests de navigateur seront sautés. Pour l'installer : sudo apt-get install chromium-headless-shell (ou chromium)"; \
	fi
endif

pango:
	@$(BIN)/python -c 'import weasyprint' 2>/dev/null || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(PAQUETS_PANGO) >/dev/null; \
	else \
	  echo "Pango manque : la note de préparation n'aura pas de PDF. Pour l'installer : sudo apt-get install $(PAQUETS_PANGO)"; \
	fi

# $(1): programs that Debian packages, each with its package when the names differ (program:package).
define paquets
	@manque=; for programme in $(1); do \
	  PATH="$$PATH:/usr/sbin" command -v $${programme%:*} >/dev/null || manque="$$manque $${programme#*:}"; \
	done; \
	if [ -n "$$manque" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$manque >/dev/null; \
	fi
endef

# The programs that judge the files of ops/: without them, the daily suite skips those tests.
juges:
	$(call paquets,nginx shellcheck promtool:prometheus)

# And what tests/ops needs to start a bare Debian.
machine: juges
	$(call paquets,debootstrap slirp4netns)

clean: ## Supprime l'environnement et les caches (jamais les données)
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache *.egg-info
