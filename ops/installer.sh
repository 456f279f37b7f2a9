#!/usr/bin/env bash
# Install FCE on a bare Debian 12 or 13. Idempotent: each thing is compared before it is written; a second run with the
# same options changes nothing and says so. Does not upgrade (ops/mettre_a_jour.sh) nor touch settings and secrets.
set -euo pipefail

ARBRE=$(cd "$(dirname "$0")/.." && pwd)
OPS=$ARBRE/ops
# shellcheck source=ops/commun.sh
. "$OPS/commun.sh"
# shellcheck source=ops/installer_base.sh
. "$OPS/installer_base.sh"
# shellcheck source=ops/installer_frontal.sh
. "$OPS/installer_frontal.sh"

NOM='' PAQUET='' CONTRAINTES=$ARBRE/contraintes.txt CERTIFICAT='' CLE='' DESTINATAIRE='' EXTRAS=+
PIP_LOCAL=()

aide() {
    cat <<'FIN'
Usage : ops/installer.sh --nom NOM [options]
  --nom NOM              nom public du service (fce.exemple.gouv.fr)
  --paquet FICHIER       le paquet fce-….whl à installer ; sans lui, il est fabriqué d'après cet arbre
  --contraintes FICHIER  versions figées des dépendances (contraintes.txt de cet arbre)
  --depot-local DOSSIER  prendre les paquets Python dans ce dossier, sans réseau
  --certificat FICHIER   certificat TLS et sa chaîne (PEM) ; avec --cle
  --cle FICHIER          sa clé privée. Sans les deux, un certificat d'essai est fabriqué une fois
  --extras NOMS          ce que le service utilise en plus, « opensearch,sentry » ou « sentry » ; gardé d'une version à l'autre
  --destinataire CLE     clé publique (age1…) à qui chiffrer les sauvegardes ; la privée reste sur une autre machine
FIN
}

lire_les_options() {
    while [ $# -gt 0 ]; do
        case $1 in
        --aide | --help | -h) aide; exit 0 ;;
        --nom | --paquet | --contraintes | --depot-local | --certificat | --cle | --destinataire | --extras)
            [ $# -ge 2 ] || echouer "$1 demande une valeur."
            ;;
        *) aide >&2; echouer "option inconnue : $1" ;;
        esac
        case $1 in
        --nom) NOM=$2 ;;
        --paquet) PAQUET=$(realpath "$2") ;;
        --contraintes) CONTRAINTES=$(realpath "$2") ;;
        --depot-local) PIP_LOCAL+=(--no-index --find-links "$(realpath "$2")") ;;
        --certificat) CERTIFICAT=$(realpath -s "$2") ;;
        --cle) CLE=$(realpath -s "$2") ;;
        --destinataire) DESTINATAIRE=$2 ;;
        --extras) EXTRAS=$2 ;;
        esac
        shift 2
    done
    [[ $NOM =~ ^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$ ]] || echouer "--nom est le nom public du service, en minuscules."
    [ -z "$PAQUET" ] || [ -f "$PAQUET" ] || echouer "le paquet $PAQUET n'existe pas."
    [[ -z $DESTINATAIRE || $DESTINATAIRE =~ ^age1[a-z0-9]{58}$ ]] || echouer "--destinataire est une clé publique d'age (age1…)."
    [[ $EXTRAS =~ ^(\+|((opensearch|sentry)(,(opensearch|sentry))*)?)$ ]] ||
        echouer "--extras est « opensearch », « sentry », les deux séparés par une virgule, ou rien."
    [ -f "$CONTRAINTES" ] || echouer "le fichier $CONTRAINTES n'existe pas."
    if [ -n "$CERTIFICAT$CLE" ]; then
        if [ ! -f "$CERTIFICAT" ] || [ ! -f "$CLE" ]; then
            echouer "--certificat et --cle vont ensemble, et désignent des fichiers."
        fi
    fi
}

verifier_la_machine() {
    etape "Machine"
    exiger_root
    # shellcheck source=/dev/null
    . /etc/os-release
    case "${ID:-}-${VERSION_ID:-}" in
    debian-12 | debian-13) dire "  ${PRETTY_NAME:-Debian}" ;;
    *) echouer "ce script est fait pour Debian 12 ou 13, et cette machine est « ${PRETTY_NAME:-inconnue} »." ;;
    esac
}

installer_les_paquets() {
    etape "Paquets de Debian"
    local voulus=(postgresql nginx python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core
        age openssl curl ca-certificates logrotate) manquants=() paquet
    for paquet in "${voulus[@]}"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$paquet" 2>/dev/null)" = installed ] || manquants+=("$paquet")
    done
    if [ ${#manquants[@]} = 0 ]; then
        inchange "${voulus[*]}"
        return
    fi
    dire "  ${manquants[*]} : quelques minutes…"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${manquants[@]}" >/dev/null
    change "${manquants[*]}"
}

preparer_le_compte() {
    etape "Compte et dossiers"
    if getent passwd "$COMPTE" >/dev/null; then
        inchange "compte $COMPTE"
    else
        useradd --system --user-group --home-dir "$DONNEES" --no-create-home --shell /usr/sbin/nologin "$COMPTE"
        change "compte $COMPTE"
    fi
    dossier /etc/fce 755 root:root
    # « fce cles tourner » replaces a secret by renaming a file; no unit may write below /etc (ProtectSystem).
    dossier /etc/fce/secrets 700 "$COMPTE:$COMPTE"
    # nginx goes through, to read the open files and nothing else of the data (X-Accel-Redirect).
    dossier "$DONNEES" 710 "$COMPTE:www-data"
    dossier "$DONNEES/publication" 2750 "$COMPTE:www-data"
    dossier "$SAUVEGARDES" 700 "$COMPTE:$COMPTE"
    dossier "$OPT" 755 root:root
    dossier "$OPT/paquets" 755 root:root
    dossier /usr/local/bin 755 root:root
    poser /usr/local/bin/fce 755 root:root <"$OPS/fce"
}

poser_les_reglages() {
    etape "Réglages et secrets"
    local secret
    for secret in FCE_SECRET_KEY FCE_JOURNAL_CLE; do
        if [ ! -f "/etc/fce/secrets/$secret" ]; then
            (umask 077 && openssl rand -base64 48 | tr -d '\n' >"/etc/fce/secrets/$secret")
            chown "$COMPTE:$COMPTE" "/etc/fce/secrets/$secret"
            chmod 400 "/etc/fce/secrets/$secret"
            change "/etc/fce/secrets/$secret"
            [ "$secret" != FCE_JOURNAL_CLE ] || dire "  À COPIER hors de cette machine : aucune sauvegarde ne contient FCE_JOURNAL_CLE."
        else
            inchange "/etc/fce/secrets/$secret"
        fi
    done
    # Never empty, because an empty secret is refused: until a rotation, the former key is the key itself.
    if [ ! -f /etc/fce/secrets/FCE_SECRET_KEY_ANCIENNES ]; then
        cp -p /etc/fce/secrets/FCE_SECRET_KEY /etc/fce/secrets/FCE_SECRET_KEY_ANCIENNES
        change "/etc/fce/secrets/FCE_SECRET_KEY_ANCIENNES"
    else
        inchange "/etc/fce/secrets/FCE_SECRET_KEY_ANCIENNES"
    fi
    local coeurs travailleurs
    coeurs=$(nproc)
    travailleurs=$((coeurs / 2 > 2 ? coeurs / 2 : 2))
    sed -e "s|@NOM@|$NOM|g" -e "s|@TRAVAILLEURS@|$travailleurs|g" "$OPS/fce.env" |
        poser_une_fois /etc/fce/fce.env 640 "root:$COMPTE"
    if [ -n "$DESTINATAIRE" ] && ! grep -q '^FCE_SAUVEGARDE_DESTINATAIRE=age1' /etc/fce/fce.env; then
        sed -i '/^FCE_SAUVEGARDE_DESTINATAIRE=/d' /etc/fce/fce.env
        echo "FCE_SAUVEGARDE_DESTINATAIRE=$DESTINATAIRE" >>/etc/fce/fce.env
        change "/etc/fce/fce.env : FCE_SAUVEGARDE_DESTINATAIRE"
    elif [ -n "$DESTINATAIRE" ] && ! grep -qxF "FCE_SAUVEGARDE_DESTINATAIRE=$DESTINATAIRE" /etc/fce/fce.env; then
        echouer "une autre clé publique est déjà dans /etc/fce/fce.env : changez-y FCE_SAUVEGARDE_DESTINATAIRE vous-même."
    fi
    if [ "$EXTRAS" != + ]; then
        printf '%s\n' "$EXTRAS" | poser "$EXTRAS_VOULUS" 644 root:root
    fi
    printf 'PORT=8001\nFCE_METRIQUES=127.0.0.1:9101\n' | poser /etc/fce/instance-a.env 644 root:root
    printf 'PORT=8002\nFCE_METRIQUES=127.0.0.1:9102\n' | poser /etc/fce/instance-b.env 644 root:root
}

installer_les_environnements() {
    etape "Environnements a et b"
    local source=${PAQUET:-$ARBRE} empreinte instance presente
    empreinte=$(empreinte_du_paquet "$source" "$CONTRAINTES")
    for instance in a b; do
        presente=$(empreinte_installee "$instance")
        if [ "$presente" = "$empreinte" ] && ! en_place "$instance" "$empreinte"; then
            dire "  À FAIRE : ops/mettre_a_jour.sh, sans arrêt, donnera à $OPT/$instance les extras « $(les_extras) »."
        elif [ "$presente" = "$empreinte" ]; then
            inchange "$OPT/$instance ($empreinte)"
        elif [ -n "$presente" ]; then
            echouer "$OPT/$instance porte une autre version ($presente) : c'est ops/mettre_a_jour.sh qui la change, sans arrêt."
        else
            garder_le_paquet "$empreinte"
            dire "  $OPT/$instance : quelques minutes…"
            poser_l_environnement "$instance" "$empreinte"
        fi
    done
    lien "$OPT/courant" "$(readlink "$OPT/courant" || echo a)"
}

migrer() {
    etape "Schéma de la base"
    if fce migrate --check >/dev/null 2>&1; then
        inchange "toutes les migrations sont appliquées"
    else
        fce migrate --no-input --verbosity 0
        change "migrations appliquées, droits des rôles posés"
    fi
}

poser_les_unites() {
    etape "Unités de systemd, minuteries, journaux"
    local avant=$CHANGEMENTS unite precision precise page
    for precision in "$OPS"/systemd/*.service.d/*.conf; do
        precise=$(basename "$(dirname "$precision")")
        dossier "/etc/systemd/system/$precise" 755 root:root
        poser "/etc/systemd/system/$precise/${precision##*/}" 644 root:root <"$precision"
    done
    for unite in "$OPS"/systemd/*.service "$OPS"/systemd/*.timer; do
        poser "/etc/systemd/system/${unite##*/}" 644 root:root <"$unite"
    done
    dossier /etc/systemd/journald.conf.d 755 root:root
    poser /etc/systemd/journald.conf.d/fce.conf 644 root:root <"$OPS/systemd/journald.conf"
    poser /etc/logrotate.d/fce 644 root:root <"$OPS/nginx/logrotate"
    [ "$CHANGEMENTS" = "$avant" ] || UNITES_CHANGEES=1
    dossier /usr/share/doc/fce 755 root:root
    for page in "$ARBRE"/docs/exploitation/*.md; do
        poser "/usr/share/doc/fce/${page##*/}" 644 root:root <"$page"
    done
}

demarrer() {
    etape "Démarrage"
    local unites=(fce-web@a fce-web@b fce-travaux fce-sauvegarde.timer fce-purge.timer fce-sceau.timer fce-controle.timer nginx) unite
    if ! systemd_demarre; then
        dire "  systemd ne tourne pas ici. Pour démarrer à la main, sous le compte $COMPTE :"
        dire "    set -a; . /etc/fce/fce.env; . /etc/fce/instance-a.env; /opt/fce/a/bin/fce serve --port 8001   (b : 8002)"
        dire "    /opt/fce/courant/bin/fce worker ; et en root : nginx"
        return
    fi
    if [ -n "${UNITES_CHANGEES:-}" ]; then
        systemctl daemon-reload
        systemctl restart systemd-journald
    fi
    for unite in "${unites[@]}"; do
        if systemctl is-enabled --quiet "$unite" && systemctl is-active --quiet "$unite"; then
            [[ $unite != fce-*@* && $unite != fce-travaux ]] || TOURNAIENT=1
            inchange "$unite tourne"
        else
            systemctl enable --quiet --now "$unite"
            change "$unite démarrée"
        fi
    done
    attendre_l_instance 8001
    attendre_l_instance 8002
    if [ -n "${UNITES_CHANGEES:-}" ] && [ -n "${TOURNAIENT:-}" ]; then
        dire "  DES UNITÉS ONT CHANGÉ : celles qui tournaient les suivront après ops/mettre_a_jour.sh --redemarrer, sans arrêt."
    fi
}

premiere_sauvegarde() {
    etape "Première sauvegarde"
    if [ -n "$(ls -A "$SAUVEGARDES")" ]; then
        inchange "$SAUVEGARDES en contient"
    elif ! fce help --commands | grep -qx sauvegarde; then
        dire "  cette version n'a pas la commande sauvegarde."
    elif ! grep -q '^FCE_SAUVEGARDE_DESTINATAIRE=age1' /etc/fce/fce.env; then
        dire "  AUCUNE SAUVEGARDE tant que personne n'en a la clé : age-keygen sur une autre machine, puis --destinataire age1… (manuel, « Sauvegarder »)"
    else
        if systemd_demarre; then
            systemctl start fce-sauvegarde.service || echouer "elle a échoué : journalctl -u fce-sauvegarde."
        else
            fce sauvegarde
        fi
        change "dans $SAUVEGARDES"
    fi
}

conclure() {
    etape "Fin"
    if systemd_demarre; then
        local code
        code=$(curl -s -o /dev/null -m 30 -w '%{http_code}' --insecure --resolve "$NOM:443:127.0.0.1" "https://$NOM/")
        dire "  https://$NOM/ répond $code"
        [ "$code" = 200 ] || echouer "la page d'accueil ne répond pas : « fce check », journalctl -u 'fce-*', /var/log/fce/nginx.log."
    fi
    if [ "$CHANGEMENTS" = 0 ]; then
        dire "  inchangé : cette machine était déjà comme il faut."
    else
        dire "  $CHANGEMENTS changements. Ensuite : docs/exploitation/manuel.md."
    fi
}

main() {
    umask 022
    lire_les_options "$@"
    cd / # the accounts postgres and fce may not read the folder of the sources (/root)
    verifier_la_machine
    retenir_les_extras
    installer_les_paquets
    preparer_le_compte
    preparer_la_base
    poser_les_reglages
    installer_les_environnements
    migrer
    poser_les_unites
    preparer_le_frontal
    demarrer
    premiere_sauvegarde
    conclure
}

main "$@"
