# shellcheck shell=bash disable=SC2034,SC2153
# What installer.sh and mettre_a_jour.sh share: compare before writing, environments, the account's commands.

# The last command of a pipe runs in this shell: otherwise « … | poser FILE » would count its change in a copy of
# CHANGEMENTS, and neither PostgreSQL nor nginx would be told to read the new file.
shopt -s lastpipe
# A command that fails inside « $(…) » stops the script too: without this, a package that could not be built had a name.
shopt -s inherit_errexit

CHANGEMENTS=0
COMPTE=fce
OPT=/opt/fce
DONNEES=/var/lib/fce
SAUVEGARDES=/var/backups/fce

dire() { printf '%s\n' "$*"; }
etape() { printf '\n== %s\n' "$*"; }
echouer() { printf 'Refus : %s\n' "$*" >&2; exit 1; }
inchange() { dire "  inchangé : $*"; }
change() { CHANGEMENTS=$((CHANGEMENTS + 1)); dire "  fait : $*"; }
systemd_demarre() { [ -d /run/systemd/system ]; }

exiger_root() { [ "$(id -u)" = 0 ] || echouer "lancez cette commande en root (sudo)."; }

# poser DESTINATION MODE PROPRIETAIRE < content: writes at once, only when something differs.
poser() {
    local destination=$1 mode=$2 proprietaire=$3 neuf
    neuf=$(mktemp "$(dirname "$destination")/.neuf.XXXXXX")
    cat >"$neuf"
    chmod "$mode" "$neuf"
    chown "$proprietaire" "$neuf"
    if [ -f "$destination" ] && cmp -s "$neuf" "$destination" &&
        [ "$(stat -c '%a %U:%G' "$neuf")" = "$(stat -c '%a %U:%G' "$destination")" ]; then
        rm -f "$neuf"
        inchange "$destination"
    else
        mv -f "$neuf" "$destination"
        change "$destination"
    fi
}

# poser_une_fois: like poser, but never touches a file that exists (settings, secrets).
poser_une_fois() {
    if [ -f "$1" ]; then
        cat >/dev/null
        inchange "$1"
    else
        poser "$@"
    fi
}

dossier() {
    local chemin=$1 mode=$2 proprietaire=$3
    if [ "$(stat -c '%a %U:%G' "$chemin" 2>/dev/null)" = "$mode $proprietaire" ]; then
        inchange "$chemin/"
    else
        install -d -m "$mode" -o "${proprietaire%:*}" -g "${proprietaire#*:}" "$chemin"
        change "$chemin/"
    fi
}

lien() {
    local chemin=$1 cible=$2
    if [ "$(readlink "$chemin" 2>/dev/null)" = "$cible" ]; then
        inchange "$chemin"
    else
        ln -sfn "$cible" "$chemin.neuf"
        mv -fT "$chemin.neuf" "$chemin"
        change "$chemin -> $cible"
    fi
}

# What tells a package from another: its bytes and those of the pinned versions; for a tree, its files.
empreinte_du_paquet() {
    local paquet=$1 contraintes=$2
    if [ -f "$paquet" ]; then
        cat "$paquet" "$contraintes" | sha256sum | cut -c1-16
    else
        (cd "$paquet" && find fce pyproject.toml contraintes.txt -type f ! -name '*.pyc' -print0 | sort -z |
            xargs -0 sha256sum | sha256sum | cut -c1-16)
    fi
}

empreinte_installee() { cat "$OPT/$1/.empreinte" 2>/dev/null || true; }

# The optional dependencies of the service (opensearch, sentry), which every environment gets: a setting, --extras.
EXTRAS_VOULUS=/etc/fce/extras
les_extras() { cat "${1:-$EXTRAS_VOULUS}" 2>/dev/null || true; }
en_place() { [ "$(empreinte_installee "$1")" = "$2" ] && [ "$(les_extras "$OPT/$1/.extras")" = "$(les_extras)" ]; }

# Before they were a setting, extras were added by hand: what is found there is wanted.
retenir_les_extras() {
    local instance
    for instance in a b; do
        if [ -x "$OPT/$instance/bin/python" ] && [ ! -f "$OPT/$instance/.extras" ]; then
            "$OPT/$instance/bin/python" -c 'from importlib.util import find_spec as f
print(",".join(nom for nom, module in (("opensearch", "opensearchpy"), ("sentry", "sentry_sdk")) if f(module)))' \
                >"$OPT/$instance/.extras"
            [ -f "$EXTRAS_VOULUS" ] || cp "$OPT/$instance/.extras" "$EXTRAS_VOULUS"
        fi
    done
}

# une_empreinte NOM FICHIER, sans_empreinte NOM FICHIER: the lines of one package, or of all the others, in empreintes.txt.
une_empreinte() { sed -n "/^$1==/,/[^\\\\]\$/p" "$2"; }
sans_empreinte() { sed "/^$1==/,/[^\\\\]\$/d" "$2"; }

# fabriquer_le_paquet ARBRE: builds the wheel of this tree in a temporary folder; prints its path.
fabriquer_le_paquet() {
    local arbre=$1 atelier pip outil=()
    atelier=$(mktemp -d)
    pip=$atelier/venv/bin/pip
    cp -R "$arbre/fce" "$arbre/pyproject.toml" "$arbre/README.md" "$arbre/LICENSE" "$atelier/"
    python3 -m venv "$atelier/venv"
    if [ -f "$arbre/empreintes.txt" ]; then
        une_empreinte setuptools "$arbre/empreintes.txt" >"$atelier/outil.txt"
        "$pip" install --quiet --disable-pip-version-check "${PIP_LOCAL[@]}" --require-hashes --requirement "$atelier/outil.txt" >&2
        outil=(--no-build-isolation)
    fi
    "$pip" wheel --quiet --disable-pip-version-check "${PIP_LOCAL[@]}" "${outil[@]}" --no-deps --wheel-dir "$atelier/sortie" "$atelier" >&2
    rm -rf "$atelier/venv" "$atelier/fce"
    echo "$atelier"/sortie/fce-*.whl
}

# garder_le_paquet EMPREINTE: keeps what makes an environment again, for the way back; builds the package when none is given.
# Filled beside then renamed: what is found under its name is whole.
garder_le_paquet() {
    local place=$OPT/paquets/$1
    [ ! -f "$place/contraintes.txt" ] || return 0
    [ -n "$PAQUET" ] || PAQUET=$(fabriquer_le_paquet "$ARBRE")
    rm -rf "$place.partiel" "$place"
    install -d -m 755 "$place.partiel"
    install -m 644 "$PAQUET" "$place.partiel/"
    install -m 644 "$CONTRAINTES" "$place.partiel/contraintes.txt"
    if [ -f "${CONTRAINTES%/*}/empreintes.txt" ]; then
        install -m 644 "${CONTRAINTES%/*}/empreintes.txt" "$place.partiel/"
    fi
    mv -T "$place.partiel" "$place"
}

# The package to come back to is the one that both instances carry. Between the two halves of an upgrade, it is noted
# already, and the one half in place may be what nobody wants back.
noter_la_precedente() {
    local avant
    avant=$(empreinte_installee a)
    if [ -n "$avant" ] && [ "$avant" = "$(empreinte_installee b)" ] && [ "$avant" != "$1" ]; then
        printf '%s\n' "$avant" >"$OPT/paquets/precedente"
    fi
}

# Kept: those of the two instances, and the one before.
oublier_les_paquets() {
    local chemin
    for chemin in "$OPT"/paquets/*/; do
        case " $(empreinte_installee a) $(empreinte_installee b) $(cat "$OPT/paquets/precedente" 2>/dev/null) " in
        *" $(basename "$chemin") "*) ;;
        *) rm -rf "$chemin" ;;
        esac
    done
}

# poser_l_environnement INSTANCE EMPREINTE: a new Python environment, of a kept package; the instance is stopped.
poser_l_environnement() {
    local cible=$OPT/$1 empreinte=$2 paquet contraintes=$OPT/paquets/$2/contraintes.txt
    paquet=$(echo "$OPT/paquets/$empreinte"/*.whl)
    [ -z "$(les_extras)" ] || paquet="${paquet}[$(les_extras)]"
    rm -f "$cible/.empreinte"
    python3 -m venv --clear "$cible"
    # Files are compared with their hashes. A package kept from an older release has none.
    if [ -f "${contraintes%/*}/empreintes.txt" ]; then
        contraintes=${contraintes%/*}/empreintes.txt
        une_empreinte uv "$contraintes" >"$cible/outil.txt"
    else
        grep '^uv==' "$contraintes" >"$cible/outil.txt"
    fi
    # uv takes a tenth of the time, and the second instance shares its files; pip where uv cannot be had (docs/adr/0008).
    if "$cible/bin/pip" install --quiet --disable-pip-version-check "${PIP_LOCAL[@]}" --requirement "$cible/outil.txt"; then
        UV_CACHE_DIR=$OPT/cache UV_NO_CONFIG=1 "$cible/bin/uv" pip install --quiet --python "$cible/bin/python" \
            --compile-bytecode "${PIP_LOCAL[@]}" --constraint "$contraintes" "$paquet"
    elif [ "${contraintes##*/}" = empreintes.txt ]; then
        # pip reads hashes in a whole list only, not among constraints.
        sans_empreinte uv "$contraintes" >"$cible/empreintes.txt"
        "$cible/bin/pip" install --quiet "${PIP_LOCAL[@]}" --require-hashes --no-deps --requirement "$cible/empreintes.txt"
        "$cible/bin/pip" install --quiet "${PIP_LOCAL[@]}" --no-deps "$paquet"
    else
        "$cible/bin/pip" install --quiet "${PIP_LOCAL[@]}" --constraint "$contraintes" "$paquet"
    fi
    les_extras >"$cible/.extras"
    printf '%s\n' "$empreinte" >"$cible/.empreinte"
    chmod -R go+rX "$cible"
    change "$cible ($("$cible/bin/fce" version), $empreinte)"
}

repond() { [ "$(curl -s -o /dev/null -m 5 -w '%{http_code}' -H "Host: $NOM" "http://127.0.0.1:$1/healthz")" = 200 ]; }

# attendre_l_instance PORT: up to five minutes, the time of a start on a busy machine.
attendre_l_instance() {
    local essai
    for essai in $(seq 300); do
        repond "$1" && return 0
        sleep 1
    done
    echouer "l'instance du port $1 ne répond pas après $essai s : journalctl -u 'fce-web@*'."
}
