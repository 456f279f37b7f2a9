#!/usr/bin/env bash
# Upgrade FCE without a stop: one instance leaves nginx, gets the new package, comes back warm; then the other. The same
# way leads back. The new code and the old one answer side by side on the new schema, which each release allows.
set -euo pipefail

ARBRE=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=ops/commun.sh
. "$ARBRE/ops/commun.sh"

NOM='' PAQUET='' CONTRAINTES=$ARBRE/contraintes.txt GESTE=paquet
PIP_LOCAL=()
VERROU=/run/lock/fce-mise-a-jour
INSTANCES=/etc/nginx/fce/instances.conf
VIDANGE_S=60

aide() {
    cat <<'FIN'
Usage : ops/mettre_a_jour.sh [options]
  --paquet FICHIER       le paquet fce-….whl ; sans lui, il est fabriqué d'après cet arbre
  --contraintes FICHIER  versions figées de ses dépendances (contraintes.txt de cet arbre)
  --depot-local DOSSIER  prendre les paquets Python dans ce dossier, sans réseau
  --retour               remettre le paquet d'avant la dernière mise à jour
  --redemarrer           ne rien installer : redémarrer les instances tour à tour, après un changement de réglage
FIN
}

lire_les_options() {
    while [ $# -gt 0 ]; do
        case $1 in
        --retour) GESTE=retour && shift && continue ;;
        --redemarrer) GESTE=redemarrer && shift && continue ;;
        --aide | --help | -h) aide; exit 0 ;;
        --paquet | --contraintes | --depot-local) [ -e "${2:-}" ] || echouer "$1 désigne un fichier ou un dossier." ;;
        *) aide >&2; echouer "option inconnue : $1" ;;
        esac
        case $1 in
        --paquet) PAQUET=$(realpath "$2") ;;
        --contraintes) CONTRAINTES=$(realpath "$2") ;;
        --depot-local) PIP_LOCAL+=(--no-index --find-links "$(realpath "$2")") ;;
        esac
        shift 2
    done
}

# Two upgrades at once would take both instances away: the second one is refused (75).
prendre_le_verrou() {
    exec 9>"$VERROU"
    flock --nonblock 9 || { dire "Une mise à jour est déjà en cours : attendez sa fin."; exit 75; }
}

choisir_le_paquet() {
    case $GESTE in
    redemarrer) EMPREINTE='' ;;
    retour)
        EMPREINTE=$(cat "$OPT/paquets/precedente" 2>/dev/null) || echouer "aucun paquet d'avant n'est gardé dans $OPT/paquets."
        ;;
    paquet)
        EMPREINTE=$(empreinte_du_paquet "${PAQUET:-$ARBRE}" "$CONTRAINTES")
        garder_le_paquet "$EMPREINTE"
        ;;
    esac
}

port() { sed -n 's/^PORT=//p' "/etc/fce/instance-$1.env"; }

# ecrire_les_instances RETIREE: nginx sends nothing more to that one; empty: both answer.
ecrire_les_instances() {
    local instance essai anciens retiree=$1
    for instance in a b; do
        printf 'server 127.0.0.1:%s max_fails=3 fail_timeout=5s%s;\n' "$(port "$instance")" \
            "$([ "$instance" = "$retiree" ] && echo ' down')"
    done >"$INSTANCES.neuf"
    mv "$INSTANCES.neuf" "$INSTANCES"
    nginx -t -q
    anciens=$(pgrep -P "$(cat /run/nginx.pid)" -d , || true)
    systemctl reload nginx
    # Those of before still know the former instances: an instance that was down then would be missing to them.
    for essai in $(seq "$VIDANGE_S"); do
        ps -p "${anciens:-0}" >/dev/null || break
        sleep 1
    done
}

# The former processes of nginx end their answers; beyond, FCE cuts what is left, because an upgrade must end.
vider() {
    local essai
    ecrire_les_instances "$1"
    for essai in $(seq "$VIDANGE_S"); do
        [ -n "$(ss -Htn state established "( sport = :$(port "$1") )")" ] || break
        sleep 1
    done
    change "fce-web@$1 ne reçoit plus rien (${essai} s)"
    systemctl stop "fce-web@$1"
}

deja_en_place() {
    [ -n "$EMPREINTE" ] && en_place "$1" "$EMPREINTE" && systemctl is-active --quiet "fce-web@$1" &&
        ! grep -q ":$(port "$1") .* down;" "$INSTANCES"
}

tour() {
    local instance=$1 autre=$2 rang=$3
    etape "Instance $instance"
    if deja_en_place "$instance"; then
        inchange "$OPT/$instance ($EMPREINTE)"
    else
        # Nobody is left without an answer when this one gives none: two dead instances are replaced too.
        ! repond "$(port "$instance")" || attendre_l_instance "$(port "$autre")"
        EN_COURS=$instance
        vider "$instance"
        if [ -n "$EMPREINTE" ] && ! en_place "$instance" "$EMPREINTE"; then
            poser_l_environnement "$instance" "$EMPREINTE"
        fi
        [ "$rang-$GESTE" != 1-paquet ] || migrer_avec "$instance"
        systemctl start "fce-web@$instance"
        attendre_l_instance "$(port "$instance")"
        ecrire_les_instances ''
        EN_COURS=''
        change "fce-web@$instance répond"
    fi
    [ "$rang" = 2 ] || suivre "$instance"
}

migrer_avec() {
    FCE_ENVIRONNEMENT=$OPT/$1 fce migrate --no-input --verbosity 0
    change "schéma"
    # Builds aside the index of a new format, if there is one: the instance that still answers keeps its own.
    FCE_ENVIRONNEMENT=$OPT/$1 fce index || dire "  l'index sera bâti par le travailleur"
}

# The worker and the commands leave the environment of the other instance before it is made again.
suivre() {
    [ -z "$EMPREINTE" ] || lien "$OPT/courant" "$1"
    systemctl restart fce-travaux
    change "fce-travaux redémarré"
}

# Made once aside: what cannot be had is known while both instances answer, and the second time takes seconds.
essayer_l_environnement() {
    if [ -z "$EMPREINTE" ] || { deja_en_place a && deja_en_place b; }; then return 0; fi
    poser_l_environnement essai "$EMPREINTE"
    rm -rf "$OPT/essai"
}

dire_ce_qui_reste() {
    case ${EN_COURS:-} in
    '') ;;
    essai)
        rm -rf "$OPT/essai"
        dire "
Rien n'a changé, les instances n'ont pas été touchées. Si le paquet ou ses dépendances n'ont pas pu être pris, faute de réseau,
donnez --depot-local." >&2
        ;;
    *)
        dire "
Arrêt en chemin : fce-web@$EN_COURS est retirée de nginx, l'autre instance répond seule, avec la version d'avant ou la nouvelle.
Voyez journalctl -u fce-web@$EN_COURS, puis relancez la même commande, ou --retour." >&2
        ;;
    esac
}

main() {
    local premiere seconde
    umask 022
    lire_les_options "$@"
    cd / # the account fce may not read the folder of the sources (/root)
    exiger_root
    systemd_demarre || echouer "systemd ne tourne pas ici : arrêtez et relancez les processus à la main."
    prendre_le_verrou
    retenir_les_extras
    NOM=$(sed -n 's/^server_name \(.*\);/\1/p' /etc/nginx/fce/nom.conf)
    trap dire_ce_qui_reste EXIT
    EN_COURS=essai
    choisir_le_paquet
    essayer_l_environnement
    EN_COURS=''
    # First, the one that neither the worker nor the commands use.
    premiere=b seconde=a
    [ "$(readlink "$OPT/courant")" != b ] || premiere=a seconde=b
    # A way back notes nothing: run again, after its end or half-way, it leads to the same package.
    [ "$GESTE" != paquet ] || noter_la_precedente "$EMPREINTE"
    tour "$premiere" "$seconde" 1
    tour "$seconde" "$premiere" 2
    oublier_les_paquets
    etape "Fin"
    dire "  version en place : $(fce version) ; $CHANGEMENTS changements"
}

main "$@"
