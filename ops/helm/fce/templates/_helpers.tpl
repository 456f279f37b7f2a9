{{- define "fce.nom" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "fce.choix" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "fce.etiquettes" -}}
{{ include "fce.choix" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* Pod-level settings of the pages, the worker, the migration and the backup. */}}
{{- define "fce.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.image.acces }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{/* Container-level settings of the same four. */}}
{{- define "fce.conteneur" -}}
image: "{{ .Values.image.depot }}:{{ .Values.image.etiquette | default .Chart.AppVersion }}"
imagePullPolicy: {{ .Values.image.politique }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{- define "fce.env" -}}
- {name: FCE_ALLOWED_HOSTS, value: {{ .Values.hote | quote }}}
- {name: FCE_ADRESSE_PUBLIQUE, value: {{ printf "https://%s" .Values.hote | quote }}}
- {name: FCE_BASE_ROLE_PUBLIC, value: {{ .Values.roles.public | quote }}}
- {name: FCE_BASE_ROLE_COMPTES, value: {{ .Values.roles.comptes | quote }}}
- {name: FCE_BASE_ROLE_RESTREINT, value: {{ .Values.roles.restreint | quote }}}
{{- with .Values.sauvegarde.destinataire }}
- {name: FCE_SAUVEGARDE_DESTINATAIRE, value: {{ . }}}
{{- end }}
{{- range $nom, $valeur := .Values.reglages }}
- {name: {{ $nom }}, value: {{ $valeur | toString | quote }}}
{{- end }}
{{- range $nom, $_ := .Values.secrets }}
- {name: {{ $nom }}_FICHIER, value: /run/secrets/fce/{{ $nom }}}
{{- end }}
{{- end }}

{{- define "fce.montages" -}}
- {name: secrets, mountPath: /run/secrets/fce, readOnly: true}
- {name: temporaire, mountPath: /tmp}
{{- end }}

{{- define "fce.volumes" -}}
- name: temporaire
  emptyDir: {sizeLimit: {{ .Values.temporaire }}}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- range $nom, $secret := .Values.secrets }}
      - secret: {name: {{ $secret.nom }}, items: [{key: {{ $secret.cle }}, path: {{ $nom }}}]}
      {{- end }}
{{- end }}

{{- define "fce.donnees.publication" -}}
- name: donnees
  persistentVolumeClaim: {claimName: {{ .Values.donnees.existant | default (printf "%s-donnees" (include "fce.nom" .)) }}}
{{- end }}
