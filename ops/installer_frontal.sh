# shellcheck shell=bash
# nginx: the shipped files as they are; what differs from one machine to another is in small files of /etc/nginx/fce.

preparer_le_frontal() {
    etape "nginx"
    local avant=$CHANGEMENTS fichier
    dossier /etc/nginx/fce 755 root:root
    # 755 as Debian's /var/log/nginx: after a rotation, nginx's workers reopen the logs under www-data. The files are 640.
    dossier /var/log/fce 755 root:adm
    # Before nginx makes them, 644: they hold addresses of readers.
    for fichier in acces nginx; do
        poser_une_fois "/var/log/fce/$fichier.log" 640 www-data:adm </dev/null
    done
    # Those of an installation of before, rotated ones too.
    if [ -n "$(find /var/log/fce -type f -perm /027)" ]; then
        find /var/log/fce -type f -exec chmod 640 {} + -exec chown www-data:adm {} +
        change "/var/log/fce : journaux fermés aux autres comptes"
    fi
    dossier /var/www/acme 755 root:root
    dossier /usr/share/fce 755 root:root
    dossier /usr/share/fce/nginx 755 root:root
    for fichier in entetes mandataire entetes-de-fichier tls; do
        poser "/etc/nginx/fce/$fichier.conf" 644 root:root <"$OPS/nginx/$fichier.conf"
    done
    for fichier in "$OPS"/nginx/*.html "$OPS"/nginx/*.json; do
        poser "/usr/share/fce/nginx/${fichier##*/}" 644 root:root <"$fichier"
    done
    ecoutes_du_frontal
    printf 'server_name %s;\n' "$NOM" | poser /etc/nginx/fce/nom.conf 644 root:root
    poser_une_fois /etc/nginx/fce/instances.conf 644 root:root <"$OPS/nginx/instances.conf"
    reseaux_partages /etc/fce/fce.env | poser /etc/nginx/fce/reseaux.conf 644 root:root
    poser_le_certificat
    poser /etc/nginx/conf.d/fce.conf 644 root:root <"$OPS/nginx/fce.conf"
    if [ -e /etc/nginx/sites-enabled/default ]; then
        rm /etc/nginx/sites-enabled/default
        change "site par défaut de Debian retiré"
    fi
    places_du_frontal
    nginx -t -q || echouer "nginx refuse sa configuration."
    if [ "$CHANGEMENTS" != "$avant" ] && systemd_demarre && systemctl is-active --quiet nginx; then
        systemctl reload nginx
    fi
}

# FCE_DEBIT_RESEAUX of these settings, as the geo map of nginx reads it.
reseaux_partages() {
    sed -n 's/^FCE_DEBIT_RESEAUX=//p' "$1" | tail -n 1 | tr -d "\"' " | tr , '\n' | sed '/^$/d; s/$/ 1;/'
}

# HTTP/2 is written otherwise since nginx 1.25.1; IPv6 only where the kernel knows it.
ecoutes_du_frontal() {
    local version http2='' http2_apres='' genre adresses=('') adresse
    version=$(nginx -v 2>&1 | sed 's|.*/||; s| .*||')
    if dpkg --compare-versions "$version" ge 1.25.1; then http2_apres='http2 on;'; else http2=' http2'; fi
    [ ! -e /proc/net/if_inet6 ] || adresses+=('[::]:')
    for genre in http https autres; do
        for adresse in "${adresses[@]}"; do
            case $genre in
            http) echo "listen ${adresse}80;" ;;
            https) echo "listen ${adresse}443 ssl$http2;" ;;
            autres) echo "listen ${adresse}80 default_server;" && echo "listen ${adresse}443 ssl$http2 default_server;" ;;
            esac
        done | { cat && { [ "$genre" = http ] || [ -z "$http2_apres" ] || echo "$http2_apres"; }; } |
            poser "/etc/nginx/fce/ecoute-$genre.conf" 644 root:root
    done
}

poser_le_certificat() {
    local certificat=${CERTIFICAT:-} cle=${CLE:-}
    if [ -z "$certificat" ] && [ -f /etc/nginx/fce/certificat.conf ]; then
        inchange "/etc/nginx/fce/certificat.conf"
    else
        if [ -z "$certificat" ]; then
            certificat=/etc/fce/tls/essai.pem cle=/etc/fce/tls/essai.key
            dossier /etc/fce/tls 700 root:root
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 90 -subj "/CN=$NOM" \
                -addext "subjectAltName=DNS:$NOM" -keyout "$cle" -out "$certificat" 2>/dev/null
        fi
        printf 'ssl_certificate %s;\nssl_certificate_key %s;\n' "$certificat" "$cle" |
            poser /etc/nginx/fce/certificat.conf 644 root:root
    fi
    if grep -q /etc/fce/tls/essai.pem /etc/nginx/fce/certificat.conf; then
        dire "  CERTIFICAT D'ESSAI, signé par lui-même : les navigateurs le refusent. Avec ACME (apt-get install certbot) :"
        dire "    certbot certonly --webroot -w /var/www/acme -d $NOM --deploy-hook 'systemctl reload nginx'"
        dire "    puis relancez avec --certificat /etc/letsencrypt/live/$NOM/fullchain.pem --cle /etc/letsencrypt/live/$NOM/privkey.pem"
    fi
}

# 768 connexions par processus, chez Debian : deux par lecteur, trop peu devant 3 000 connexions de FCE.
places_du_frontal() {
    if grep -q 'worker_connections 768;' /etc/nginx/nginx.conf; then
        sed -i 's/worker_connections 768;/worker_connections 8192;/' /etc/nginx/nginx.conf
        change "/etc/nginx/nginx.conf : worker_connections 8192"
    else
        inchange "/etc/nginx/nginx.conf"
    fi
    echo 'worker_rlimit_nofile 32768;' | poser /etc/nginx/modules-enabled/90-fce.conf 644 root:root
}
